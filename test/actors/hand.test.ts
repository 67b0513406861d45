/** Orders by hand on a whole engine: given once under one name, across repetitions and restarts, and taken back. */
import { describe, expect, test } from 'vitest'
import { Engine } from '../../actors/engine.ts'
import { OrderRefused, type OrderWish } from '../../actors/hand-orders.ts'
import type { Fact } from '../../domain/fact.ts'
import { money, price, quantity } from '../../domain/units.ts'
import { cut, givenOptions, givenSeries, givenSettings, givenStore, type LiveRun } from './given.ts'

const SERIES = givenSeries(4, 420)
const LIMIT_MS = 30_000

/** An account whose strategy wants nothing, so that only hands move it. */
const settings = givenSettings(each => {
  each.paper.latencyMs = 0
  each.accounts = each.accounts.filter(account => account.id === 'momentum')
  for (const { strategy } of each.accounts) {
    strategy.entryScore = 9
    strategy.reversalMargin = 9
  }
})

const opened = async (store: LiveRun['store'], series = SERIES) => {
  const facts: Fact[] = []
  const engine = await Engine.open({
    ...(await givenOptions(settings, series)),
    store,
    onError: error => {
      throw error
    },
  })
  engine.subscribe(event => {
    if (event.kind === 'fact') facts.push(event.fact)
  })
  return { engine, facts, store }
}

/** The feed has ended: the market stands still, and accounts and venue go on answering. */
const standing = async (store = givenStore(), length = 400) => {
  const found = await opened(store, cut(SERIES, length))
  await found.engine.run()
  return found
}

const wish = (change: Partial<OrderWish> = {}): OrderWish => ({
  accountId: 'momentum',
  symbol: 'BTC',
  side: 'buy',
  quantity: quantity('0.01'),
  value: null,
  limitPrice: null,
  stop: null,
  target: null,
  leverage: null,
  reason: null,
  requestId: 'r1',
  by: 'token:me',
  asked: 'buy 0.01 BTC',
  ...change,
})

const entries = async (store: LiveRun['store']) =>
  (await store.orders({ limit: 100, oldestFirst: true })).items.filter(each => each.leg === 'entry')

