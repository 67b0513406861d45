/** How long an order waits for its intent to be durable: as long as the store may take, and what we ask of it ourselves beside. */
import { afterEach, expect, test, vi } from 'vitest'
import type { ExitJournal } from '../../actors/exit-journal.ts'
import { run } from '../../actors/flow.ts'
import { Journal } from '../../actors/journal.ts'
import { saveIntent } from '../../actors/order-services.ts'
import type { World } from '../../actors/world.ts'
import type { OrderServiceInput } from '../../machines/order/context.ts'

afterEach(() => void vi.useRealTimers())

const input = {
  ids: { accountId: 'a', positionId: 'a-BTC-1', decisionId: null, leg: 'entry', slot: 'entry' },
  request: { clientOrderId: 'a-BTC-1-e1', symbol: 'BTC', reduceOnly: false },
} as unknown as OrderServiceInput

const worldWith = (journal: Journal): World =>
  ({ journal, clock: { now: () => 0 }, exits: {} as ExitJournal }) as unknown as World

test('a moment that is played for longer than the store may take is no reason to refuse an entry', async () => {
  vi.useFakeTimers()
  const journal = new Journal({ write: () => Promise.resolve() })
  const release = journal.hold()
  const saved = run(saveIntent(worldWith(journal))(input))
  await vi.advanceTimersByTimeAsync(5_000)
  release()
  await vi.advanceTimersByTimeAsync(0)
  expect(await saved).toEqual({ at: 0 })
  expect(journal.isSlow).toBe(false)
})

test('a store that does not answer in time is', async () => {
  vi.useFakeTimers()
  const journal = new Journal({ write: () => new Promise(() => {}) })
  const saved = Promise.resolve(run(saveIntent(worldWith(journal))(input)))
  const refused = expect(saved).rejects.toThrow(/record an intent/)
  await vi.advanceTimersByTimeAsync(1_500)
  await refused
  expect(journal.isSlow).toBe(true)
})
