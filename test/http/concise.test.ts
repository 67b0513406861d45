/** Figures are shown without the digits that only arithmetic makes. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concise, conciseNumber, conciseText } from '../../http/present/concise.ts'
import { presentCandle } from '../../http/present/market.ts'
import { presentClosedPosition } from '../../http/present/position.ts'
import { dec, price } from '../../domain/units.ts'
import { tradeRow } from './fake-rows.ts'

test('the noise of binary fractions is gone', () => {
  expect(conciseNumber(3729.8300000000004)).toBe(3729.83)
  expect(conciseNumber(0.1 + 0.2)).toBe(0.3)
  const candle = { openAt: 0, open: 1, high: 3, low: 1, close: 2, volume: 3729.8300000000004 }
  expect(presentCandle(candle).volume).toBe(3729.83)
})

test('a quotient has 12 digits, a small one too', () => {
  expect(conciseText('45012.3333333333333333333333333333333333')).toBe('45012.3333333')
  expect(conciseText('0.0000123456789012345678901')).toBe('0.0000123456789012')
  expect(conciseText('-0.6666666666666666666666666666666666667')).toBe('-0.666666666667')
})

test('what was counted, quoted or written stays as it is', () => {
  const whole = {
    a: '123456789012345678',
    b: '0.123456789012',
    c: null,
    d: 1e15,
    e: ['BTC', true],
    f: '1.2.3',
  }
  expect(concise(whole)).toEqual(whole)
})

test('a closed position shows its averages so', () => {
  const shown = presentClosedPosition({ ...tradeRow('main', 1), exitPrice: price(dec(100).div(3)) })
  expect(shown.exit_price).toBe('33.3333333333')
})

test('nothing moves by more than a part in a hundred billion', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), value => {
      expect(Math.abs(conciseNumber(value) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-11)
    }),
    { numRuns: 1_000 },
  )
})
