import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryStore } from '../../../adapters/store/memory-store.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { Store } from '../../../domain/ports.ts'
import { money, price, quantity } from '../../../domain/units.ts'
import { batchOf, Journal, requestOf, tradeOf } from '../journal.ts'
import type { Bench } from '../store.ts'
import { callOf } from './interactions.ts'

/** One thing that happens to an account, by number, so that lives shrink to short ones. */
type Step = { kind: number; order: number; amount: number }

const step = fc.record({
  kind: fc.nat({ max: 10 }),
  order: fc.nat({ max: 2 }),
  amount: fc.integer({ min: 1, max: 1_000_000 }),
})

const live = (journal: Journal, { kind, order, amount }: Step): void => {
  const size = quantity(amount / 1e6)
  const request = requestOf(`o${order}`, { quantity: size })
  const leg = (['entry', 'stop', 'exit'] as const)[order] ?? 'entry'
  const filled = { filledQuantity: size, averagePrice: price(amount) }
  const steps = [
    () => journal.decide(`d${order}`),
    () => journal.intend(request, leg, order === 2 ? null : `d${order}`),
    () => journal.update(request, filled, leg),
    () => journal.update(request, { ...filled, status: 'filled' }, null),
    () => journal.fill(`t${amount % 5}`, { side: order === 0 ? 'buy' : 'sell', quantity: size }, leg),
    () => journal.open({ quantity: size, entryPrice: String(amount), decisionId: `d${order}` }),
    () => journal.protect(),
    () => journal.add({ type: 'order.unknown', clientOrderId: `o${order}`, symbol: 'BTC', leg, message: '' }),
    () =>
      journal.add({
        type: 'funding.booked',
        symbol: 'BTC',
        positionId: 'p1',
        rate: 1e-4,
        paid: money(amount),
      }),
    () => journal.add({ type: 'trade.closed', trade: tradeOf(`p${order}`, { quantity: size }) }),
    () => journal.add({ type: 'model.called', call: callOf(journal.accountId, order) }),
  ]
  steps[kind]?.()
}

/** Batches as a writer makes them that loses its place: some facts come twice, none is left out. */
const cut = (facts: readonly Fact[], sizes: readonly number[], back: number): Fact[][] => {
  const batches: Fact[][] = []
  let start = 0
  for (let turn = 0; start < facts.length; turn++) {
    const end = start + (sizes[turn % sizes.length] ?? 1)
    batches.push(facts.slice(Math.max(0, start - back), end))
    start = end
  }
  return batches
}

const shown = async (store: Store, accountId: string): Promise<unknown[]> => {
  const query = { accountId: [accountId], limit: 1000 }
  return Promise.all([
    store.orders(query),
    store.fills(query),
    store.trades(query),
    store.decisions(query),
    store.diary(query),
    store.equity(query),
    store.facts(query),
    store.interactions(query),
  ])
}

export const testReplay = ({ store, account, isDurable }: Bench): void => {
  test('facts in any batches, some of them twice, give the same rows as each one once', async () => {
    const lives = fc.array(step, { minLength: 1, maxLength: 25 })
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(lives, sizes, fc.nat({ max: 12 }), async (steps, cuts, back) => {
        const journal = new Journal(account())
        for (const each of steps) live(journal, each)
        const plain = new MemoryStore()
        for (const fact of journal.facts) await plain.write(batchOf(fact))
        for (const facts of cut(journal.facts, cuts, back)) await store().write(batchOf(...facts))
        const expected = await shown(plain, journal.accountId)
        expect(await shown(store(), journal.accountId)).toEqual(expected)
        await store().write(batchOf(...journal.facts))
        expect(await shown(store(), journal.accountId)).toEqual(expected)
      }),
      { numRuns: isDurable ? 40 : 1000 },
    )
  })
}
