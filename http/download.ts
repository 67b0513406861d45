/** Lists as files: JSON lines, or CSV for spreadsheets. */
import { z } from '@hono/zod-openapi'
import type { HttpContext, Log } from './context.ts'
import { csvOf, type Row } from './csv.ts'
import { choice } from './query.ts'

export const download = {
  download: choice(
    ['0', '1'],
    '`1` answers with a file, of everything that matches, or of as many rows as a given `limit` says.',
  ),
  format: choice(['jsonl', 'csv'], 'Of the file.'),
}

export const fileContent = (example: object) => ({
  'application/x-ndjson': { schema: z.string(), example: `${JSON.stringify(example)}\n` },
  'text/csv': { schema: z.string(), example: csvOf([example as Row]) },
})

/** A page of a list, as it is asked for. */
export type Paged = { limit: number; cursor?: string | undefined; offset?: number | undefined }
type Rows = { items: readonly Row[]; next: string | null }

/** Rows of one read: what a file takes of memory at a time. */
const PAGE = 500

/** Pages one after the other, `most` rows in all. */
async function* pagesOf(
  read: (asked: Paged) => Promise<Rows>,
  { limit: most, ...first }: Paged,
): AsyncGenerator<readonly Row[]> {
  let asked: Omit<Paged, 'limit'> = first
  for (let left = most; left > 0; ) {
    const { items, next } = await read({ ...asked, limit: Math.min(left, PAGE) })
    yield items
    if (next === null) return
    left -= items.length
    asked = { cursor: next }
  }
}

async function* linesOf(pages: AsyncIterable<readonly Row[]>, isCsv: boolean): AsyncGenerator<string> {
  let names: string[] | undefined
  for await (const rows of pages) {
    yield isCsv
      ? csvOf(rows, names, names === undefined)
      : rows.map(each => `${JSON.stringify(each)}\n`).join('')
    names ??= Object.keys(rows[0] ?? {})
  }
}

/** Whoever downloads sets the pace. A read that fails ends the connection, so that half a file is not taken for a whole one. */
const streamed = (chunks: AsyncGenerator<string>, onError: (error: unknown) => void): ReadableStream => {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await chunks.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      } catch (error) {
        onError(error)
        controller.error(error)
      }
    },
    cancel: async () => void (await chunks.return(undefined)),
  })
}

/**
 * The file, named after the list: all of it, or as many rows as the asker said. What is wrong with the question is told
 * before the file begins. The router's types take it for JSON, as every media type with "json" in it.
 */
export const answerFile = async (
  c: HttpContext,
  { name, format, log }: { name: string; format: 'jsonl' | 'csv' | undefined; log: Log },
  asked: Paged,
  read: (asked: Paged) => Promise<Rows>,
): Promise<never> => {
  const isCsv = format === 'csv'
  const limit = c.req.query('limit') === undefined ? Number.POSITIVE_INFINITY : asked.limit
  const chunks = linesOf(pagesOf(read, { ...asked, limit }), isCsv)
  const first = await chunks.next()
  const rest = (async function* () {
    if (first.done !== true) yield first.value
    yield* chunks
  })()
  const onError = (error: unknown) =>
    log.error({ err: error, request_id: c.get('requestId'), path: c.req.path }, 'download: broken off')
  const type = isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8'
  const headers = {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${name}.${isCsv ? 'csv' : 'jsonl'}"`,
  }
  // A HEAD request is answered by this handler too, but nobody would ever read its file.
  if (c.req.method === 'HEAD') return c.body(null, 200, headers) as never
  return c.body(streamed(rest, onError), 200, headers) as never
}
