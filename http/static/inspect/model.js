/** What the page knows of the engine, and how an event changes it. Pure. */
import { merged, moveOfEvent } from './journal.js'

const STEPS_KEPT = 60
const MOVES_KEPT = 20_000

export const createModel = () => ({
  /** By id. */
  actors: new Map(),
  accounts: new Map(),
  /** Steps since the page was opened, the newest first, by actor. */
  steps: new Map(),
  /** Steps of the journal, the oldest first. */
  moves: [],
  /** Heard and not in `moves` yet. */
  heard: [],
})

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
}

const noteStep = (model, { actor: id, from, to, event, at }) => {
  const step = { from, to, event, at }
  const steps = model.steps.get(id) ?? []
  model.steps.set(id, [step, ...steps].slice(0, STEPS_KEPT))
  const actor = model.actors.get(id)
  if (actor === undefined) return 'unknown'
  // What it waits for and what it would take next is asked for anew.
  model.actors.set(id, { ...actor, state: to, last_transition: step, until: null, at })
  return 'moved'
}

/** Returns `unknown` when an actor took a step that was never listed, `moved`, or `noted`. */
export const applyEvent = (model, event) => {
  if (event.kind === 'transition') return noteStep(model, event.data)
  if (event.type === 'account.moved' || event.type === 'position.moved') model.heard.push(moveOfEvent(event))
  return 'noted'
}

/** Puts what was heard behind what is known; many at once, because each time all is sorted. */
export const settle = model => {
  if (model.heard.length === 0) return
  model.moves = merged(model.moves, model.heard).slice(-MOVES_KEPT)
  model.heard = []
}

/** Earlier steps of the journal, as the engine answers them: the newest first. */
export const addEarlier = (model, ...pages) => {
  model.moves = merged(...pages.map(page => page.toReversed()), model.moves)
}
