/** The frame of the chart: which chart is in it, how large it is drawn, and what is lit. */
import { ask } from './api.js'
import { byId, say } from './dom.js'
import { drawChart } from './drawing.js'
import { drawingOf, layoutInput } from './graph.js'
import { litOf, NOTHING_LIT } from './lit.js'

/** Smaller than so the words of a chart are hard to read: it is scrolled instead. */
const LEGIBLE = 0.85
const [SCALE_MIN, SCALE_MAX, SCALE_STEP] = [0.3, 2.4, 1.2]

const between = (value, least, most) => Math.max(least, Math.min(value, most))

/** `chosen` is `auto`, `whole`, or a scale that was asked for. */
export const scaleOf = (chosen, drawing, frame) => {
  if (typeof chosen === 'number') return chosen
  const byWidth = frame.width / drawing.width
  const whole = between(Math.min(byWidth, frame.height / drawing.height), SCALE_MIN, 1)
  if (chosen === 'whole' || whole >= LEGIBLE) return whole
  return between(byWidth, LEGIBLE, 1)
}

export const createChartView = () => {
  const frame = byId('chart')
  const whole = byId('zoom-whole')
  const charts = new Map()
  /** Of the chart on the page. */
  let shown = { kind: null }
  let chosen = 'auto'
  let wanted = null

  const room = () => {
    const { paddingLeft, paddingTop, paddingBottom } = getComputedStyle(frame)
    return {
      width: frame.clientWidth - 2 * Number.parseFloat(paddingLeft),
      height: frame.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom),
    }
  }
  const factor = () => scaleOf(chosen, shown.drawing, room())
  const resize = () => {
    if (shown.kind === null) return
    whole.setAttribute('aria-pressed', String(chosen === 'whole'))
    shown.scale(factor())
  }
  const zoom = step => {
    if (shown.kind === null) return
    chosen = between(factor() * step, SCALE_MIN, SCALE_MAX)
    resize()
  }
  byId('zoom-in').addEventListener('click', () => zoom(SCALE_STEP))
  byId('zoom-out').addEventListener('click', () => zoom(1 / SCALE_STEP))
  whole.addEventListener('click', () => {
    chosen = chosen === 'whole' ? 'auto' : 'whole'
    resize()
  })
  new ResizeObserver(resize).observe(frame)

  const chartOf = kind => {
    const known = charts.get(kind)
    if (known !== undefined) return known
    const made = (async () => {
      const chart = await ask(`/machines/${kind}`)
      const elk = new globalThis.ELK()
      return { chart, drawing: drawingOf(chart, await elk.layout(layoutInput(chart))) }
    })()
    charts.set(kind, made)
    // What failed is tried again the next time.
    made.catch(() => charts.delete(kind))
    return made
  }

  return {
    /** Resolves when the chart of this kind of actor is drawn, or another one was asked for meanwhile. */
    async show(kind) {
      wanted = kind
      if (shown.kind === kind) return
      const { chart, drawing } = await chartOf(kind)
      if (wanted !== kind || shown.kind === kind) return
      shown = { kind, chart, drawing, ...drawChart(drawing) }
      frame.replaceChildren(shown.element)
      say(byId('chart-name'), `${kind} machine`)
      resize()
    },
    chart: () => shown.chart,
    kind: () => shown.kind,
    light(actor) {
      shown.light(litOf(shown.chart, shown.drawing.arrows, actor))
    },
    clear() {
      if (shown.kind !== null) shown.light(NOTHING_LIT)
    },
    /** Brings the chart on the screen where the page is longer than it. */
    comeIntoView() {
      frame.closest('main').scrollIntoView({ block: 'start' })
    },
  }
}
