import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GeneratorSettings } from '../../../adapters/market/generator/settings.ts'
import { generatorSource } from '../../../adapters/market/generator/source.ts'
import type { GeneratorState } from '../../../adapters/market/generator/state.ts'
import { FUNDING_RATE_MAX } from '../../../adapters/market/generator/symbol-market.ts'
import { mergeCandles } from '../../../adapters/market/merge.ts'
import { type Candle, candleAt, seriesOf } from '../../../domain/candle.ts'
import type { CandleSource, MarketStep } from '../../../domain/feed.ts'
import { INTERVAL_MS } from '../../../domain/interval.ts'
import { dec } from '../../../domain/units.ts'
import { START } from './folder.ts'

const SETTINGS: GeneratorSettings = { seed: 1, interval: '1m', symbols: ['BTC', 'ETH'], startAt: START }

const take = (source: CandleSource, count: number): MarketStep[] =>
  Array.from({ length: count }, () => source.next() as MarketStep)

const candlesOf = (steps: readonly MarketStep[], index: number): Candle[] =>
  steps.map(step => step.candles[index] as Candle)

const settingsOf = fc.record({
  seed: fc.oneof(fc.integer(), fc.nat(100)),
  interval: fc.constantFrom('1m' as const, '1m' as const, '3m' as const, '5m' as const, '1h' as const),
  symbols: fc.uniqueArray(fc.constantFrom('BTC', 'ETH', 'SOL', 'DOGE', 'NEW'), {
    minLength: 1,
    maxLength: 3,
  }),
  startAt: fc.integer({ min: 0, max: 2_000_000_000_000 }),
})

const isMultiple = (value: number, size: string): boolean => dec(value).mod(size).isZero()

