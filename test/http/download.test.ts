/** Lists as files: everything that matches, page by page, however long the list is. */
import { describe, expect, test } from 'vitest'
import type { DiaryRow, OrderRow, Page, RowQuery } from '../../domain/ports.ts'
import { diaryRow, orderRow } from './fake-rows.ts'
import { createTestApp } from './setup.ts'

const ROWS = 1_234

/** A long list behind the reader: what it was asked for, and how many rows were read but not taken yet. */
const withLong = (failAt = Infinity) => {
  const made = createTestApp()
  const asked: RowQuery[] = []
  const pages =
    <Row>(make: (accountId: string, index: number) => Row) =>
    (query: RowQuery): Promise<Page<Row>> => {
      asked.push(query)
      const from = query.cursor === undefined ? (query.offset ?? 0) : Number(query.cursor)
      if (from >= failAt) return Promise.reject(new Error('the database is gone'))
      const to = Math.min(ROWS, from + query.limit)
      const items = Array.from({ length: to - from }, (_, index) => make('main', from + index))
      return Promise.resolve({ items, total: ROWS, next: to < ROWS ? String(to) : null })
    }
  const { reader } = made.engine
  Object.assign(reader, { orders: pages<OrderRow>(orderRow), diary: pages<DiaryRow>(diaryRow) })
  return { ...made, asked }
}

const linesOf = async (response: Response | Promise<Response>) =>
  (await (await response).text()).split('\n').filter(line => line !== '')

describe('a download', () => {
  test.each(['orders', 'diary'])('of %s is all that matches', async name => {
    const { get, asked } = withLong()
    const response = await get(`/${name}?download=1&account_id=main`)
    expect(response.headers.get('content-disposition')).toContain(`${name}.jsonl`)
    expect(await linesOf(response)).toHaveLength(ROWS)
    expect(asked.length).toBe(3)
    for (const each of asked) {
      expect(each.limit).toBeLessThanOrEqual(500)
      expect(each.accountId).toEqual(['main'])
    }
  })

  test('is as many rows as are asked for, where any are', async () => {
    const { get, asked } = withLong()
    expect(await linesOf(get('/orders?download=1&limit=7'))).toHaveLength(7)
    expect(await linesOf(get('/diary?download=1&limit=600'))).toHaveLength(600)
    expect(await linesOf(get('/diary?download=1&offset=1200'))).toHaveLength(34)
    expect(await linesOf(get('/orders?download=1&cursor=1230'))).toHaveLength(4)
    expect(asked.map(each => each.limit)).toEqual([7, 500, 100, 500, 500])
  })

  test('as CSV has one line of names', async () => {
    const { get } = withLong()
    const lines = await linesOf(get('/orders?download=1&format=csv'))
    expect(lines).toHaveLength(ROWS + 1)
    expect(lines.filter(line => line.startsWith('account_id,'))).toHaveLength(1)
    expect(await linesOf(get('/orders?limit=1'))).toHaveLength(1)
  })

  test('reads no further than it is taken', async () => {
    const { get, asked } = withLong()
    const response = await get('/orders?download=1')
    const reader = response.body?.getReader()
    await reader?.read()
    expect(asked.length).toBeLessThan(3)
    await reader?.cancel()
    expect(asked.length).toBeLessThan(3)
  })

  test('that breaks off is no whole file, and the log says so', async () => {
    const { get, logged } = withLong(500)
    const response = await get('/orders?download=1')
    await expect(response.text()).rejects.toThrow(/gone/)
    expect(logged.map(each => each.message)).toEqual(['download: broken off'])
  })

  test('that cannot begin is a refusal', async () => {
    const { get } = withLong(0)
    expect((await get('/orders?download=1')).status).toBe(500)
    expect((await createTestApp().get('/orders?download=1&cursor=~~~')).status).toBe(422)
  })

  test('of nothing is an empty file', async () => {
    const { get, app, tokens } = createTestApp()
    expect(await (await get('/orders?download=1&status=rejected')).text()).toBe('')
    const headers = { Authorization: `Bearer ${tokens.owner}` }
    const head = await app.request('/orders?download=1', { method: 'HEAD', headers })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})
