import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paperInstruments } from '../../../adapters/market/instruments.ts'
import { mergeCandles } from '../../../adapters/market/merge.ts'
import { seriesSource } from '../../../adapters/market/series-source.ts'
import { type Candle, type CandleSeries, candleAt, seriesOf } from '../../../domain/candle.ts'
import type { CandleSource, MarketStep } from '../../../domain/feed.ts'
import { START } from './folder.ts'

const MINUTE = 60_000

const candle = (minute: number): Candle => ({
  openAt: START + minute * MINUTE,
  open: 10 + minute,
  high: 12 + minute,
  low: 9,
  close: 11 + minute,
  volume: minute + 1,
})

const series = (symbol: string, minutes: readonly number[]): CandleSeries =>
  seriesOf(symbol, '1m', minutes.map(candle))

const sourceOf = (list: readonly CandleSeries[], state: unknown = null): CandleSource =>
  seriesSource(list, paperInstruments(list), state)

const drain = (source: CandleSource): MarketStep[] => {
  const steps: MarketStep[] = []
  for (let step = source.next(); step !== null; step = source.next()) steps.push(step)
  return steps
}

const minutesOf = (step: MarketStep): (number | null)[] =>
  step.candles.map(each => (each === null ? null : (each.openAt - START) / MINUTE))

/** Sorted minutes with holes, for two or three symbols. */
const listed = fc
  .array(fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 })
  .map(all =>
    all.map((minutes, index) =>
      series(
        `S${index}`,
        minutes.toSorted((one, other) => one - other),
      ),
    ),
  )

describe('seriesSource', () => {
  test('aligns symbols that start and end at different times and have gaps', () => {
    const source = sourceOf([series('BTC', [0, 1, 2, 5]), series('ETH', [2, 3, 5, 6])])
    expect(source.symbols).toEqual(['BTC', 'ETH'])
    expect(source.instruments.map(each => each.symbol)).toEqual(['BTC', 'ETH'])
    expect(source.stepsTotal).toBe(7)
    const steps = drain(source)
    expect(steps.map(step => (step.openAt - START) / MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(steps.map(minutesOf)).toEqual([
      [0, null],
      [1, null],
      [2, 2],
      [null, 3],
      [null, null],
      [5, 5],
      [null, 6],
    ])
    expect(steps[2]?.candles[1]).toEqual(candle(2))
    expect(steps[0]?.fundingRates).toEqual([null, null])
    expect(source.next(), 'the end stays the end').toBeNull()
  })

  test('gives every candle once, at its time, in order', () => {
    fc.assert(
      fc.property(listed, list => {
        const source = sourceOf(list)
        const steps = drain(source)
        expect(steps.length).toBe(source.stepsTotal)
        steps.forEach((step, index) => expect(step.openAt).toBe((steps[0]?.openAt ?? 0) + index * MINUTE))
        list.forEach((each, column) => {
          const given = steps.flatMap(step => step.candles[column] ?? [])
          expect(given).toEqual(Array.from({ length: each.length }, (_, index) => candleAt(each, index)))
          for (const step of steps) expect(step.candles[column]?.openAt ?? step.openAt).toBe(step.openAt)
        })
      }),
      { numRuns: 1_000 },
    )
  })

  test('goes on from a stored state as if never interrupted', () => {
    fc.assert(
      fc.property(listed, fc.nat(32), (list, taken) => {
        const source = sourceOf(list)
        for (let index = 0; index < taken; index++) source.next()
        const state: unknown = JSON.parse(JSON.stringify(source.state()))
        expect(drain(sourceOf(list, state))).toEqual(drain(source))
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([[{}], [{ nextAt: START - MINUTE }], [{ nextAt: START + 1 }], [{ nextAt: null }]])(
    'refuses the state %j of other candles',
    state => {
      expect(() => sourceOf([series('BTC', [0, 1])], state)).toThrow(/does not belong to these candles/)
    },
  )

  test('refuses series that do not fit together', () => {
    const btc = series('BTC', [0, 1])
    expect(() => sourceOf([])).toThrow(/at least one series/)
    expect(() => sourceOf([btc, series('BTC', [1])])).toThrow(/BTC is in the source twice/)
    expect(() => seriesSource([btc, series('ETH', [])], [])).toThrow(/ETH has no candle/)
    expect(() => sourceOf([btc, seriesOf('ETH', '5m', [candle(0)])])).toThrow(/BTC has 1m, ETH 5m/)
    expect(() => seriesSource([btc], [])).toThrow(/No instrument for BTC among none/)
  })
})

describe('mergeCandles', () => {
  test('takes first open, last close, the extremes and the sum of volumes', () => {
    const merged = mergeCandles(series('BTC', [0, 1, 2]), '3m')
    expect(merged.length).toBe(1)
    expect(candleAt(merged, 0)).toEqual({ openAt: START, open: 10, high: 14, low: 9, close: 13, volume: 6 })
  })

  test('makes a candle exactly where all parts are there', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 41 }), minutes => {
        const merged = mergeCandles(
          series(
            'BTC',
            minutes.toSorted((one, other) => one - other),
          ),
          '3m',
        )
        const whole = [...Array(14).keys()].filter(each =>
          [0, 1, 2].every(part => minutes.includes(each * 3 + part)),
        )
        expect([...merged.openAt]).toEqual(whole.map(each => START + each * 3 * MINUTE))
      }),
      { numRuns: 1_000 },
    )
  })

  test('merging in two steps is merging in one', () => {
    const minutes = series('BTC', [...Array(180).keys()])
    expect(mergeCandles(mergeCandles(minutes, '15m'), '1h')).toEqual(mergeCandles(minutes, '1h'))
  })
})
