/** An account beside its venue, only looked at. */
import { expect, test } from 'vitest'
import type { Desk } from '../../actors/desk.ts'
import { lookAtVenue } from '../../actors/venue-look.ts'
import type { VenueOrder } from '../../domain/order.ts'
import { OutcomeUnknown, VenueRefused, VenueUnreachable } from '../../domain/ports.ts'
import { entryRequest, venueOrder } from '../machines/given.ts'
import { AccountStage } from '../machines/given-account.ts'

const position = (symbol: string, direction: string, quantity: string) => ({
  symbol,
  direction,
  quantity,
  entryPrice: '100',
})

/** Positions by look; the last one stays. */
const given = (positions: object[][], orders: VenueOrder[] = [], balance = '1000', limitMs = 1_000) => {
  const asked: string[] = []
  const accounts = ['main']
  const context = new AccountStage().account
  const exchange = {
    positions: () => (
      asked.push('positions'), (positions.length > 1 ? positions.shift() : positions[0]) ?? []
    ),
    openOrders: () => (asked.push('orders'), Promise.resolve(orders)),
    account: () => (asked.push('account'), { balance }),
    cancel: () => asked.push('cancel'),
  }
  const desk = {
    accountIds: () => accounts,
    seat: () => ({ exchange }),
    actor: () => ({ getSnapshot: () => ({ status: 'active', value: 'idle', context }) }),
    world: { ordersOf: () => new Set(['main-BTC-1-s1']) },
  } as unknown as Desk
  return { asked, accounts, exchange, look: () => lookAtVenue(desk, 'main', limitMs) }
}

test('what agrees is told after one look', async () => {
  const { asked, look } = given([[]], [venueOrder(entryRequest({ clientOrderId: 'main-BTC-1-s1' }))])
  expect(await look()).toEqual({ accountId: 'main', done: true, state: 'idle', differences: [] })
  expect(asked).toEqual(['positions', 'orders', 'account'])
})

test('quantities, orders and money that differ are told, and nothing is done about them', async () => {
  const stranger = venueOrder(entryRequest({ clientOrderId: 'by hand' }))
  const { asked, look } = given([[position('BTC', 'short', '0.5')]], [stranger], '1200')
  const { differences } = await look()
  expect(differences).toEqual([
    { symbol: 'BTC', what: 'quantity', ours: null, theirs: '-0.5' },
    { symbol: 'BTC', what: 'order', ours: null, theirs: expect.stringContaining('(by hand)') as string },
    { symbol: null, what: 'balance', ours: '1000', theirs: '1200' },
  ])
  expect(asked).not.toContain('cancel')
})

test('what differs in one look only was on its way', async () => {
  const { asked, look } = given([[position('BTC', 'long', '1')], []])
  expect((await look()).differences).toEqual([])
  expect(asked.filter(each => each === 'positions')).toHaveLength(2)
})

test.each([
  new VenueUnreachable('connection reset'),
  new VenueRefused('rate_limited', 'too many requests'),
  new OutcomeUnknown('503'),
])('a venue that does not answer is no agreement: %s', async error => {
  const { exchange, look } = given([[]])
  exchange.positions = () => {
    throw error
  }
  expect(await look()).toMatchObject({ done: false, differences: [] })
})

test('nor is one that takes too long', async () => {
  const { exchange, look } = given([[]], [], '1000', 5)
  exchange.openOrders = () => new Promise(() => {})
  expect(await look()).toMatchObject({ done: false, differences: [] })
})

test('a fault of ours is not told as silence of the venue', async () => {
  const { exchange, look } = given([[]])
  exchange.account = () => {
    throw new TypeError('balance of undefined')
  }
  await expect(look()).rejects.toThrow('balance of undefined')
})

test('an account that is removed in between has ended, which is no fault', async () => {
  const { accounts, exchange, look } = given([[]])
  exchange.account = () => {
    accounts.pop()
    throw new Error('Invariant: account main has no seat')
  }
  expect(await look()).toMatchObject({ done: false, differences: [] })
})
