import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ExitCondition } from '../../../domain/exit-plan/condition.ts'
import { type Holding, isTighter, review, tighterStop } from '../../../domain/exit-plan/review.ts'
import { dec, price } from '../../../domain/units.ts'
import {
  candle,
  candles,
  closeConditions,
  holding,
  MINUTE,
  OPENED_AT,
  stopConditions,
  trailing,
} from './given.ts'

const AT = OPENED_AT + MINUTE
const RUNS = { numRuns: 1_000 }
const say = (
  condition: ExitCondition,
  change: Parameters<typeof candle>[0] = {},
  held: Partial<Holding> = {},
  at = AT,
) => review([condition], holding(held), candle(change), at)

describe('a stop that moves', () => {
  test('trails by a share of the best price', () => {
    const said = say(trailing({ ratio: 0.01 }), { high: 105, close: 104.9 })
    expect(said).toMatchObject({ type: 'move', stop: '103.95', best: '105' })
  })
  test('trails by ATR and by R', () => {
    expect(say(trailing({ atr: 3 }), { high: 106, close: 105, atr: 1 })).toMatchObject({ stop: '103' })
    expect(say(trailing({ r: 0.5 }), { high: 106, close: 105.5 })).toMatchObject({ stop: '105' })
  })
  test('waits until the best price was far enough away', () => {
    expect(say(trailing({ r: 1 }, 1.5), { high: 102.9, close: 102 }).type).toBe('hold')
    expect(say(trailing({ r: 1 }, 1.5), { high: 103, close: 102 })).toMatchObject({ stop: '101' })
  })
  test('goes to the entry once the position was ahead', () => {
    const condition = { kind: 'break_even', afterR: 1, offsetR: 0.1 } as const
    expect(say(condition, { high: 101.9 }).type).toBe('hold')
    expect(say(condition, { high: 102, close: 101 })).toMatchObject({ type: 'move', stop: '100.2' })
  })
  test('follows the lowest price of a short', () => {
    const short: Partial<Holding> = { direction: 'short', firstStop: price(102), stopPrice: price(102) }
    expect(say(trailing({ r: 1 }), { low: 95, close: 95.5 }, short)).toMatchObject({ stop: '97', best: '95' })
  })
  test('remembers the best price of candles before', () => {
    expect(say(trailing({ r: 1 }), { high: 101, close: 100.9 }, { best: price(102) })).toMatchObject({
      stop: '100',
    })
  })
  test('does not count an extreme that may have come before the entry', () => {
    expect(say(trailing({ r: 1 }), { openAt: OPENED_AT - 1, high: 110, close: 100.5 }).best).toBe('100.5')
  })
  test('is no order where the close has passed it: that closes', () => {
    const said = say(trailing({ r: 1 }), { high: 106, close: 104 })
    expect(said).toMatchObject({ type: 'close', condition: { kind: 'trailing' } })
  })
  test('that would loosen is left where it is', () => {
    expect(say(trailing({ ratio: 0.05 }), { high: 101 }).type).toBe('hold')
  })
  test('the tightest of several wins', () => {
    const plan: ExitCondition[] = [trailing({ r: 1 }), { kind: 'break_even', afterR: 1, offsetR: 0.9 }]
    expect(review(plan, holding(), candle({ high: 103, close: 102.5 }), AT)).toMatchObject({
      stop: '101.8',
      condition: { kind: 'break_even' },
    })
  })
})

