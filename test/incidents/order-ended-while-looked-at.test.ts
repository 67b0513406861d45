/**
 * The kill tests: an exit, a target or a stop that ended between the venue's list of working orders and the look at our
 * slots had left its slot by then. It was taken for a leftover: cancelled, and written down as a difference that never was.
 */
import { expect, test } from 'vitest'
import { run } from '../../actors/flow.ts'
import { reconcile } from '../../actors/reconcile.ts'
import type { World } from '../../actors/world.ts'
import type { VenueOrder } from '../../domain/order.ts'
import { AT } from '../harness.ts'
import { entryRequest, venueOrder } from '../machines/given.ts'
import { accountSettings } from '../machines/given-account.ts'

const exit = venueOrder(entryRequest({ clientOrderId: 'main-BTC-1-x1', side: 'sell', reduceOnly: true }))

/** Our exit works when the venue lists its orders; `endsAfter` so many lists it has filled, and leaves its slot. */
const given = (inSlot: boolean, endsAfter: number) => {
  const cancelled: string[] = []
  const facts: object[] = []
  let lists = 0
  let slots = new Set(inSlot ? [exit.clientOrderId] : [])
  const openOrders = async (): Promise<VenueOrder[]> => {
    const orders = lists < endsAfter ? [exit] : []
    lists += 1
    if (lists >= endsAfter) slots = new Set()
    return orders
  }
  const exchange = {
    fillsSince: async () => [],
    positions: async () => [],
    openOrders,
    account: async () => ({ balance: '1000' }),
    cancel: async (_symbol: string, id: string) => {
      cancelled.push(id)
      return { ...exit, status: 'cancelled' }
    },
  }
  const world = {
    clock: { now: () => AT },
    journal: { record: (_id: string, _at: number, fact: object) => facts.push(fact) },
    market: { mark: () => null },
    seat: () => ({ exchange, settings: accountSettings() }),
    ordersOf: () => slots,
    holds: () => true,
    noteOrder: () => {},
  } as unknown as World
  const answer = run(reconcile(world)({ accountId: 'main', since: 0, held: {} }))
  return { answer, cancelled, facts }
}

test('an order of ours that ends while it is looked at is no difference', async () => {
  const { answer, cancelled, facts } = given(true, 1)
  expect(await answer).toMatchObject({ reachable: true })
  expect(cancelled).toEqual([])
  expect(facts).toEqual([])
})

test('one that works in no slot is still swept', async () => {
  const { answer, cancelled, facts } = given(false, Number.POSITIVE_INFINITY)
  await answer
  expect(cancelled).toEqual([exit.clientOrderId])
  expect(facts).toMatchObject([{ type: 'reconcile.differed', what: 'order', action: 'cancelled' }])
})
