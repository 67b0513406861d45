import type { RowQuery, StoreReader } from '../../domain/ports.ts'

const PAGE = 500

export type DiaryRange = Pick<RowQuery, 'accountId' | 'symbol' | 'action' | 'from' | 'to'>

/**
 * The diary as JSONL, oldest entry first, one line with its newline at a time; entries written meanwhile are included.
 * Made page by page, so a diary of any size can be sent: `pipeline(Readable.from(exportDiary(store)), file)`.
 */
export async function* exportDiary(store: StoreReader, range: DiaryRange = {}): AsyncGenerator<string> {
  let cursor: string | null | undefined
  while (cursor !== null) {
    const query: RowQuery = { ...range, limit: PAGE, oldestFirst: true }
    const page = await store.diary(cursor === undefined ? query : { ...query, cursor })
    for (const row of page.items) yield `${JSON.stringify(row)}\n`
    cursor = page.next
  }
}
