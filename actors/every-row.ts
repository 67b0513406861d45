/** A whole list of the store, however long: read page by page. */
import type { Page, RowQuery } from '../domain/ports.ts'

/** Rows of one read. */
const PAGE = 1_000

/** Oldest first; what is written meanwhile is included. `pageRows`: fewer at a time, where rows are large. */
export async function* everyRow<Row>(
  read: (query: RowQuery) => Promise<Page<Row>>,
  filter: Omit<RowQuery, 'limit'> = {},
  pageRows = PAGE,
): AsyncGenerator<Row> {
  for (let cursor: string | undefined; ; ) {
    const from = cursor === undefined ? {} : { cursor }
    const page = await read({ ...filter, ...from, limit: pageRows, oldestFirst: true })
    yield* page.items
    if (page.next === null) return
    cursor = page.next
  }
}
