/** Pages of lists held in memory, in the order of their keys: stable while rows come and go. */
import { invalid } from './query.ts'

type Paging = { limit: number; cursor?: string | undefined }

const encode = (key: string): string => Buffer.from(key).toString('base64url')

const decode = (cursor: string): string => {
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (encode(key) !== cursor) throw invalid('cursor', cursor, 'the next of an earlier answer')
  return key
}

export const pageOf = <Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  { limit, cursor }: Paging,
): { items: Row[]; total: number; next: string | null } => {
  const sorted = rows.map(row => ({ key: keyOf(row), row })).sort((a, b) => (a.key < b.key ? -1 : 1))
  const after = cursor === undefined ? null : decode(cursor)
  const rest = after === null ? sorted : sorted.filter(each => each.key > after)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  const next = rest.length > limit && last !== undefined ? encode(last.key) : null
  return { items: items.map(each => each.row), total: rows.length, next }
}

/** Key of a row by its time: later times come first. */
export const newestFirst = (at: number): string => String(Number.MAX_SAFE_INTEGER - at).padStart(16, '0')
