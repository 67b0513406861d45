/** Equity over time, drawn in the terminal: braille dots where they can be shown, plain ASCII where not. */
import type { Terminal } from './terminal.ts'

export type EquityPoint = { at: number; equity: number }

export type CurveSize = {
  /** Characters across, labels included. Default: the terminal's width, at most 100. */
  width?: number
  /** Lines of the plot. */
  height?: number
}

const WIDTH_MAX = 100
const PLOT_WIDTH_MIN = 10
const HEIGHT = 10
/** Bits of a braille character by column and row of its 2 × 4 dots (Unicode, Braille Patterns). */
const BRAILLE = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const
const BRAILLE_EMPTY = 0x2800

/** Lowest and highest equity in one column of dots, joined to the column before. */
type Span = { low: number; high: number }

const spansOf = (points: readonly EquityPoint[], columns: number): Span[] => {
  const first = points[0] as EquityPoint
  const length = (points.at(-1) as EquityPoint).at - first.at
  const spans: Span[] = []
  let next = 0
  let last = first.equity
  for (let column = 0; column < columns; column += 1) {
    const end =
      column === columns - 1 ? Number.POSITIVE_INFINITY : first.at + (length * (column + 1)) / columns
    // Equity holds its value between two points, and a dip inside the column must stay visible.
    const span = { low: last, high: last }
    for (let point = points[next]; point !== undefined && point.at < end; point = points[next]) {
      last = point.equity
      span.low = Math.min(span.low, last)
      span.high = Math.max(span.high, last)
      next += 1
    }
    spans.push(span)
  }
  return spans
}

type Canvas = {
  cells: number[][]
  dotsAcross: number
  dotsDown: number
  mark: (x: number, y: number) => void
}

const brailleCanvas = (width: number, height: number): Canvas => {
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => 0))
  const mark = (x: number, y: number): void => {
    const row = cells[Math.floor(y / 4)] as number[]
    const column = Math.floor(x / 2)
    row[column] = (row[column] ?? 0) | (BRAILLE[x % 2 === 0 ? 0 : 1][y % 4] ?? 0)
  }
  return { cells, dotsAcross: width * 2, dotsDown: height * 4, mark }
}

const asciiCanvas = (width: number, height: number): Canvas => {
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => 0))
  const mark = (x: number, y: number): void => {
    ;(cells[y] as number[])[x] = 1
  }
  return { cells, dotsAcross: width, dotsDown: height, mark }
}

const drawSpans = (canvas: Canvas, spans: Span[], low: number, high: number): void => {
  const bottom = canvas.dotsDown - 1
  // A flat line stands in the middle: neither a gain nor a loss.
  const rowOf = (value: number): number =>
    high === low ? Math.floor(bottom / 2) : Math.round(((high - value) / (high - low)) * bottom)
  for (const [x, span] of spans.entries()) {
    for (let y = rowOf(span.high); y <= rowOf(span.low); y += 1) canvas.mark(x, y)
  }
}

const dateText = (at: number, withTime: boolean): string =>
  new Date(at)
    .toISOString()
    .slice(0, withTime ? 16 : 10)
    .replace('T', ' ')

const DAYS_WITH_TIME_MS = 3 * 86_400_000

const axisText = (from: number, to: number, width: number): string => {
  const withTime = to - from < DAYS_WITH_TIME_MS
  const [left, right] = [dateText(from, withTime), `${dateText(to, withTime)} UTC`]
  return left + ' '.repeat(Math.max(1, width - left.length - right.length)) + right
}

/** The plot with its highest and lowest value at the left and the first and last date below. */
export const equityCurve = (
  points: readonly EquityPoint[],
  terminal: Terminal,
  size: CurveSize = {},
): string => {
  const drawn = points.filter(point => Number.isFinite(point.equity) && Number.isFinite(point.at))
  if (drawn.length === 0) return 'No equity recorded yet.'
  const values = drawn.map(point => point.equity)
  const low = values.reduce((least, value) => Math.min(least, value))
  const high = values.reduce((most, value) => Math.max(most, value))
  const [top, bottom] = [high.toFixed(2), low.toFixed(2)]
  const labelWidth = Math.max(top.length, bottom.length)
  const height = size.height ?? HEIGHT
  const border = terminal.unicode ? '│' : '|'
  const width = Math.max(
    PLOT_WIDTH_MIN,
    (size.width ?? Math.min(terminal.columns, WIDTH_MAX)) - labelWidth - 2,
  )
  const canvas = terminal.unicode ? brailleCanvas(width, height) : asciiCanvas(width, height)
  drawSpans(canvas, spansOf(drawn, canvas.dotsAcross), low, high)
  const glyph = (cell: number): string =>
    terminal.unicode ? String.fromCodePoint(BRAILLE_EMPTY + cell) : cell === 0 ? ' ' : '*'
  const lines = canvas.cells.map((row, index) => {
    const label = index === 0 ? top : index === height - 1 ? bottom : ''
    return `${label.padStart(labelWidth)} ${border}${row.map(glyph).join('')}`.trimEnd()
  })
  const axis = axisText((drawn[0] as EquityPoint).at, (drawn.at(-1) as EquityPoint).at, width)
  return [...lines, `${' '.repeat(labelWidth + 2)}${axis}`].join('\n')
}
