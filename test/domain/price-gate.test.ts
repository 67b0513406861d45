/** One bad print is not the market; two that agree are. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Candle } from '../../domain/candle.ts'
import { PriceGate } from '../../domain/price-gate.ts'
import { fromCloses, walk } from './candle-fixtures.ts'

const LIMITS = { times: 3, ranges: 10 }

/** A gate that has seen fifty candles around 100, with ranges of two. */
const given = (limits: typeof LIMITS | null = LIMITS): PriceGate => {
  const gate = new PriceGate(limits)
  for (const candle of fromCloses(
    Array.from({ length: 50 }, () => 100),
    1,
  ))
    expect(gate.refusal(candle)).toBeNull()
  return gate
}
const at = (close: number, changes: Partial<Candle> = {}): Candle => ({
  openAt: 0,
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  ...changes,
})
const reasons = (gate: PriceGate, candles: readonly Candle[]): (string | null)[] =>
  candles.map(candle => gate.refusal(candle)?.reason ?? null)

describe('a price far from the last close', () => {
  test.each([1_000, 10, 301, 33])(
    '%d after 100 is held back once, and forgotten when the next is normal',
    price => {
      const gate = given()
      expect(gate.refusal(at(price))).toEqual({ reason: 'price_outlier', price, reference: 100 })
      expect(reasons(gate, [at(101), at(102)])).toEqual([null, null])
    },
  )

  test.each([299, 34, 150, 60])('%d after 100 is a market that moves', price => {
    expect(given().refusal(at(price))).toBeNull()
  })

  test.each([
    ['high', { high: 1_000 }, 1_000],
    ['low', { low: 10 }, 10],
  ])('a %s that far is held back too, however normal the close', (_what, changes, price) => {
    const gate = given()
    expect(gate.refusal(at(100, changes))).toEqual({ reason: 'price_outlier', price, reference: 100 })
    // A second one says nothing of where the market closes, so it confirms nothing.
    expect(gate.refusal(at(100, changes))).toMatchObject({ reason: 'price_outlier' })
    expect(gate.refusal(at(100))).toBeNull()
  })

  test('is the market when a second candle agrees, and the next is compared with that', () => {
    const gate = given()
    expect(reasons(gate, [at(1_000), at(950), at(1_010), at(100)])).toEqual([
      'price_outlier',
      null,
      null,
      'price_outlier',
    ])
  })

  test('is not confirmed by another one elsewhere', () => {
    expect(reasons(given(), [at(1_000), at(10), at(100)])).toEqual(['price_outlier', 'price_outlier', null])
  })

  test('is not confirmed after a normal candle in between', () => {
    expect(reasons(given(), [at(1_000), at(100), at(1_000), at(100)])).toEqual([
      'price_outlier',
      null,
      'price_outlier',
      null,
    ])
  })

  test('is confirmed by the next candle or not at all', () => {
    const elsewhere = at(100, { high: 5_000 })
    expect(reasons(given(), [at(10), elsewhere, at(10), at(10.5)])).toEqual([
      'price_outlier',
      'price_outlier',
      'price_outlier',
      null,
    ])
  })

  test('is believed where candles are usually that wide', () => {
    const gate = new PriceGate(LIMITS)
    const wild = walk(50, 3).map(({ close, openAt }) =>
      at(close, { openAt, high: close * 1.4, low: close * 0.6 }),
    )
    for (const candle of wild) expect(gate.refusal(candle)).toBeNull()
    expect(gate.refusal(at((wild.at(-1)?.close ?? 0) * 4))).toBeNull()
  })

  test('is nothing special where the limits are off', () => {
    expect(reasons(given(null), [at(1_000), at(10), at(0)])).toEqual([null, null, 'candle_invalid'])
  })
})

describe('what is no candle', () => {
  const cases: [string, Partial<Record<keyof Candle, unknown>>][] = [
    ['zero', { low: 0 }],
    ['negative', { low: -1 }],
    ['NaN', { close: Number.NaN }],
    ['1e400', { high: Number.POSITIVE_INFINITY }],
    ['text', { close: '100' }],
    ['nothing', { open: null }],
    ['a high below its close', { high: 99 }],
    ['a low above its open', { low: 101, high: 102, close: 101.5 }],
    ['a volume below zero', { volume: -1 }],
    ['a volume that is no number', { volume: Number.NaN }],
  ]
  test.each(cases)('with %s is refused, again and again, and changes nothing', (_what, changes) => {
    const gate = given()
    const candle = at(100, changes as Partial<Candle>)
    expect(reasons(gate, [candle, candle, candle, at(101)])).toEqual([
      'candle_invalid',
      'candle_invalid',
      'candle_invalid',
      null,
    ])
  })
})

test('no market that moves by less than the limit is ever held back', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.34, max: 2.9, noNaN: true }), { maxLength: 60 }), moves => {
      const gate = new PriceGate(LIMITS)
      let close = 100
      for (const move of moves) {
        const open = close
        close = Math.min(1e9, Math.max(1e-6, close * move))
        if (Math.max(open / close, close / open) > 2.9) return
        const candle = at(close, { open, high: Math.max(open, close), low: Math.min(open, close) })
        expect(gate.refusal(candle)).toBeNull()
      }
    }),
    { numRuns: 1_000 },
  )
})

test('one bad print in any market is refused, and costs no other candle', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 98 }),
      fc.constantFrom(10, 0.1),
      (seed, index, factor) => {
        const gate = new PriceGate(LIMITS)
        const candles = walk(100, seed)
        candles.forEach((candle, place) => {
          const { open, high, low, close, ...rest } = candle
          const bad = close * factor
          const print =
            place === index
              ? { ...rest, open, close: bad, high: Math.max(high, bad), low: Math.min(low, bad) }
              : candle
          expect(gate.refusal(print)?.reason ?? null).toBe(place === index ? 'price_outlier' : null)
        })
      },
    ),
    { numRuns: 1_000 },
  )
})
