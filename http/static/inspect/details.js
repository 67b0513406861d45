/** Beside the chart: why the actor does not do more, what it would take next, and how it came here. */
import { el, say } from './dom.js'
import { stepWords, waysOut } from './lit.js'
import { reasonsOf } from './why.js'
import { spanWords, timeWords } from './words.js'

const STEPS_SHOWN = 14

const isFinal = (chart, { state }) =>
  chart.states.some(({ id, type }) => type === 'final' && id === `${chart.id}.${state}`)

const nothingWords = (chart, actor, isPast) => {
  if (isPast) return 'The journal keeps states, not reasons.'
  return isFinal(chart, actor) ? 'It has ended.' : 'Nothing holds it.'
}

const reasonRow = (reason, now) => {
  const left =
    reason.at === null || now === null
      ? null
      : reason.at - now > 0
        ? `in ${spanWords(reason.at - now)}`
        : 'due'
  return el(
    'li',
    { className: `reason ${reason.kind}` },
    el('span', {}, reason.label),
    reason.kind === 'guard' ? el('span', { className: 'aside' }, `→ ${reason.target}`) : null,
    left === null ? null : el('span', { className: 'aside' }, left),
  )
}

const note = text => el('li', { className: 'note' }, text)

const stepRow = step => {
  const { way, cause } = stepWords(step)
  return el(
    'li',
    { className: 'step' },
    el('time', { dateTime: step.at, className: 'aside' }, timeWords(Date.parse(step.at))),
    el('span', { className: 'way' }, way),
    el('span', { className: 'cause' }, cause),
  )
}

const nextRows = (actor, chart) => {
  const { events } = waysOut(chart, actor.state)
  const leading = new Map(events.map(({ label, target }) => [`${label} ${target}`, { label, target }]))
  const named = [...leading.values()].map(({ label, target }) =>
    el(
      'li',
      { className: 'next' },
      el('span', {}, label),
      el('span', { className: 'aside' }, `→ ${target.split('.').slice(1).join('.')}`),
    ),
  )
  const heard = actor.next_events.filter(each => !events.some(({ label }) => label.startsWith(each)))
  const others =
    heard.length === 0
      ? null
      : el(
          'li',
          { className: 'note' },
          el(
            'details',
            {},
            el('summary', {}, `${heard.length} more are heard and change no state`),
            heard.join(', '),
          ),
        )
  return [...named, others].filter(each => each !== null)
}

/** Draws a list only when what it says has changed, except for the seconds. */
const fill = (list, key, rows) => {
  if (list.dataset.key === key) return
  list.dataset.key = key
  list.replaceChildren(...rows())
}

export const createDetails =
  parts =>
  ({ actor, chart, context, account, steps, now, isPast }) => {
    say(parts.who, actor.id)
    say(parts.state, actor.state.split('.').join(' › '))
    const reasons = isPast ? [] : reasonsOf({ actor, chart, context, account })
    const seconds = reasons.map(({ at }) => (at === null || now === null ? '' : spanWords(at - now)))
    fill(parts.why, JSON.stringify([reasons, seconds, isPast]), () =>
      reasons.length > 0
        ? reasons.map(each => reasonRow(each, now))
        : [note(nothingWords(chart, actor, isPast))],
    )
    fill(parts.next, JSON.stringify([actor.id, actor.state, actor.next_events, isPast]), () => {
      const rows = nextRows(actor, chart)
      return rows.length > 0 ? rows : [note('Nothing: this is its end.')]
    })
    const shown = steps.slice(0, STEPS_SHOWN)
    fill(parts.steps, JSON.stringify(shown), () =>
      shown.length > 0 ? shown.map(stepRow) : [note('None since this page was opened.')],
    )
  }
