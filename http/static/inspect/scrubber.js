/** The slider back through the journal, with a strip above it that shows where much happened. */
import { byId, el, say } from './dom.js'
import { density } from './journal.js'
import { dayWords, timeWords } from './words.js'

const BINS = 120

export const createScrubber = ({ onMove, onEarlier }) => {
  const slider = byId('when')
  const label = byId('when-text')
  const live = byId('live')
  const earlier = byId('earlier')
  const strip = byId('strip')
  strip.replaceChildren(...Array.from({ length: BINS }, () => el('i')))
  let drawn = ''

  slider.addEventListener('input', () => onMove(Number(slider.value)))
  live.addEventListener('click', () => onMove(null))
  earlier.addEventListener('click', onEarlier)

  const drawStrip = (moves, accountId) => {
    const key = `${moves.length} ${accountId} ${moves[0]?.ts}`
    if (key === drawn) return
    drawn = key
    const bins = moves.length === 0 ? [] : density(moves, BINS, accountId)
    const most = Math.max(1, ...bins.map(({ own }) => own))
    // Heights come from classes, because the policy of the page allows no inline style.
    ;[...strip.children].forEach((bar, at) => {
      const own = bins[at]?.own ?? 0
      bar.className = own === 0 ? 'none' : `level${Math.ceil((own / most) * 5)}`
    })
  }

  /** `index` is the step that is looked at, `null` for now. */
  return ({ moves, index, now, accountId, hasEarlier }) => {
    const isLive = index === null
    slider.max = String(moves.length)
    if (isLive || Number(slider.value) !== index) slider.value = String(isLive ? moves.length : index)
    slider.disabled = moves.length === 0
    live.setAttribute('aria-pressed', String(isLive))
    earlier.hidden = !hasEarlier
    const move = isLive ? undefined : moves[index]
    const text =
      move === undefined
        ? now === null
          ? 'now'
          : `now, ${dayWords(now)} ${timeWords(now)}`
        : `${dayWords(move.at)} ${timeWords(move.at)}  ${move.actor}: ${move.from} → ${move.to}`
    say(label, text)
    slider.setAttribute('aria-valuetext', text)
    document.body.classList.toggle('past', !isLive)
    drawStrip(moves, accountId)
  }
}
