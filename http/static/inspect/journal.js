/** The past of the actor tree from the journal: which state each actor was in after any step. Pure. */

/** The stream and the journal number differently, so a step is known by what it was. */
const keyOf = ({ actor, ts, from, to }) => `${actor} ${ts} ${from} ${to}`

/** The fact of a step as `/events` tells it, in the form of `/moves`. */
export const moveOfEvent = ({ type, ts, account_id, data }) => ({
  ts,
  account_id,
  actor: type === 'account.moved' ? account_id : `${account_id}/position:${data.asset}`,
  from: data.from,
  to: data.to,
  until: data.until,
})

/** Steps of several lists, each of them oldest first, in order of time and each once. */
export const merged = (...lists) => {
  const known = new Map()
  for (const move of lists.flat()) {
    const key = keyOf(move)
    if (!known.has(key)) known.set(key, { ...move, at: Date.parse(move.ts) })
  }
  // The sort keeps the order of equals, so that steps of one moment stay as they were.
  return [...known.values()].sort((a, b) => a.at - b.at)
}

/**
 * Where every actor was just after step `index`; before the first step that is known of an actor, where that step found
 * it. Actors without a step are not in it.
 */
export const statesAfter = (moves, index) => {
  const states = new Map()
  for (const move of moves.slice(0, index + 1)) {
    states.set(move.actor, {
      state: move.to,
      until: move.until,
      since: move.at,
      last: { from: move.from, to: move.to, event: 'journal', at: move.ts },
    })
  }
  for (const move of moves.slice(index + 1)) {
    if (!states.has(move.actor)) {
      states.set(move.actor, { state: move.from, until: null, since: null, last: null })
    }
  }
  return states
}

/** The last step at or before a time; -1 before the first. */
export const indexAt = (moves, at) => {
  let [low, high] = [0, moves.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (moves[middle].at <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How many steps fall into each of `count` equal parts of the list: what the strip above the slider shows. */
export const density = (moves, count, accountId = null) => {
  const bins = Array.from({ length: count }, () => ({ all: 0, own: 0 }))
  moves.forEach((move, index) => {
    const bin = bins[Math.min(count - 1, Math.floor((index / moves.length) * count))]
    bin.all += 1
    if (accountId !== null && move.account_id === accountId) bin.own += 1
  })
  return bins
}

/** What an actor looked like then: what the journal does not keep is left empty. */
export const asOf = (actor, states) => {
  const past = states.get(actor.id)
  if (past === undefined) return null
  return {
    ...actor,
    state: past.state,
    until: past.until,
    next_events: [],
    last_transition: past.last,
    at: past.since === null ? null : new Date(past.since).toISOString(),
  }
}