describe('every generated candle', () => {
  test('is possible: ordered, positive, on tick, step and time grid', () => {
    fc.assert(
      fc.property(settingsOf, settings => {
        const source = generatorSource(settings)
        const stepMs = INTERVAL_MS[settings.interval]
        let expectedAt = settings.startAt - (settings.startAt % stepMs)
        for (const { openAt, candles, fundingRates } of take(source, 10)) {
          expect(openAt).toBe(expectedAt)
          expectedAt += stepMs
          candles.forEach((candle, index) => {
            if (candle === null) throw new Error('a generated candle is never missing')
            const { open, high, low, close, volume } = candle
            const possible = low > 0 && low <= Math.min(open, close) && Math.max(open, close) <= high
            expect(possible, JSON.stringify(candle)).toBe(true)
            expect(volume).toBeGreaterThan(0)
            const tickSize = source.instruments[index]?.tickSize ?? ''
            for (const price of [open, high, low, close]) expect(isMultiple(price, tickSize)).toBe(true)
            expect(Math.abs(fundingRates[index] ?? 1)).toBeLessThanOrEqual(FUNDING_RATE_MAX)
          })
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('stays above zero with a tick as coarse as the price', () => {
    const instruments = { all: { tickSize: '2.5', stepSize: '100' } }
    const source = generatorSource({ ...SETTINGS, symbols: ['NEW'], startPrices: { NEW: 1 }, instruments })
    for (const { low, open, high, volume } of candlesOf(take(source, 500), 0)) {
      expect([low, open, high].every(price => price >= 2.5 && price % 2.5 === 0)).toBe(true)
      expect(volume).toBeGreaterThanOrEqual(100)
    }
  })
})

describe('a seed', () => {
  test('gives the same market every time, and another seed another one', () => {
    const one = take(generatorSource(SETTINGS), 200)
    expect(take(generatorSource(SETTINGS), 200)).toEqual(one)
    expect(take(generatorSource({ ...SETTINGS, seed: 2 }), 200)).not.toEqual(one)
  })

  test('gives a symbol the same candles whatever others there are', () => {
    const alone = candlesOf(take(generatorSource({ ...SETTINGS, symbols: ['ETH'] }), 300), 0)
    const among = take(generatorSource({ ...SETTINGS, symbols: ['SOL', 'ETH', 'BTC'] }), 300)
    expect(candlesOf(among, 1)).toEqual(alone)
  })

  test('is one market at every interval', () => {
    const minutes = candlesOf(take(generatorSource(SETTINGS), 600), 0)
    const hours = candlesOf(take(generatorSource({ ...SETTINGS, interval: '1h' }), 10), 0)
    const merged = mergeCandles(seriesOf('BTC', '1m', minutes), '1h')
    expect(hours).toEqual(hours.map((_, index) => candleAt(merged, index)))
  })

  test('continued from its state anywhere is the uninterrupted run', () => {
    fc.assert(
      fc.property(settingsOf, fc.nat(40), (settings, taken) => {
        const source = generatorSource(settings)
        take(source, taken)
        const state: unknown = JSON.parse(JSON.stringify(source.state()))
        const before = JSON.stringify(state)
        const continued = generatorSource(settings, state)
        expect(take(continued, 8)).toEqual(take(source, 8))
        expect(continued.state()).toEqual(source.state())
        expect(JSON.stringify(state), 'the stored state is not touched').toBe(before)
      }),
      { numRuns: 1_000 },
    )
  })

  test('continues across a change of the funding rate', () => {
    const source = generatorSource(SETTINGS)
    take(source, 475)
    const continued = generatorSource(SETTINGS, source.state())
    const steps = take(source, 20)
    expect(take(continued, 20)).toEqual(steps)
    expect(new Set(steps.map(step => step.fundingRates[0])).size).toBe(2)
  })
})

describe('a stored state', () => {
  const state = (): GeneratorState => generatorSource(SETTINGS).state() as GeneratorState

  test.each<[string, Partial<GeneratorSettings>]>([
    ['seed', { seed: 2 }],
    ['interval', { interval: '5m' }],
    ['symbols', { symbols: ['BTC'] }],
    ['frame of BTC', { startPrices: { BTC: 50_000 } }],
    ['frame of BTC', { instruments: { all: { tickSize: '1' } } }],
  ])('of another %s is refused', (what, change) => {
    expect(() => generatorSource({ ...SETTINGS, ...change }, state())).toThrow(`has ${what}`)
  })

  test.each<[string, unknown]>([
    ['version', {}],
    ['version', 'text'],
    ['version', { ...state(), version: 0 }],
    ['next step', { ...state(), nextAt: START + 1 }],
    ['next step', { ...state(), nextAt: null }],
    ['regime', { ...state(), factor: { ...state().factor, regime: 'boom' } }],
    ['volatility', { ...state(), factor: { ...state().factor, logVolatility: null } }],
    ['symbols', { ...state(), symbols: null }],
    [
      'trend of BTC',
      { ...state(), symbols: { ...state().symbols, BTC: { ...state().symbols['BTC'], trend: null } } },
    ],
  ])('with a bad %s is refused', (what, stored) => {
    expect(() => generatorSource(SETTINGS, stored)).toThrow(`has ${what}`)
  })
})

test.each<[string, Partial<GeneratorSettings>]>([
  ['at least one symbol', { symbols: [] }],
  ['BTC is in the generated market twice', { symbols: ['BTC', 'BTC'] }],
  ['no time', { startAt: Number.NaN }],
  ['not a number above zero', { startPrices: { BTC: 0 } }],
])('settings are refused: %s', (said, change) => {
  expect(() => generatorSource({ ...SETTINGS, ...change })).toThrow(said)
})

describe('the generated market looks like crypto', () => {
  const DAYS = 60
  const source = generatorSource({ ...SETTINGS, seed: 11, symbols: ['BTC', 'SOL'] })
  const regimes = new Map<string, number>()
  const steps = Array.from({ length: DAYS * 1440 }, () => {
    const { regime } = (source.state() as GeneratorState).factor
    regimes.set(regime, (regimes.get(regime) ?? 0) + 1)
    return source.next() as MarketStep
  })
  const returnsOf = (index: number): number[] => {
    const closes = candlesOf(steps, index).map(candle => candle.close)
    return closes.slice(1).map((close, at) => Math.log(close / (closes[at] as number)))
  }
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length
  const correlation = (one: readonly number[], other: readonly number[]): number => {
    const [oneMean, otherMean] = [mean(one), mean(other)]
    const shared = mean(one.map((each, at) => (each - oneMean) * ((other[at] as number) - otherMean)))
    const spread = (values: readonly number[], center: number) =>
      mean(values.map(each => (each - center) ** 2))
    return shared / Math.sqrt(spread(one, oneMean) * spread(other, otherMean))
  }
  const [btc, sol] = [returnsOf(0), returnsOf(1)]
  const sizes = btc.map(Math.abs)

  test('volatility is 50 to 90 percent a year', () => {
    for (const returns of [btc, sol]) {
      const yearly = Math.sqrt(mean(returns.map(each => each ** 2)) * 525_600)
      expect(yearly).toBeGreaterThan(0.5)
      expect(yearly).toBeLessThan(0.9)
    }
  })

  test('tails are fat and volatility comes in clusters', () => {
    const variance = mean(btc.map(each => each ** 2))
    expect(mean(btc.map(each => each ** 4)) / variance ** 2).toBeGreaterThan(6)
    expect(correlation(sizes.slice(0, -60), sizes.slice(60)), 'an hour later').toBeGreaterThan(0.05)
    expect(Math.abs(correlation(btc.slice(0, -1), btc.slice(1))), 'the sign is not foretold').toBeLessThan(
      0.05,
    )
  })

  test('jumps come a few times a day', () => {
    const jumps = sizes.filter(size => size > 0.004).length / DAYS
    expect(jumps).toBeGreaterThan(0.5)
    expect(jumps).toBeLessThan(10)
  })

  test('symbols move together, and volume goes with movement', () => {
    expect(correlation(btc, sol)).toBeGreaterThan(0.5)
    expect(correlation(btc, sol)).toBeLessThan(0.97)
    const volumes = candlesOf(steps, 0).map(candle => candle.volume)
    expect(correlation(sizes, volumes.slice(1))).toBeGreaterThan(0.4)
  })

  test('every regime comes up, panic rarely', () => {
    expect([...regimes.keys()].toSorted()).toEqual(['panic', 'range', 'trend_down', 'trend_up'])
    expect((regimes.get('panic') ?? 0) / steps.length).toBeLessThan(0.1)
  })

  test('a candle usually opens at the close before it, and rarely a little beside', () => {
    const candles = candlesOf(steps, 0)
    const beside = candles.filter((candle, at) => at > 0 && candle.open !== candles[at - 1]?.close).length
    expect(beside).toBeGreaterThan(0)
    expect(beside / candles.length).toBeLessThan(0.005)
  })

  test('funding holds for eight hours and follows the trend', () => {
    const rates = steps.map(step => step.fundingRates[0] as number)
    for (let at = 1; at < rates.length; at++) {
      if (steps[at]!.openAt % (8 * INTERVAL_MS['1h']) !== 0) expect(rates[at]).toBe(rates[at - 1])
    }
    const closes = candlesOf(steps, 0).map(candle => candle.close)
    const starts = [...Array(DAYS * 3).keys()].slice(1).map(index => index * 480)
    const moves = starts.map(at => Math.log((closes[at - 1] as number) / (closes[at - 480] as number)))
    expect(
      correlation(
        moves,
        starts.map(at => rates[at] as number),
      ),
    ).toBeGreaterThan(0.5)
    expect(Math.max(...rates.map(Math.abs))).toBeLessThanOrEqual(FUNDING_RATE_MAX)
  })

  test('averages of 9 and 21 five-minute closes cross several times a day', () => {
    const closes = candlesOf(steps, 0)
      .map(candle => candle.close)
      .filter((_, at) => at % 5 === 4)
    let [fast, slow, above, crosses] = [closes[0] as number, closes[0] as number, false, 0]
    for (const close of closes) {
      fast += (close - fast) * (2 / 10)
      slow += (close - slow) * (2 / 22)
      if (fast > slow !== above) crosses++
      above = fast > slow
    }
    expect(crosses / DAYS).toBeGreaterThan(4)
    expect(crosses / DAYS).toBeLessThan(30)
  })
})
