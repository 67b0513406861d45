/** Aligned columns: words to the left, numbers to the right. */
import { visible } from '../../domain/text.ts'
import { paint, type Style, shorten, type Terminal } from './terminal.ts'

export type Column<Row> = {
  title: string
  /** `null` shows as a dash. */
  value: (row: Row) => string | number | null
  /** Default: right when every value of the column is a number, else left. */
  align?: 'left' | 'right'
  style?: (row: Row) => Style | null
}

const GAP = '  '
const WIDTH_MIN = 8
/** `-1,234.50 %`, `+3`, `2.5x`: a number with or without its unit. */
const NUMERIC = /^[-+]?[\d.,]+(?:e[-+]?\d+)?(?: ?%|x|s|ms)?$/

type Plan = { width: number; right: boolean }

const dash = (terminal: Terminal): string => (terminal.unicode ? '–' : '-')

const lengthOf = (text: string): number => Array.from(text).length

const pad = (text: string, { width, right }: Plan): string => {
  const space = ' '.repeat(Math.max(0, width - lengthOf(text)))
  return right ? space + text : text + space
}

/** Takes the excess from the widest columns of words; numbers are never cut. */
const fit = (plans: Plan[], columns: number): void => {
  const total = () => plans.reduce((sum, plan) => sum + plan.width, GAP.length * (plans.length - 1))
  while (total() > columns) {
    const words = plans.filter(plan => !plan.right && plan.width > WIDTH_MIN)
    if (words.length === 0) return
    const [widest] = words.toSorted((a, b) => b.width - a.width) as [Plan]
    widest.width -= Math.min(total() - columns, Math.max(1, widest.width - WIDTH_MIN))
  }
}

/** The table with its head, without a newline at the end. On a terminal it is cut to the width. */
export const table = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminal: Terminal,
): string => {
  const cells = rows.map(row => columns.map(({ value }) => value(row)))
  const texts = cells.map(line =>
    line.map(cell => (cell === null || cell === '' ? dash(terminal) : visible(String(cell)))),
  )
  const plans = columns.map((column, index): Plan => {
    const values = cells.map(line => line[index]).filter(cell => cell !== null && cell !== '')
    const numbers =
      values.length > 0 && values.every(cell => typeof cell === 'number' || NUMERIC.test(cell ?? ''))
    const width = Math.max(lengthOf(column.title), ...texts.map(line => lengthOf(line[index] ?? '')))
    return { width, right: column.align === undefined ? numbers : column.align === 'right' }
  })
  if (terminal.isTty) fit(plans, terminal.columns)
  const line = (parts: string[], style: (index: number) => Style | null): string =>
    parts
      .map((text, index) => {
        const plan = plans[index] as Plan
        const padded = pad(shorten(text, plan.width, terminal), plan)
        // Spaces after the last word would only be seen when copied.
        const shown = index === parts.length - 1 ? padded.trimEnd() : padded
        return paint(terminal, style(index), shown)
      })
      .join(GAP)
  const head = line(
    columns.map(column => column.title),
    () => 'bold',
  )
  const body = rows.map((row, number) =>
    line(texts[number] ?? [], index => columns[index]?.style?.(row) ?? null),
  )
  return [head, ...body].join('\n')
}
