/** The past of the actor tree from the journal: which state each actor was in after any step. Pure. */

/** Where an account is before it came and after it was removed. */
export const NOWHERE = 'none'

/** Steps of a decision and comparisons with the venue are not in the journal: an account in one of them rests there. */
const PASSING = new Set(['reconciling', 'agreeing', 'resting', 'analysing', 'deciding', 'ordering'])

/** That an account came or was removed. */
export const isPresence = ({ from, to }) => from === NOWHERE || to === NOWHERE

/** The stream and the journal number differently, so a step is known by what it was. */
const keyOf = ({ actor, ts, from, to }) => `${actor} ${ts} ${from} ${to}`

const presenceOf = ({ change }) =>
  ({ added: { from: NOWHERE, to: 'reconciling' }, removed: { from: 'any', to: NOWHERE } })[change] ?? null

/** The fact of a step as `/events` tells it, in the form of `/moves`; `null` for one that is none. */
export const moveOfEvent = ({ type, ts, account_id, data }) => {
  const step = { ts, account_id, actor: account_id, until: null }
  if (type === 'account.started') return { ...step, ...presenceOf({ change: 'added' }) }
  if (type === 'account.administered') {
    const presence = presenceOf(data)
    return presence === null ? null : { ...step, ...presence }
  }
  const actor = type === 'account.moved' ? account_id : `${account_id}/position:${data.asset}`
  return { ...step, actor, from: data.from, to: data.to, until: data.until }
}

/** At one moment an account comes before its first step and goes after its last. */
const rankOf = ({ from, to }) => (from === NOWHERE ? -1 : to === NOWHERE ? 1 : 0)

/** Steps of several lists, each of them oldest first, in order of time and each once. */
export const merged = (...lists) => {
  const known = new Map()
  for (const move of lists.flat()) {
    const key = move.key ?? keyOf(move)
    if (!known.has(key)) known.set(key, move.key ? move : { ...move, key, at: Date.parse(move.ts) })
  }
  // The sort keeps the order of equals, so that steps of one moment stay as they were.
  return [...known.values()].sort((a, b) => a.at - b.at || rankOf(a) - rankOf(b))
}

const UNKNOWN = { state: null, until: null, since: null, last: null }

const forget = (states, account) => {
  for (const id of states.keys()) if (id.startsWith(`${account}/`)) states.delete(id)
}

/** An account that comes is told of twice: as a beginning and as what a person did. */
const isKnown = (states, { from, actor }) => from === NOWHERE && (states.get(actor) ?? null) !== null

const follow = (states, move, floor) => {
  if (isKnown(states, move)) return
  if (isPresence(move)) {
    forget(states, move.account_id)
    // What it did between its beginning and the oldest step that is known, nobody told.
    const isTold = move.to !== NOWHERE && move.at >= floor
    states.set(move.actor, move.to === NOWHERE ? null : isTold ? entered(move) : UNKNOWN)
  } else {
    states.set(move.actor, entered(move))
  }
}

const entered = move => ({
  state: move.to,
  until: move.until,
  since: move.at,
  last: { from: move.from, to: move.to, event: 'journal', at: move.ts },
})

/**
 * Where every actor was just after step `index`: `null` for one that was not there, `state: null` where it was there and
 * nothing tells in which state. Before the first step that is known of an actor it was where that step found it. Steps
 * before `floor` are known in part, so an actor without any may have moved; those without a step at all are not in it.
 */
export const statesAfter = (moves, index, floor = -Infinity) => {
  const states = new Map()
  for (const move of moves.slice(0, index + 1)) follow(states, move, floor)
  /** Accounts that came or went later: what follows tells nothing about now. */
  const changed = new Set()
  for (const move of moves.slice(index + 1)) {
    const { account_id: account, actor } = move
    if (changed.has(account) || states.get(account) === null || isKnown(states, move)) continue
    if (isPresence(move)) {
      changed.add(account)
      const isThere = move.to === NOWHERE
      if (!isThere) forget(states, account)
      if (!isThere || !states.has(account)) states.set(account, isThere ? UNKNOWN : null)
    } else if ((states.get(actor)?.state ?? null) === null) {
      states.set(actor, { ...UNKNOWN, state: move.from })
    }
  }
  return { states, changed }
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

/** What kind of actor it is, by its path. */
export const kindOf = id => ['account', 'position', 'order'][Math.min(2, id.split('/').length - 1)]

/** The state of an actor that the journal would tell; `null` for one it does not tell. */
export const restOf = (id, state) => {
  const [top] = state.split('.')
  const kind = kindOf(id)
  return kind === 'order' || (kind === 'account' && PASSING.has(top)) ? null : top
}

/** An actor that never moved in what is known rests where it rests now, if its account was there all the time. */
const unmoved = (id, account, { states, changed }, rests) =>
  changed.has(account) || !states.has(account) ? UNKNOWN : { ...UNKNOWN, state: rests.get(id) ?? null }

/** The tree as it was then, of the actors that are there now and those of the journal; orders are not in it. */
export const actorsThen = ({ actors, past, rests }) => {
  const ids = new Set([...actors.keys(), ...past.states.keys()])
  return [...ids].flatMap(id => {
    const [account] = id.split('/')
    if (kindOf(id) === 'order' || past.states.get(account) === null || past.states.get(id) === null) return []
    const then = past.states.get(id)
    const { state, until, since, last } =
      then === undefined || then.state === null ? unmoved(id, account, past, rests) : then
    return [
      {
        id,
        type: kindOf(id),
        parent: id === account ? null : account,
        state,
        until,
        next_events: actors.get(id)?.next_events ?? [],
        last_transition: last,
        at: since === null ? null : new Date(since).toISOString(),
      },
    ]
  })
}
