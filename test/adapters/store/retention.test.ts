import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenStore, openStore } from '../../../adapters/store/open-store.ts'
import type { Fact } from '../../../domain/fact.ts'
import { batchOf, Journal } from '../../contracts/journal.ts'
import { callOf } from '../../contracts/store/interactions.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const dataDir = mkdtempSync(join(tmpdir(), 'latch-retention-'))
let store: OpenStore

const aged = (fact: Fact, days: number): Fact => ({ ...fact, at: NOW - days * DAY })
const archiveFile = (table: string) => join(dataDir, 'archive', `${table}.jsonl.gz`)
const counts = async () => {
  const query = { limit: 1 }
  const [facts, calls, decisions] = await Promise.all([
    store.facts(query),
    store.interactions(query),
    store.decisions(query),
  ])
  return { facts: facts.total, calls: calls.total, decisions: decisions.total }
}
const prune = (llmDays: number | null, ordersDays: number | null) =>
  store.prune({ settings: { llmDays, ordersDays }, now: NOW, archiveFile })

beforeAll(async () => {
  store = await openStore({ dataDir, databaseUrl: null })
  const journal = new Journal('main')
  const facts: Fact[] = []
  for (let nth = 0; nth < 700; nth += 1) {
    facts.push(aged(journal.add({ type: 'model.called', call: callOf('main', nth) }), 731))
  }
  facts.push(aged(journal.add({ type: 'model.called', call: callOf('main', 701) }), 729))
  facts.push(aged(journal.decide('old'), 1_826), aged(journal.decide('new'), 1_824))
  await store.write(batchOf(...facts))
})
afterAll(() => store.close())

test('what is off is kept for ever', async () => {
  expect(await prune(null, null)).toEqual([])
  expect(await counts()).toEqual({ facts: 703, calls: 701, decisions: 2 })
})

test('calls older than 730 days go (FR-108), and decisions older than 1825 days (FR-114), but no fact', async () => {
  const pruned = await prune(730, 1_825)
  expect(pruned.filter(each => each.rows > 0).map(({ table, rows }) => [table, rows])).toEqual([
    ['interactions', 700],
    ['decisions', 1],
    ['diary', 1],
  ])
  expect(await counts()).toEqual({ facts: 703, calls: 1, decisions: 1 })
})

test('what is gone can be read back from the archive (FR-129)', async () => {
  expect(readdirSync(join(dataDir, 'archive')).toSorted()).toEqual([
    'decisions.jsonl.gz',
    'diary.jsonl.gz',
    'interactions.jsonl.gz',
  ])
  const rows = gunzipSync(readFileSync(archiveFile('interactions')))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { account_id: string; call_id: string; call: { request: object } })
  expect(new Set(rows.map(row => row.call_id)).size).toBe(700)
  expect(rows[0]).toMatchObject({ account_id: 'main', call: { request: { model: 'openai/gpt-5' } } })
})

test('a second run finds nothing, and new rows are written as before', async () => {
  expect((await prune(730, 1_825)).every(each => each.rows === 0)).toBe(true)
  expect(await store.lastSeq()).toEqual({ main: 703 })
})

test('rows that cannot be archived stay, and are taken out when they can be', async () => {
  const journal = new Journal('stays')
  await store.write(batchOf(aged(journal.decide('stays-1'), 1_826)))
  const left = async () => (await store.decisions({ accountId: ['stays'], limit: 1 })).total
  const settings = { llmDays: null, ordersDays: 1_825 }
  const blocked = (table: string) => join(archiveFile('interactions'), table)
  await expect(store.prune({ settings, now: NOW, archiveFile: blocked })).rejects.toThrow(
    'cannot be archived',
  )
  expect(await left()).toBe(1)
  await prune(null, 1_825)
  expect(await left()).toBe(0)
})

test('an account may keep its rows for longer or shorter than the others (FR-122)', async () => {
  const ids = ['a', 'b', 'c']
  for (const id of ids) {
    const journal = new Journal(id)
    const ages = [29, 31, 364, 366, 1_826]
    await store.write(batchOf(...ages.map(days => aged(journal.decide(`${id}-${days}`), days))))
  }
  const left = async (accountId: string): Promise<string[]> => {
    const { items } = await store.decisions({ accountId: [accountId], limit: 10 })
    return items.map(each => each.decisionId)
  }
  const keeps = (ordersDays: number) => ({ llmDays: 730, ordersDays })
  const pruned = await store.prune({
    settings: keeps(1_825),
    accounts: new Map([
      ['a', keeps(30)],
      ['b', keeps(365)],
      ['main', keeps(1_825)],
    ]),
    now: NOW,
    archiveFile,
  })
  const decisions = pruned.filter(each => each.table === 'decisions')
  expect(decisions.map(({ accountId, rows }) => [accountId, rows])).toEqual([
    [null, 1],
    ['a', 4],
    ['b', 2],
  ])
  expect(await left('a')).toEqual(['a-29'])
  expect((await left('b')).toSorted()).toEqual(['b-29', 'b-31', 'b-364'])
  expect((await left('c')).toSorted()).toEqual(['c-29', 'c-31', 'c-364', 'c-366'])
})
