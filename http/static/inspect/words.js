/** Events and transitions in words, and times in words. */
import { conditionOf } from './conditions.js'

const ANSWERED = /^xstate\.(done|error)\.actor\.(.+)$/

/** The event of a transition as the chart calls it: `xstate.done.actor.decide` → `decide answered`. */
export const eventWords = type => {
  if (type === 'journal') return 'from the journal'
  const answered = ANSWERED.exec(type)
  if (answered === null) return type.startsWith('xstate.init') ? 'started' : type
  return `${answered[2]} ${answered[1] === 'done' ? 'answered' : 'failed'}`
}

/** What takes a transition: its event, its condition, or neither. */
export const labelOf = transition => {
  const condition = conditionOf(transition)
  if (transition.event === null) return condition ?? 'otherwise'
  return condition === null ? transition.event : `${transition.event} (${condition})`
}

/** The two largest parts: `2 h 5 min`, `4.2 s`. */
export const spanWords = ms => {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.floor(seconds) % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

export const timeWords = at => new Date(at).toISOString().slice(11, 19)
export const dayWords = at => new Date(at).toISOString().slice(0, 10)
/** With its day where that is not the one of `now`. */
export const momentWords = (at, now) =>
  now !== null && dayWords(at) === dayWords(now) ? timeWords(at) : `${dayWords(at)} ${timeWords(at)}`

/** `protected.holding` → `protected › holding`. */
export const stateWords = state => (state === null ? 'not known' : state.split('.').join(' › '))

/** What a state means at a glance; it decides the colour. */
export const toneOf = state => {
  if (state === null) return 'none'
  const [top] = state.split('.')
  if (['protected', 'filled'].includes(top)) return 'good'
  if (['paused', 'halted', 'degraded', 'rejected', 'stopped', 'unknown'].includes(top)) return 'bad'
  if (['cooldown', 'hysteresis'].includes(top)) return 'wait'
  if (['idle', 'cancelled', 'expired', 'working'].includes(top)) return 'calm'
  return 'busy'
}
