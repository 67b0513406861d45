/** What is lit in a chart: where an actor is, where it came from, what may come next. Pure. */
import { eventWords } from './words.js'

/** `protecting.proving` of a position → the ids of both states, the outer one first. */
export const activeStates = (kind, state) => {
  const path = state.split('.')
  return path.map((_, depth) => [kind, ...path.slice(0, depth + 1)].join('.'))
}

/** States that were entered and left from one state to another. */
export const changeOf = (kind, from, to) => {
  const before = activeStates(kind, from)
  const after = activeStates(kind, to)
  return {
    entered: after.filter(each => !before.includes(each)),
    left: before.filter(each => !after.includes(each)),
  }
}

/** The outermost state two states part at, which is what an arrow of the chart may stand for. */
const ends = (kind, from, to) => {
  const { entered, left } = changeOf(kind, from, to)
  return { sources: left.toReversed(), targets: entered.toReversed() }
}

/** Arrows a step may have taken: the narrowest ones the chart has; none for a step through states that pass at once. */
export const takenArrows = (chart, arrows, step) => {
  if (step === null) return []
  const { sources, targets } = ends(chart.id, step.from, step.to)
  for (const source of sources) {
    for (const target of targets) {
      const found = arrows.find(each => each.source === source && each.target === target)
      if (found !== undefined) return [found.id]
    }
  }
  return []
}

export const NOTHING_LIT = { active: new Set(), previous: new Set(), taken: new Set(), next: new Set() }

/** Everything the drawing shows of one actor; nothing where its state is not known. */
export const litOf = (chart, arrows, actor) => {
  if (actor.state === null) return NOTHING_LIT
  const active = activeStates(chart.id, actor.state)
  const last = actor.last_transition
  return {
    active: new Set(active),
    previous: new Set(last === null ? [] : changeOf(chart.id, last.from, actor.state).left),
    taken: new Set(takenArrows(chart, arrows, last)),
    next: new Set(arrows.filter(({ source }) => active.includes(source)).map(({ id }) => id)),
  }
}

/** A step in words: `protecting.proving → protected.holding`, and what caused it. */
export const stepWords = step => ({
  way: `${step.from} → ${step.to}`,
  cause: eventWords(step.event),
})
