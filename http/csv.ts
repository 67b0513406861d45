/**
 * Rows as CSV for spreadsheets, by RFC 4180.
 *
 * A spreadsheet runs what begins with `=`, `+`, `-` or `@` as a formula, and texts of models end up here: such a text is
 * given a quote in front, which shows it as a text. Numbers are left alone, also those that are written as texts.
 */
export type Row = Record<string, unknown>

const NUMBER = /^-?\d+(\.\d+)?$/
const FORMULA = /^[\s]*[=+\-@\t\r]/

const csvField = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return JSON.stringify(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const csvLine = (fields: readonly unknown[]): string => `${fields.map(csvField).join(',')}\r\n`

/** A line of names, then one per row. `names`: those of the first row of the file. */
export const csvOf = (rows: readonly Row[], names = Object.keys(rows[0] ?? {}), isFirst = true): string =>
  [...(isFirst ? [names] : []), ...rows.map(row => names.map(name => row[name]))].map(csvLine).join('')
