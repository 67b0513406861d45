/** Names of the machines in words, and lengths of time in words. */

/** `mayLeaveCooldown` → `may leave cooldown`. */
export const words = name => name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase()

const ANSWERED = /^xstate\.(done|error)\.actor\.(.+)$/

/** The event of a transition as the chart calls it: `xstate.done.actor.decide` → `decide answered`. */
export const eventWords = type => {
  const answered = ANSWERED.exec(type)
  if (answered === null) return type.startsWith('xstate.init') ? 'started' : type
  return `${answered[2]} ${answered[1] === 'done' ? 'answered' : 'failed'}`
}

/** What takes a transition: its event, its guard, or neither. */
export const labelOf = ({ event, guard }) => {
  if (event === null) return guard === null ? 'otherwise' : words(guard)
  if (guard === null) return event
  return guard === 'condition' ? `${event} (if so)` : `${event} (${words(guard)})`
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

/** What a state means at a glance; it decides the colour. */
export const toneOf = state => {
  const [top] = state.split('.')
  if (['protected', 'filled'].includes(top)) return 'good'
  if (['paused', 'halted', 'degraded', 'rejected', 'stopped', 'unknown'].includes(top)) return 'bad'
  if (['cooldown', 'hysteresis'].includes(top)) return 'wait'
  if (['idle', 'cancelled', 'expired', 'working'].includes(top)) return 'calm'
  return 'busy'
}