describe('a condition that closes', () => {
  const beyond = { kind: 'candle_close_beyond', timeframe: '4h', side: 'below' } as const
  test.each([
    [99.9, 'close'],
    [100, 'hold'],
    [100.1, 'hold'],
  ] as const)('a 4h close at %d below EMA 50 at 100: %s', (close, type) => {
    const closes = [{ timeframe: '4h' as const, close, averages: [{ ema: 50, value: 100 }] }]
    expect(say({ ...beyond, level: { ema: 50 } }, { closes }).type).toBe(type)
  })
  test('a candle of another timeframe, or an average that is warming up, says nothing', () => {
    const condition: ExitCondition = { ...beyond, level: { ema: 50 } }
    expect(say(condition, { close: 1 }).type).toBe('hold')
    const warming = [{ timeframe: '4h' as const, close: 1, averages: [{ ema: 50, value: null }] }]
    expect(say(condition, { closes: warming }).type).toBe('hold')
  })
  test('a price level is met by the close of its timeframe', () => {
    const closes = [{ timeframe: '4h' as const, close: 94, averages: [] }]
    expect(say({ ...beyond, level: { price: price(95) } }, { closes }).type).toBe('close')
  })
  test.each([
    [MINUTE - 1, 'hold'],
    [MINUTE, 'close'],
  ] as const)('a time stop of a minute after %d ms: %s', (after, type) => {
    expect(say({ kind: 'time_stop', afterMs: MINUTE }, {}, {}, OPENED_AT + after).type).toBe(type)
  })
  test('funding counts against the side only', () => {
    const condition: ExitCondition = { kind: 'adverse_funding', rateMax: 0.001 }
    expect(say(condition, { fundingRate: 0.0011 }).type).toBe('close')
    expect(say(condition, { fundingRate: -0.0011 }).type).toBe('hold')
    expect(say(condition, { fundingRate: -0.0011 }, { direction: 'short' }).type).toBe('close')
    expect(say(condition, { fundingRate: null }).type).toBe('hold')
  })
  test('an open loss in R', () => {
    const condition: ExitCondition = { kind: 'unrealised_below_r', r: -0.5 }
    expect(say(condition, { close: 99 }).type).toBe('hold')
    expect(say(condition, { close: 98.99 }).type).toBe('close')
    expect(say(condition, { close: 50 }, { firstStop: null }).type, 'without a stop there is no R').toBe(
      'hold',
    )
  })
})

describe('whatever the market does', () => {
  const direction = fc.constantFrom('long' as const, 'short' as const)
  const plans = fc.array(fc.oneof(stopConditions, closeConditions), { minLength: 1, maxLength: 4 })

  test('a stop only ever moves toward profit, and never to where the close has been', () => {
    let moves = 0
    fc.assert(
      fc.property(direction, plans, candles, (side, plan, series) => {
        const stop = price(side === 'long' ? 95 : 105)
        let held = holding({ direction: side, firstStop: stop, stopPrice: stop })
        for (const [index, each] of series.entries()) {
          const openAt = OPENED_AT + index * MINUTE
          const said = review(plan, held, { ...each, openAt }, openAt + MINUTE)
          if (said.type === 'close') return
          if (held.best !== null) {
            expect(isTighter(side, held.best, said.best) || said.best === held.best).toBe(true)
          }
          if (said.type === 'move') {
            moves += 1
            expect(isTighter(side, held.stopPrice, said.stop)).toBe(true)
            expect(dec(said.stop).mod(held.tickSize).isZero()).toBe(true)
            expect(side === 'long' ? dec(said.stop).lt(each.close) : dec(said.stop).gt(each.close)).toBe(true)
            held = { ...held, stopPrice: said.stop }
          }
          held = { ...held, best: said.best }
        }
      }),
      RUNS,
    )
    expect(moves, 'a market that moves no stop proves nothing').toBeGreaterThan(200)
  })

  test('the same candle told twice changes nothing more', () => {
    fc.assert(
      fc.property(plans, candles, (plan, [first]) => {
        if (first === undefined) return
        const said = review(plan, holding(), first, AT)
        if (said.type === 'close') return
        const stopPrice = said.type === 'move' ? said.stop : holding().stopPrice
        expect(review(plan, holding({ best: said.best, stopPrice }), first, AT).type).toBe('hold')
      }),
      RUNS,
    )
  })

  test('of two stops the tighter one is the one nearer to profit', () => {
    expect(tighterStop('long', price(98), price(99))).toBe('99')
    expect(tighterStop('short', price(98), price(99))).toBe('98')
    expect(tighterStop('long', null, price(99))).toBe('99')
  })
})
