/** The journal behind the page: what of it is loaded, and which step of it is looked at. */
import { ask, askAll } from './api.js'
import { actorsThen, indexAt, isPresence, statesAfter } from './journal.js'
import { addEarlier, addPresence, floorOf, forgetMoves, shortest, stopsOf } from './model.js'

const MOVES_PAGE = 1_000
const LOOKS_MAX = 10

export const createPast = model => {
  /** Step that is looked at; `null`: now. */
  let looked = null
  let scope = 'all'
  /** Those of a load that was begun anew are dropped. */
  let round = 0
  let isLoading = false
  let isLoaded = false
  let looksLeft = LOOKS_MAX

  const pageOf = async type => {
    const asked = model.reach[type].next ?? {}
    const page = await ask(`/moves?${new URLSearchParams({ type, limit: MOVES_PAGE, ...asked })}`)
    const { cursor: _done, ...bounds } = asked
    return { type, page, bounds }
  }

  const presence = async () => {
    const lists = await Promise.all(
      ['started', 'administered'].map(type => askAll(`/moves?type=${type}&limit=2000`)),
    )
    return lists.flat()
  }

  const indexOf = move => {
    const index = model.moves.findIndex(({ key }) => key === move.key)
    return index < 0 ? Math.max(0, indexAt(model.moves, move.at)) : index
  }

  return {
    /** Begins anew: at first, and when steps may have been missed. Those heard meanwhile stay. */
    async load() {
      round += 1
      const mine = round
      isLoaded = false
      const before = new Set(model.moves.map(({ key }) => key))
      const lists = Object.keys(model.reach).map(type =>
        ask(`/moves?${new URLSearchParams({ type, limit: MOVES_PAGE })}`).then(page => ({ type, page })),
      )
      const [came, ...pages] = await Promise.all([presence(), ...lists])
      if (mine !== round) return
      forgetMoves(model, before)
      for (const { type, page } of pages) addEarlier(model, type, page)
      addPresence(model, came)
      isLoaded = true
    },
    isLoaded: () => isLoaded,
    /** An account that has just come may not be in the journal yet when it is read: it is looked for again, a few times. */
    async lookFor(accountIds) {
      const came = new Set(model.moves.filter(isPresence).map(({ actor }) => actor))
      if (looksLeft === 0 || [...accountIds].every(id => came.has(id))) return
      looksLeft -= 1
      addPresence(model, await presence())
    },
    async earlier() {
      if (isLoading) return
      isLoading = true
      const mine = round
      try {
        const pages = await Promise.all(shortest(model).map(pageOf))
        if (mine === round) for (const { type, page, bounds } of pages) addEarlier(model, type, page, bounds)
      } finally {
        isLoading = false
      }
    },
    hasEarlier: () => shortest(model).length > 0,
    setScope(value) {
      scope = value
    },
    stops: chosen => stopsOf(model, scope, chosen),
    /** `place` is one among the stops; `null`, or behind the last one: now. */
    look(place, chosen) {
      const index = place === null ? undefined : stopsOf(model, scope, chosen)[place]
      looked = index === undefined ? null : model.moves[index]
    },
    looked: () => looked,
    /** Place of what is looked at among all steps; `null` for now. */
    index: () => (looked === null || model.moves.length === 0 ? null : indexOf(looked)),
    actors(index) {
      const past = statesAfter(model.moves, index, floorOf(model))
      return actorsThen({ actors: model.actors, past, rests: model.rests })
    },
  }
}