describe('an order by hand', () => {
  test(
    'answers with its decision and the order at the venue, in the journal in that order',
    async () => {
      const { engine, facts, store } = await standing()
      const answer = await engine.insight.hand.place(wish({ reason: 'news' }))
      expect(answer).toMatchObject({ repeated: false, remaining: [] })
      expect(answer.decision).toMatchObject({ decisionId: 'momentum-manual-r1', outcome: 'approved' })
      expect(answer.decision.proposal.rationale).toBe('By hand: buy 0.01 BTC. news')
      expect(answer.decision.risk.length).toBeGreaterThan(20)
      expect(answer.orders).toMatchObject([{ leg: 'entry', status: 'working', quantity: '0.01' }])
      const types = facts.map(fact => fact.type)
      expect(types.indexOf('intent.recorded')).toBeGreaterThan(types.lastIndexOf('decision.recorded'))
      const found = await store.decisions({ source: 'manual', limit: 10 })
      expect(found.items.map(each => each.decisionId)).toEqual(['momentum-manual-r1'])
      engine.close()
    },
    LIMIT_MS,
  )

  test(
    'given again, at once or later, gets the same decision and no second order',
    async () => {
      const { engine, store } = await standing()
      const { hand } = engine.insight
      const [first, second] = await Promise.all([hand.place(wish()), hand.place(wish())])
      const third = await hand.place(wish())
      expect([first, second, third].map(each => each?.repeated)).toEqual([false, true, true])
      expect(second?.decision).toEqual(first?.decision)
      expect(third.decision).toEqual(first?.decision)
      expect(third.orders).toEqual(first?.orders)
      expect(await entries(store)).toHaveLength(1)
      await expect(hand.place(wish({ asked: 'buy 7 BTC' }))).rejects.toMatchObject({ code: 'reused' })
      engine.close()
    },
    LIMIT_MS,
  )

  test(
    'given again after a restart gets the same decision and no second order',
    async () => {
      const store = givenStore()
      const before = await standing(store)
      const first = await before.engine.insight.hand.place(wish())
      before.engine.close()
      const { engine } = await opened(store)
      const again = await engine.insight.hand.place(wish())
      expect(again.repeated).toBe(true)
      expect(again.decision).toEqual(first.decision)
      expect(again.orders.map(each => each.clientOrderId)).toEqual(
        first.orders.map(each => each.clientOrderId),
      )
      await engine.run()
      expect(await entries(store)).toHaveLength(1)
      engine.close()
    },
    LIMIT_MS,
  )

  test(
    'cut off before its decision has never been, and is decided when it is given again',
    async () => {
      const store = givenStore()
      const before = await standing(store)
      const lost = before.engine.insight.hand.place(wish()).catch(() => null)
      before.engine.close()
      const { engine } = await standing(store, 410)
      expect((await store.decisions({ source: 'manual', limit: 1 })).total).toBe(0)
      expect(await engine.insight.hand.place(wish())).toMatchObject({
        repeated: false,
        decision: { outcome: 'approved' },
      })
      expect(await entries(store)).toHaveLength(1)
      engine.close()
      void lost
    },
    LIMIT_MS,
  )

  test(
    'that the rules refuse answers with the rule, and orders nothing',
    async () => {
      const { engine, store } = await standing()
      const answer = await engine.insight.hand.place(wish({ stop: price(9_999_999) }))
      expect(answer).toMatchObject({
        orders: [],
        remaining: [],
        decision: { outcome: 'refused', code: 'stop_on_wrong_side', actual: '9999999' },
      })
      expect(await entries(store)).toEqual([])
      engine.close()
    },
    LIMIT_MS,
  )

  test(
    'against what is open closes as much as was asked for, with an exit of that position',
    async () => {
      const { engine, store } = await opened(givenStore())
      const run = engine.run()
      const { hand } = engine.insight
      await until(engine, hasHistory())
      const hasProtected = until(engine, fact => fact.type === 'protection.confirmed')
      await hand.place(wish({ ...farFrom(engine), value: money(2_000), quantity: null }))
      await hasProtected
      const answer = await hand.place(
        wish({ side: 'sell', quantity: quantity('0.004'), requestId: 'r2', asked: 'sell' }),
      )
      expect(answer).toMatchObject({ decision: { outcome: 'closing' } })
      expect(answer.orders[0]).toMatchObject({
        leg: 'exit',
        side: 'sell',
        quantity: '0.004',
        reduceOnly: true,
      })
      const next = await hand.place(
        wish({ side: 'sell', quantity: quantity('0.003'), requestId: 'r3', asked: 'more' }),
      )
      engine.stop()
      await run
      expect(answer.orders).toHaveLength(1)
      expect(next.orders).toMatchObject([{ decisionId: 'momentum-manual-r3', quantity: '0.003' }])
      const told = await store.diary({ accountId: ['momentum'], limit: 1_000 })
      expect(told.items.find(each => each.rationale === 'By hand: sell 0.004 BTC.')).toMatchObject({
        action: 'close',
        amount: '0.004',
        filled: true,
        order_result: expect.stringMatching(/^filled 0\.004 at /),
      })
      expect(await entries(store)).toHaveLength(1)
      engine.close()
    },
    LIMIT_MS,
  )

  test(
    'that is given up before anything is sent says so, and says the same when it is given again',
    async () => {
      const { engine, facts, store } = await standing()
      const { hand } = engine.insight
      engine.subscribe(event => {
        if (event.kind !== 'fact' || event.fact.type !== 'position.moved' || event.fact.to !== 'ordering')
          return
        const close = { name: 'close', symbol: 'BTC', fraction: 1, reason: null } as const
        void engine.command(['momentum'], close, { by: 'test' })
      })
      const given = hand.place(wish())
      await expect(given).rejects.toMatchObject({
        code: 'abandoned',
        message: "Request 'r1' of momentum was accepted and given up before anything was sent",
      })
      expect((await store.decisions({ source: 'manual', limit: 1 })).items).toMatchObject([
        { outcome: 'approved' },
      ])
      await expect(hand.place(wish())).rejects.toMatchObject({ code: 'abandoned' })
      expect(facts.filter(fact => fact.type === 'intent.recorded')).toEqual([])
      engine.close()
    },
    LIMIT_MS,
  )

  test.each([
    ['pause', 'paused'],
    ['halt', 'halted'],
    ['stop', 'stopped'],
  ] as const)(
    'after %s is refused while the account is %s, and leaves nothing',
    async (name, state) => {
      const { engine, store } = await standing()
      await engine.command(['momentum'], { name, reason: null }, { by: 'test' })
      const refused = engine.insight.hand.place(wish())
      await expect(refused).rejects.toThrow(OrderRefused)
      await expect(refused).rejects.toMatchObject({
        code: 'resting',
        message: `momentum is ${state} and takes no orders now`,
      })
      expect((await store.decisions({ source: 'manual', limit: 1 })).total).toBe(0)
      engine.close()
    },
    LIMIT_MS,
  )
})

