/** What the page knows of the engine, and how an event changes it. Pure. */
import { isPresence, merged, moveOfEvent, restOf } from './journal.js'

const STEPS_KEPT = 60
const MOVES_KEPT = 20_000

/** How far back one list of the journal is known: `next` asks for more; `oldest` is the time it is whole from. */
const NOT_ASKED = { next: null, oldest: Infinity, isWhole: false }

export const createModel = () => ({
  /** By id. */
  actors: new Map(),
  accounts: new Map(),
  /** Steps since the page was opened, the newest first, by actor. */
  steps: new Map(),
  /** Where each actor was last seen at rest, as the journal calls it. */
  rests: new Map(),
  /** Steps of the journal, the oldest first. */
  moves: [],
  /** Heard and not in `moves` yet. */
  heard: [],
  reach: { account: NOT_ASKED, position: NOT_ASKED },
  room: MOVES_KEPT,
})

const noteRest = (model, id, state) => {
  const rest = restOf(id, state)
  if (rest !== null) model.rests.set(id, rest)
}

/** The engine listed its actors: those that are not there any more are gone. Steps heard meanwhile are newer. */
export const setActors = (model, list) => {
  const before = model.actors
  model.actors = new Map(
    list.map(actor => {
      const known = before.get(actor.id)
      const isNewer = known !== undefined && known.at !== null && Date.parse(known.at) > Date.parse(actor.at)
      return [actor.id, isNewer ? known : actor]
    }),
  )
  for (const { id, state } of model.actors.values()) noteRest(model, id, state)
}

const noteStep = (model, { actor: id, from, to, event, at }) => {
  const step = { from, to, event, at }
  const steps = model.steps.get(id) ?? []
  model.steps.set(id, [step, ...steps].slice(0, STEPS_KEPT))
  noteRest(model, id, to)
  const actor = model.actors.get(id)
  if (actor === undefined) return 'unknown'
  // What it waits for and what it would take next is asked for anew.
  model.actors.set(id, { ...actor, state: to, last_transition: step, until: null, at })
  return 'moved'
}

/** Returns `unknown` when an actor took a step that was never listed, `moved`, or `noted`. */
export const applyEvent = (model, event) => {
  if (event.kind === 'transition') return noteStep(model, event.data)
  if (event.type === 'control.commanded') return 'noted'
  const move = moveOfEvent(event)
  if (move !== null) model.heard.push(move)
  return move !== null && isPresence(move) ? 'unknown' : 'noted'
}

/** Puts what was heard behind what is known; many at once, because each time all is sorted. */
export const settle = model => {
  if (model.heard.length === 0) return
  model.moves = merged(model.moves, model.heard)
  model.heard = []
  const surplus = model.moves.length - model.room
  if (surplus <= 0) return
  const oldest = model.moves[surplus].at
  model.moves = model.moves.filter((move, index) => index >= surplus || isPresence(move))
  for (const type of Object.keys(model.reach)) {
    // The time it is whole from is asked for again, with what was let go.
    model.reach[type] = { next: { to: new Date(oldest + 1).toISOString() }, oldest, isWhole: false }
  }
}

/** Earlier steps of one list of the journal, as the engine answers them: the newest first. */
export const addEarlier = (model, type, { items, next }, asked = {}) => {
  model.moves = merged(items.toReversed(), model.moves)
  model.room = Math.max(model.room, model.moves.length + MOVES_KEPT / 2)
  const oldest = items.length === 0 ? model.reach[type].oldest : Date.parse(items.at(-1).ts)
  model.reach[type] = { next: { ...asked, cursor: next }, oldest, isWhole: next === null }
}

/** When accounts came and went: of that all is known. */
export const addPresence = (model, items) => {
  model.moves = merged(model.moves, items)
}

/** From here on all that the journal has is known. */
export const floorOf = ({ reach }) =>
  Math.max(...Object.values(reach).map(({ oldest, isWhole }) => (isWhole ? -Infinity : oldest)))

/** Lists that keep the past from reaching further back. */
export const shortest = model => {
  const floor = floorOf(model)
  return Object.entries(model.reach).flatMap(([type, { oldest, isWhole }]) =>
    !isWhole && oldest >= floor ? [type] : [],
  )
}

/** Steps may have been missed: those that were known before are not counted on, those of `before`. */
export const forgetMoves = (model, before) => {
  model.steps = new Map()
  model.moves = model.moves.filter(({ key }) => !before.has(key))
  model.reach = { account: NOT_ASKED, position: NOT_ASKED }
}

/** Places in `moves` that the slider stops at: what is known whole, of the chosen actor or account, or of all. */
export const stopsOf = (model, scope, chosen) => {
  const floor = floorOf(model)
  const [account] = (chosen ?? '').split('/')
  const isIn = {
    all: () => true,
    account: move => move.account_id === account,
    actor: move => move.actor === chosen,
  }[scope]
  return model.moves.flatMap((move, index) => (move.at >= floor && isIn(move) ? [index] : []))
}

const topOf = state => state.split('.')[0]

/**
 * Steps of an actor, the newest first: those heard, the last one the engine knows, and before these what the journal keeps.
 * The journal has a step of a moment once more, in fewer words.
 */
export const stepsOf = (model, id) => {
  const heard = model.steps.get(id) ?? []
  const last = model.actors.get(id)?.last_transition ?? null
  const isHeard = last === null || heard.some(({ at }) => Date.parse(at) >= Date.parse(last.at))
  const told = isHeard ? heard : [last, ...heard]
  const oldest = told.length === 0 ? Infinity : Date.parse(told.at(-1).at)
  const known = new Set(told.map(({ at, to }) => `${Date.parse(at)} ${topOf(to)}`))
  return [...told, ...journalSteps(model.moves, id, oldest, known)]
}

const journalSteps = (moves, id, until, known = new Set()) =>
  moves
    .filter(move => move.actor === id && move.at <= until && !known.has(`${move.at} ${move.to}`))
    .toReversed()
    .map(({ from, to, ts }) => ({ from, to, at: ts, event: 'journal' }))

/** As `stepsOf`, of what was known after step `index`. */
export const stepsThen = (model, id, index) => journalSteps(model.moves.slice(0, index + 1), id, Infinity)
