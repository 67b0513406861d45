/** What a page takes out of the database, whatever the cursor says. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from '../../../adapters/store/cursor.ts'
import { type Database, openPglite } from '../../../adapters/store/database.ts'
import { SqlStore } from '../../../adapters/store/sql-store.ts'
import { batchOf, Journal } from '../../contracts/journal.ts'

const journal = new Journal('main')
const query = { accountId: ['main'], oldestFirst: true, limit: 10 }
/** Rows of each answer of the database. */
const answers: number[] = []
let database: Database
let store: SqlStore

const grow = async (rows: number): Promise<void> => {
  await store.write(batchOf(...Array.from({ length: rows }, () => journal.mark())))
}

beforeAll(async () => {
  database = await openPglite(mkdtempSync(join(tmpdir(), 'latch-page-')))
  store = new SqlStore(database)
  const connection = database.orm.driver.getConnection()
  const execute = connection.execute.bind(connection)
  connection.execute = async (...words: Parameters<typeof execute>): Promise<never> => {
    const found: unknown = await execute(...words)
    if (Array.isArray(found)) answers.push(found.length)
    return found as never
  }
  await grow(150)
})
beforeEach(() => void (answers.length = 0))
afterAll(() => store.close())

test('a walk that began with few rows does not read all that have come since', async () => {
  const first = await store.equity(query)
  expect(first.items).toHaveLength(10)
  expect(Math.max(...answers)).toBe(150)
  await grow(600)
  answers.length = 0
  const second = await store.equity({ ...query, cursor: first.next ?? '' })
  expect(second.items.map(each => each.at)).toEqual(journal.facts.slice(10, 20).map(each => each.at))
  expect(Math.max(...answers)).toBeLessThanOrEqual(201)
})

test('a cursor that says there is one row does not read the table', async () => {
  const { next } = await store.equity(query)
  const forged = encodeCursor({ ...decodeCursor(next ?? ''), total: 1 })
  answers.length = 0
  expect((await store.equity({ ...query, cursor: forged })).items).toHaveLength(10)
  expect(Math.max(...answers)).toBeLessThanOrEqual(201)
})
