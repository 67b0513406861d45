/** Beside the chart: why the actor does not do more, what it would take next, and how it came here. */
import { el, say } from './dom.js'
import { stepWords } from './lit.js'
import { waysOut } from './ways.js'
import { reasonsOf } from './why.js'
import { dayWords, momentWords, spanWords, stateWords } from './words.js'

/** Steps told at once, and those told when asked for. */
const [STEPS_SHOWN, STEPS_MORE] = [5, 20]

const isFinal = (chart, { state }) =>
  chart.states.some(({ id, type }) => type === 'final' && id === `${chart.id}.${state}`)

const nothingWords = (chart, actor, isPast) => {
  if (actor.state === null) return 'The journal does not tell its state at this time.'
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
    reason.kind === 'guard' ? el('span', { className: 'aside' }, `→ ${stateWords(reason.target)}`) : null,
    left === null ? null : el('span', { className: 'aside' }, left),
  )
}

const noStepWords = (actor, isPast) => {
  if (actor.type === 'order' || !isPast) return 'None that is known.'
  return 'None before this time.'
}

const note = text => el('li', { className: 'note' }, text)

const stepRow = (step, now) => {
  const { way, cause } = stepWords(step)
  return el(
    'li',
    { className: 'step' },
    el('time', { dateTime: step.at, className: 'aside' }, momentWords(Date.parse(step.at), now)),
    el('span', { className: 'way' }, way),
    el('span', { className: 'cause' }, cause),
  )
}

const targetWords = target => stateWords(target.split('.').slice(1).join('.'))

const aside = target => el('span', { className: 'aside' }, `→ ${targetWords(target)}`)

/** Of one event, wherever it leads. */
const nextRow = (label, ways) => {
  const [{ target, condition }] = ways
  const name = el('span', {}, label)
  if (ways.length > 1) {
    const lines = ways.flatMap(way => [
      el('span', { className: 'condition' }, way.condition === null ? 'otherwise' : `when ${way.condition}`),
      aside(way.target),
    ])
    return el('li', { className: 'next forked' }, name, ...lines)
  }
  const when = condition === null ? null : el('span', { className: 'condition' }, `when ${condition}`)
  return el('li', { className: 'next' }, name, aside(target), when)
}

/** Draws a list only when what it says has changed, except for the seconds. */
const fill = (list, key, rows) => {
  if (list.dataset.key === key) return
  list.dataset.key = key
  list.replaceChildren(...rows())
}

export const createDetails = parts => {
  /** Lists that were opened stay open, whatever is drawn. */
  const opened = new Set()

  const foldedRow = (name, summary, content) => {
    const row = el('details', { open: opened.has(name) }, el('summary', {}, summary), content)
    row.addEventListener('toggle', () => (row.open ? opened.add(name) : opened.delete(name)))
    return el('li', { className: 'note' }, row)
  }

  const nextRows = (chart, { state }) => {
    const { events, heard } = waysOut(chart, state)
    const byLabel = Map.groupBy(events, ({ label }) => label)
    const rows = [...byLabel].map(([label, ways]) => nextRow(label, ways))
    if (heard.length > 0) {
      const names = el('span', { className: 'heard' }, heard.join(', '))
      rows.push(foldedRow('heard', `${heard.length} more are heard here`, names))
    }
    if (rows.length > 0) return rows
    return [note(state === null ? 'Not known.' : 'Nothing: this is its end.')]
  }

  const stepRows = (steps, now) => {
    const rows = steps.map(each => stepRow(each, now))
    const more = rows.splice(STEPS_SHOWN)
    if (more.length > 0) rows.push(foldedRow('steps', `${more.length} more`, el('ul', {}, ...more)))
    return rows
  }

  const show = ({ actor, chart, context, account, steps, now, isPast }) => {
    say(parts.who, actor.id)
    say(parts.state, stateWords(actor.state))
    const reasons = isPast ? [] : reasonsOf({ actor, chart, context, account })
    const seconds = reasons.map(({ at }) => (at === null || now === null ? '' : spanWords(at - now)))
    fill(parts.why, JSON.stringify([reasons, seconds, isPast, actor.state]), () =>
      reasons.length > 0
        ? reasons.map(each => reasonRow(each, now))
        : [note(nothingWords(chart, actor, isPast))],
    )
    fill(parts.next, JSON.stringify([actor.type, actor.state]), () => nextRows(chart, actor))
    const shown = steps.slice(0, STEPS_SHOWN + STEPS_MORE)
    const day = now === null ? '' : dayWords(now)
    fill(parts.steps, JSON.stringify([shown, day]), () =>
      shown.length > 0 ? stepRows(shown, now) : [note(noStepWords(actor, isPast))],
    )
  }

  /** Of one that is not there nothing is shown but its name. */
  const clear = id => {
    say(parts.who, id ?? '')
    say(parts.state, '')
    for (const list of [parts.why, parts.next, parts.steps]) fill(list, 'nothing', () => [])
  }

  return { show, clear }
}
