/** Entries that were let through are read once. */
import { expect, test } from 'vitest'
import { approvedEntries } from '../../actors/approved-entries.ts'
import { tradeGroupsView } from '../../actors/trade-groups-view.ts'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import type { EngineView } from '../../actors/engine-view.ts'
import type { RowQuery } from '../../domain/ports.ts'
import { batchOf, Journal, STARTED_AT, tradeOf } from '../contracts/journal.ts'

const DAY = 86_400_000

test('what was read is not read again; what comes later is found, and what comes late', async () => {
  const store = new MemoryStore()
  const given: string[] = []
  const { decisions } = store
  store.decisions = async query => {
    const page = await decisions(query)
    given.push(...page.items.map(each => each.decisionId))
    return page
  }
  const idsOf = async () => {
    const entries = await approvedEntries(store)
    return ['one', 'other', 'nobody'].map(id => entries.of(id).map(each => each.decision.decisionId))
  }
  expect(await idsOf()).toEqual([[], [], []])
  const one = new Journal('one')
  const later = new Journal('other', STARTED_AT + 10 * DAY)
  await store.write(batchOf(one.decide('a'), one.decide('b', { outcome: 'held' }), later.decide('c')))
  expect(await idsOf()).toEqual([['a'], ['c'], []])
  given.length = 0
  const late = new Journal('one', STARTED_AT + 10 * DAY - 60_000)
  await store.write(batchOf({ ...late.decide('d'), seq: 3 }))
  expect(await idsOf()).toEqual([['a', 'd'], ['c'], []])
  expect(await idsOf()).toEqual([['a', 'd'], ['c'], []])
  expect(new Set(given)).toEqual(new Set(['d', 'c']))
})

test('what comes late stands where it belongs, oldest first', async () => {
  const store = new MemoryStore()
  const on = new Journal('one', STARTED_AT + 60_000)
  await store.write(batchOf(on.decide('b')))
  await approvedEntries(store)
  await store.write(batchOf({ ...new Journal('one').decide('a'), seq: 2 }))
  const entries = await approvedEntries(store)
  expect(entries.of('one').map(each => each.decision.decisionId)).toEqual(['a', 'b'])
})

test('what the store has let go is let go, of the accounts it was let go of', async () => {
  const store = new MemoryStore()
  const journals = ['one', 'other', 'brief'].map(id => new Journal(id))
  const [one, other, brief] = journals as [Journal, Journal, Journal]
  one.decide('a')
  one.decide('b', { strategy: 'analysts' })
  other.decide('c')
  brief.decide('d')
  await store.write(batchOf(...journals.flatMap(each => each.facts)))
  const idsOf = async () => {
    const entries = await approvedEntries(store)
    return ['one', 'other', 'brief'].map(id => entries.of(id).map(each => each.decision.decisionId))
  }
  expect(await idsOf()).toEqual([['a', 'b'], ['c'], ['d']])
  const pruned = new MemoryStore()
  await pruned.write(batchOf(...one.facts.slice(1), ...other.facts))
  store.decisions = pruned.decisions
  store.signals = pruned.signals
  expect(await idsOf()).toEqual([['b'], ['c'], []])
  const entries = await approvedEntries(store)
  expect(entries.find('one', 'a')).toBeUndefined()
  expect(entries.find('one', 'b')?.decision.strategy).toBe('analysts')
})

test('trades by strategy are told by the entries that were read before', async () => {
  const store = new MemoryStore()
  const journal = new Journal('one')
  for (let nth = 0; nth < 1_200; nth++) journal.decide(`d${nth}`, { strategy: 'analysts' })
  const later = new Journal('other', STARTED_AT + 10 * DAY)
  await store.write(batchOf(...journal.facts, later.decide('x')))
  let rows = 0
  for (const name of ['decisions', 'signals'] as const) {
    const list = store[name]
    store[name] = async (query: RowQuery) => {
      const page = await list(query)
      rows += page.items.length
      return page as never
    }
  }
  const trades = ['d0', 'd1199', 'gone', null].map(decisionId => tradeOf('p', { decisionId }))
  const engine = {
    reader: store,
    measured: () => ({ trades, equity: [], flows: [] }),
  } as unknown as EngineView
  const groupsOf = async () =>
    (await tradeGroupsView(engine, 'one', 'strategy', {})).map(each => [each.key, each.metrics.trades])
  const expected = [
    ['analysts', 2],
    ['unknown', 2],
  ]
  expect(await groupsOf()).toEqual(expected)
  rows = 0
  expect(await groupsOf()).toEqual(expected)
  expect(rows).toBeLessThan(10)
})
