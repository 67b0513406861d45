import { expect, test } from 'vitest'
import { run } from '../../actors/flow.ts'
import { reconcile } from '../../actors/reconcile.ts'
import type { World } from '../../actors/world.ts'
import type { Fill, VenueOrder } from '../../domain/order.ts'
import { VenueUnreachable } from '../../domain/ports.ts'
import { price, quantity } from '../../domain/units.ts'
import { AT } from '../harness.ts'
import { entryRequest, fillOf, PositionStage, reconciled, venueOrder } from '../machines/given.ts'
import { AccountStage, accountSettings, truth } from '../machines/given-account.ts'

const held = {
  symbol: 'BTC',
  direction: 'long',
  quantity: '1',
  entryPrice: '100',
  leverage: 2,
  markPrice: '100',
}

/** A venue of scripted answers, and what was asked and written down. */
const given = (
  policy: 'leave' | 'cancel',
  orders: VenueOrder[],
  fills: Fill[][] = [],
  positions: object[][] = [],
) => {
  const asked: string[] = []
  const facts: { what?: string; action?: string }[] = []
  const next = <Item>(list: Item[][]): Item[] => (list.length > 1 ? list.shift() : list[0]) ?? []
  const exchange = {
    fillsSince: () => next(fills),
    positions: () => (asked.push('positions'), next(positions)),
    openOrders: () => orders,
    account: () => ({ balance: '1000' }),
    cancel: (_symbol: string, id: string) => (
      asked.push(`cancel ${id}`), orders.find(each => each.clientOrderId === id)
    ),
  }
  const world = {
    clock: { now: () => AT },
    journal: { record: (_id: string, _at: number, fact: object) => facts.push(fact) },
    market: { mark: () => null },
    seat: () => ({ exchange, settings: { ...accountSettings(), unknownOrders: policy } }),
    ordersOf: () => new Set(['main-BTC-1-s1']),
    holds: () => true,
    noteOrder: () => {},
  } as unknown as World
  const service = reconcile(world)
  return { asked, facts, exchange, ask: () => run(service({ accountId: 'main', since: 0, held: {} })) }
}
const order = (clientOrderId: string) => venueOrder(entryRequest({ clientOrderId }))

test('ours in no slot is cancelled, a stranger’s is left and recorded once', () => {
  const { asked, facts, ask } = given('leave', [
    order('main-BTC-1-s1'),
    order('main-BTC-1-s0'),
    order('by hand'),
  ])
  void ask()
  void ask()
  expect(asked.filter(each => each.startsWith('cancel'))).toEqual([
    'cancel main-BTC-1-s0',
    'cancel main-BTC-1-s0',
  ])
  expect(facts.map(fact => fact.action)).toEqual(['cancelled', 'left'])
})

test('a stranger’s order is cancelled where that is the policy', () => {
  const { asked, ask } = given('cancel', [order('by hand')])
  void ask()
  expect(asked).toContain('cancel by hand')
})

test('a difference is asked for twice, and so is a view in which a fill came', () => {
  const fill = fillOf(entryRequest())
  const twice = given('leave', [], [], [[held], [held]])
  void twice.ask()
  expect(twice.asked.filter(each => each === 'positions')).toHaveLength(2)
  const moved = given('leave', [], [[], [fill], [fill], [fill]], [[]])
  expect(moved.ask()).toMatchObject({ fills: [fill] })
  expect(moved.asked).toHaveLength(2)
})

test('the real fill takes the place of the assumed one: price and fee are corrected, the quantity is not', () => {
  const stage = new PositionStage()
  stage.enter()
  stage.send(reconciled({ mark: price(100) }))
  expect(stage.book.quantity).toBe('0')
  const fill = fillOf(stage.request('stop'), { price: price(98), at: stage.at })
  stage.send({ type: 'fill.received', fill, order: null })
  expect(stage.book.quantity).toBe('0')
  const booked = stage.reported('fill.booked').slice(1) as unknown as { fill: Fill; realised: string }[]
  expect(booked.map(each => each.fill.side)).toEqual(['sell', 'buy', 'sell'])
  expect(booked.map(each => each.realised)).toEqual(['0', '0', '-2'])
})

test('a deposit is booked when it is found twice, and moves the breakers', () => {
  const stage = new AccountStage()
  stage.call('reconcileAccount').answer(truth({ balance: '1200' }))
  expect(stage.account.ledger.deposits).toBe('1000')
  stage.command('resumed')
  stage.call('reconcileAccount').answer(truth({ balance: '1200' }))
  expect(stage.reported('deposit.booked')).toMatchObject([{ amount: '200' }])
  expect(stage.account.ledger.deposits).toBe('1200')
  expect(stage.account.breakers.peakEquity).toBe('1200')
})

test('a stop that is gone is placed again before anything is decided', () => {
  const stage = new AccountStage().holding()
  stage.command('resumed')
  for (const call of stage.open('lookupOrder')) stage.say.known(call)
  stage
    .call('reconcileAccount')
    .answer(truth({ positions: [held], orders: [], asOf: stage.at, at: stage.at }))
  expect(stage.state()).toBe('ordering')
  expect(stage.sent('stop')).toHaveLength(2)
})

test.each([
  ['adopt', 'protecting.stopping'],
  ['report', 'idle'],
  ['close', 'closing.exiting'],
] as const)('a position found at the venue: %s', (unknownPositions, state) => {
  const stage = new PositionStage({ unknownPositions })
  stage.send(
    reconciled({ quantity: quantity(2), direction: 'long', price: price(100), leverage: 3, stop: price(95) }),
  )
  expect(stage.state()).toBe(state)
  expect(stage.reported('reconcile.differed')).toHaveLength(1)
})

test('a question that gets no answer is asked again before the whole view is given up', () => {
  let asked = 0
  const unreachable = (): never => {
    asked += 1
    throw new VenueUnreachable('connection reset')
  }
  const { ask, exchange } = given('leave', [])
  exchange.positions = () => (asked < 2 ? unreachable() : [])
  expect(ask()).toMatchObject({ reachable: true })
  asked = 0
  exchange.positions = unreachable
  expect(ask()).toMatchObject({ reachable: false, message: 'connection reset' })
  expect(asked).toBe(3)
})