describe('taking an order back', () => {
  test(
    'cancels an entry at work, and the same again is answered the same',
    async () => {
      const { engine } = await standing()
      const { hand } = engine.insight
      const { orders } = await hand.place(wish())
      const id = orders[0]?.clientOrderId ?? ''
      const first = await hand.cancel(['momentum'], id)
      expect(first).toMatchObject({ done: true, order: { status: 'cancelled', filledQuantity: '0' } })
      expect(await hand.cancel(['momentum'], id)).toEqual(first)
      await expect(hand.cancel(['cross'], id)).rejects.toMatchObject({ code: 'unknown' })
      await expect(hand.cancel(['momentum'], 'nobody')).rejects.toMatchObject({ code: 'unknown' })
      engine.close()
    },
    LIMIT_MS,
  )

  test(
    'leaves the stop where it is, and an entry that has filled',
    async () => {
      const { engine, store } = await opened(givenStore())
      const run = engine.run()
      const { hand } = engine.insight
      await until(engine, hasHistory())
      const hasProtected = until(engine, fact => fact.type === 'protection.confirmed')
      const placed = await hand.place(wish(farFrom(engine)))
      await hasProtected
      engine.stop()
      await run
      const entry = placed.orders[0]?.clientOrderId ?? ''
      const { items } = await store.orders({ accountId: ['momentum'], status: 'working', limit: 10 })
      const stop = items.find(each => each.leg === 'stop')
      await expect(hand.cancel(['momentum'], stop?.clientOrderId ?? '')).rejects.toMatchObject({
        code: 'protects',
      })
      await expect(hand.cancel(['momentum'], entry)).rejects.toMatchObject({ code: 'filled' })
      const after = await store.orders({ accountId: ['momentum'], id: stop?.clientOrderId ?? '', limit: 1 })
      expect(after.items).toMatchObject([{ status: 'working' }])
      engine.close()
    },
    LIMIT_MS,
  )
})

/** Levels that the market does not reach. */
const farFrom = (engine: Engine): Partial<OrderWish> => {
  const mark = engine.insight.mark('BTC')?.price ?? 0
  return { stop: price(mark * 0.8), target: price(mark * 2), leverage: 1 }
}

/** Enough candles for the ATR that stops are derived from. */
const hasHistory = () => {
  let seen = 0
  return (fact: Fact) => fact.type === 'decision.recorded' && ++seen > 100
}

const until = (engine: Engine, is: (fact: Fact) => boolean): Promise<void> =>
  new Promise(resolve => {
    const forget = engine.subscribe(event => {
      if (event.kind !== 'fact' || !is(event.fact)) return
      forget()
      resolve()
    })
  })
