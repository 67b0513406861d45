/** Cursors: opaque to callers; inside, the place of the last row given and the total counted for the first page. */
import { QueryRefused } from '../../domain/ports.ts'
import { isStorable } from '../../domain/text.ts'

export type Place = { at: number; accountId: string; seq: number }
export type Cursor = Place & { total: number }

export const encodeCursor = ({ at, accountId, seq, total }: Cursor): string =>
  Buffer.from(JSON.stringify([at, accountId, seq, total])).toString('base64url')

/** Throws `QueryRefused` for anything `encodeCursor` does not make. */
export const decodeCursor = (text: string): Cursor => {
  const parts = parse(text)
  if (Array.isArray(parts) && parts.length === 4) {
    const [at, accountId, seq, total] = parts as unknown[]
    if (
      isInteger(at) &&
      typeof accountId === 'string' &&
      isStorable(accountId) &&
      isInteger(seq) &&
      isInteger(total) &&
      total > 0
    )
      return { at, accountId, seq, total }
  }
  throw new QueryRefused('The cursor is not one this engine gave: use "next" of the page before, unchanged.')
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return null
  }
}
