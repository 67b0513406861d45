import { expect, test } from 'vitest'
import { Journal } from '../../actors/journal.ts'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import type { Batch } from '../../domain/ports.ts'

/** A store that fails as often as it is told to and keeps what it was given. */
class Flaky extends MemoryStore {
  failures = 0
  readonly batches: Batch[] = []
  override async write(batch: Batch): Promise<void> {
    await Promise.resolve()
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error('disk full')
    }
    this.batches.push(batch)
  }
}

const moved = (to: string) => ({
  type: 'account.moved' as const,
  from: 'idle',
  to,
  until: null,
  reason: null,
})

test('facts are numbered per account without gaps, and the hash depends on every one of them', () => {
  const [one, two] = [new Journal(null), new Journal(null)]
  expect([
    one.record('a', 1, moved('x')).seq,
    one.record('b', 1, moved('x')).seq,
    one.record('a', 2, moved('y')).seq,
  ]).toEqual([1, 1, 2])
  two.record('a', 1, moved('x'))
  expect(two.hash()).not.toBe(one.hash())
  two.record('b', 1, moved('x'))
  two.record('a', 2, moved('y'))
  expect(two.hash()).toBe(one.hash())
})

test('flush answers at once without a store, and when all before it is durable with one', async () => {
  expect(new Journal(null).flush()).toBe(undefined)
  const store = new Flaky()
  const journal = new Journal(store)
  journal.record('a', 1, moved('x'))
  const first = journal.flush()
  journal.record('a', 2, moved('y'))
  const second = journal.flush()
  expect(journal.flush(), 'those who wait together wait for one batch').toBe(second)
  await first
  await second
  expect(store.batches.flatMap(batch => batch.facts.map(fact => fact.seq))).toEqual([1, 2])
  expect(journal.lag).toBe(0)
})

test('a batch that cannot be written is written whole by the next one', async () => {
  const store = new Flaky()
  const journal = new Journal(store)
  let captures = 0
  journal.captureWith(() => {
    captures += 1
    const accountId = captures === 1 ? 'a' : 'b'
    return { snapshots: [{ accountId, version: 1, at: captures, body: captures }], documents: [] }
  })
  journal.record('a', 1, moved('x'))
  store.failures = 1
  await expect(journal.flush()).rejects.toThrow('disk full')
  expect(journal.lag).toBe(1)
  journal.record('a', 2, moved('y'))
  await journal.flush()
  expect(store.batches[0]?.facts.map(fact => fact.seq)).toEqual([1, 2])
  expect(store.batches[0]?.snapshots.map(each => each.accountId)).toEqual(['a', 'b'])
})

test('those who wait behind a failed batch get a batch of their own', async () => {
  const store = new Flaky()
  store.failures = 1
  const journal = new Journal(store)
  journal.record('a', 1, moved('x'))
  const first = journal.flush()
  const second = journal.flush()
  await expect(first).rejects.toThrow()
  await second
  expect(store.batches.flatMap(batch => batch.facts).length).toBe(1)
})

test('facts of a batch that is being written are not durable yet, and count as lag', async () => {
  const written = Promise.withResolvers<void>()
  const journal = new Journal({ write: () => written.promise })
  journal.record('a', 1, moved('x'))
  const flushed = journal.flush()
  await Promise.resolve()
  journal.record('a', 2, moved('y'))
  expect(journal.lag).toBe(2)
  written.resolve()
  await flushed
  expect(journal.lag).toBe(1)
  await journal.flush()
  expect(journal.lag).toBe(0)
})

test('the hash does not hang on which of two accounts was first, and does on whose fact it is', () => {
  const [one, two, other] = [new Journal(null), new Journal(null), new Journal(null)]
  one.record('a', 1, moved('x'))
  one.record('b', 1, moved('y'))
  two.record('b', 1, moved('y'))
  two.record('a', 1, moved('x'))
  other.record('a', 1, moved('y'))
  other.record('b', 1, moved('x'))
  expect(two.hash()).toBe(one.hash())
  expect(other.hash()).not.toBe(one.hash())
})

test('a state that cannot be captured keeps its facts for the next write', async () => {
  const store = new Flaky()
  const journal = new Journal(store)
  let isBroken = true
  journal.captureWith(() => {
    if (isBroken) throw new Error('cannot be captured')
    return { snapshots: [], documents: [] }
  })
  journal.record('a', 1, moved('x'))
  await expect(journal.flush()).rejects.toThrow('cannot be captured')
  expect(journal.lag).toBe(1)
  isBroken = false
  journal.record('a', 2, moved('y'))
  await journal.flush()
  expect(store.batches.map(batch => batch.facts.map(({ seq }) => seq))).toEqual([[1, 2]])
})
