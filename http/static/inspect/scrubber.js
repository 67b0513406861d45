/** The slider back through the journal, with a strip above it that shows where much happened. */
import { byId, el, say } from './dom.js'
import { density, NOWHERE } from './journal.js'
import { dayWords, timeWords } from './words.js'

const BINS = 120

const momentOf = at => `${dayWords(at)} ${timeWords(at)}`

const moveWords = ({ actor, from, to }) => {
  if (from === NOWHERE) return `${actor}: added`
  return to === NOWHERE ? `${actor}: removed` : `${actor}: ${from} → ${to}`
}

export const createScrubber = ({ onMove, onEarlier, onScope }) => {
  const slider = byId('when')
  const label = byId('when-text')
  const live = byId('live')
  const earlier = byId('earlier')
  const scope = byId('scope')
  const strip = byId('strip')
  strip.replaceChildren(...Array.from({ length: BINS }, () => el('i')))
  let drawn = ''

  slider.addEventListener('input', () => onMove(Number(slider.value)))
  live.addEventListener('click', () => onMove(null))
  earlier.addEventListener('click', onEarlier)
  scope.addEventListener('change', () => onScope(scope.value))

  const drawStrip = (steps, accountId) => {
    const key = `${steps.length} ${accountId} ${steps[0]?.key} ${steps.at(-1)?.key}`
    if (key === drawn) return
    drawn = key
    const bins = steps.length === 0 ? [] : density(steps, BINS, accountId)
    const most = Math.max(1, ...bins.map(({ own }) => own))
    // Heights come from classes, because the policy of the page allows no inline style.
    ;[...strip.children].forEach((bar, at) => {
      const own = bins[at]?.own ?? 0
      bar.className = own === 0 ? 'none' : `level${Math.ceil((own / most) * 5)}`
    })
  }

  const textOf = ({ steps, value, looked, now }) => {
    if (looked === null) return now === null ? 'now' : `now, ${momentOf(now)}`
    // Between two steps of the chosen one, it is told what else happened.
    const move = steps[value] ?? looked
    return `${momentOf(move.at)}  ${moveWords(move)}`
  }

  /**
   * `steps` are what the slider stops at; `value` is the place among them, -1 before the first; `looked` is the step that
   * is looked at, `null` for now.
   */
  return given => {
    const { steps, value, looked, accountId, hasEarlier } = given
    const isLive = looked === null
    slider.max = String(steps.length)
    const place = String(isLive ? steps.length : Math.max(0, value))
    if (slider.value !== place) slider.value = place
    slider.disabled = steps.length === 0
    live.setAttribute('aria-pressed', String(isLive))
    earlier.hidden = !hasEarlier
    const text = textOf(given)
    say(label, text)
    slider.setAttribute('aria-valuetext', text)
    document.body.classList.toggle('past', !isLive)
    drawStrip(steps, accountId)
  }
}
