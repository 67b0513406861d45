/**
 * Lists as files: JSON lines, or CSV for spreadsheets.
 *
 * A spreadsheet runs what begins with `=`, `+`, `-` or `@` as a formula, and texts of models end up here: such a text is
 * given a quote in front, which shows it as a text. Numbers are left alone.
 */
import { z } from '@hono/zod-openapi'
import type { HttpContext } from './context.ts'
import { choice } from './query.ts'

export const download = {
  download: choice(['0', '1'], '`1` answers with a file.'),
  format: choice(['jsonl', 'csv'], 'Of the file.'),
}

export const fileContent = (example: object) => ({
  'application/x-ndjson': { schema: z.string(), example: `${JSON.stringify(example)}\n` },
  'text/csv': { schema: z.string(), example: csvOf([example as Row]) },
})

type Row = Record<string, unknown>

const NUMBER = /^-?\d+(\.\d+)?$/
const FORMULA = /^[\s]*[=+\-@\t\r]/

/** One field of a CSV line. */
export const csvField = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180: a line of names, then one per row. */
export const csvOf = (rows: readonly Row[]): string => {
  const names = Object.keys(rows[0] ?? {})
  const lines = rows.map(row => names.map(name => csvField(row[name])).join(','))
  return [names.join(','), ...lines].map(line => `${line}\r\n`).join('')
}

/** The file, named after the list. The router's types take it for JSON, as every media type with "json" in it. */
export const answerFile = (
  c: HttpContext,
  name: string,
  format: 'jsonl' | 'csv' | undefined,
  rows: readonly Row[],
): never => {
  const isCsv = format === 'csv'
  const body = isCsv ? csvOf(rows) : rows.map(each => `${JSON.stringify(each)}\n`).join('')
  const type = isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8'
  return c.body(body, 200, {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${name}.${isCsv ? 'csv' : 'jsonl'}"`,
  }) as never
}
