/** Entries that were let through are read once. */
import { expect, test } from 'vitest'
import { approvedEntries } from '../../actors/approved-entries.ts'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import { batchOf, Journal, STARTED_AT } from '../contracts/journal.ts'

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
