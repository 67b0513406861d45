import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SignalSettings } from '../../../domain/settings.ts'
import { scoreNumber } from '../../../domain/signals/aggregate.ts'
import { macdScore, macdSignal } from '../../../domain/signals/macd.ts'
import { movingAverageSignal } from '../../../domain/signals/moving-average.ts'
import {
  enabledSignals,
  findSignal,
  registerSignal,
  signalsProblems,
  weightsProblem,
} from '../../../domain/signals/registry.ts'
import { rsiScore, rsiSignal } from '../../../domain/signals/rsi.ts'
import { defineSignal } from '../../../domain/signals/signal.ts'
import { dec } from '../../../domain/units.ts'
import { flat, fromCloses, marketAfter, scriptedMarket, walk } from '../candle-fixtures.ts'
import { SIGNALS } from '../strategy-settings.ts'

const BUILT_IN = [rsiSignal, movingAverageSignal, macdSignal]
const parametersOf = (name: keyof typeof SIGNALS) => SIGNALS[name] as SignalSettings[string]

describe('every signal', () => {
  it('scores from −1 to 1 or null on any market', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: 60 }),
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (seed, count, drift, step) => {
          const candles = walk(count, seed, { drift, step })
          for (const signal of BUILT_IN) {
            const parameters = parametersOf(signal.name)
            const score = signal.score(marketAfter(candles, signal.indicators(parameters)), parameters)
            if (score === null) expect(count).toBeLessThan(35)
            else expect(Math.abs(score)).toBeLessThanOrEqual(1)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })

  it.each(BUILT_IN.map(signal => ({ signal, name: signal.name })))(
    '$name is null without candles and on a single one, and 0 on a flat market',
    ({ signal, name }) => {
      const parameters = parametersOf(name)
      const scoreOf = (candles: ReturnType<typeof flat>) =>
        signal.score(marketAfter(candles, signal.indicators(parameters)), parameters)
      expect(scoreOf([])).toBeNull()
      expect(scoreOf(flat(1))).toBeNull()
      // −0 is 0 here.
      expect(scoreOf(flat(60))).toBeCloseTo(0, 15)
    },
  )
})

describe('rsi', () => {
  it('falls as RSI rises, whatever the thresholds', () => {
    const value = fc.double({ min: 0, max: 100, noNaN: true })
    fc.assert(
      fc.property(
        value,
        value,
        fc.integer({ min: 1, max: 49 }),
        fc.integer({ min: 51, max: 99 }),
        (a, b, buy, sell) => {
          const [low, high] = a < b ? [a, b] : [b, a]
          expect(rsiScore(low, buy, sell)).toBeGreaterThanOrEqual(rsiScore(high, buy, sell))
          if (high - low > 0.01 && Math.abs(low + high - buy - sell) > 1) {
            expect(rsiScore(low, buy, sell)).toBeGreaterThan(rsiScore(high, buy, sell))
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it.each([
    { value: 0, expected: 1 },
    { value: 15, expected: 0.75 },
    { value: 30, expected: 0.5 },
    { value: 40, expected: 0.125 },
    { value: 50, expected: 0 },
    { value: 60, expected: -0.125 },
    { value: 70, expected: -0.5 },
    { value: 85, expected: -0.75 },
    { value: 100, expected: -1 },
  ])('at RSI $value with 30/70 scores $expected', ({ value, expected }) => {
    expect(rsiScore(value, 30, 70)).toBeCloseTo(expected, 12)
  })

  it('is 0 in the middle of an uneven zone', () => {
    expect(rsiScore(45, 20, 70)).toBeCloseTo(0, 15)
  })
})

describe('movingAverage', () => {
  const scoreAt = (fast: number, slow: number) => {
    const values: Record<number, number> = { 10: fast, 20: slow }
    const market = scriptedMarket({ atr: 2 })
    return movingAverageSignal.score(
      {
        ...market,
        value: spec => (spec.name === 'sma' ? (values[spec.parameters[0] as number] ?? null) : 2),
      },
      parametersOf('movingAverage'),
    ) as number
  }

  it('fast above slow is positive, one ATR apart is a half, and more distance is more', () => {
    expect(scoreAt(101, 100)).toBeGreaterThan(0)
    expect(scoreAt(102, 100)).toBeCloseTo(0.5, 12)
    expect(scoreAt(110, 100)).toBeGreaterThan(scoreAt(102, 100))
    expect(scoreAt(99, 100)).toBeCloseTo(-scoreAt(101, 100), 12)
    expect(scoreAt(100, 100)).toBe(0)
  })

  it('the sign turns on the candle of the crossover', () => {
    const closes = [
      ...Array.from({ length: 25 }, (_, i) => 100 - i),
      ...Array.from({ length: 25 }, (_, i) => 76 + i),
    ]
    const parameters = parametersOf('movingAverage')
    const specs = movingAverageSignal.indicators(parameters)
    for (let count = 21; count <= closes.length; count += 1) {
      const seen = closes.slice(0, count)
      const meanOf = (length: number) => seen.slice(-length).reduce((sum, close) => sum + close, 0) / length
      const score = movingAverageSignal.score(marketAfter(fromCloses(seen, 1), specs), parameters) as number
      expect(Math.sign(score), `after ${count}`).toBe(Math.sign(Number((meanOf(10) - meanOf(20)).toFixed(9))))
    }
  })
})

describe('macd', () => {
  it('orders histogram up above zero > up below > down above > down below, for one size of histogram', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 50, noNaN: true }),
        fc.double({ min: 0.001, max: 50, noNaN: true }),
        (h, m) => {
          const order = [macdScore(h, m, 2), macdScore(h, -m, 2), macdScore(-h, m, 2), macdScore(-h, -m, 2)]
          expect(order).toEqual([...order].sort((a, b) => b - a))
          expect(new Set(order).size).toBe(4)
          expect(order[1]).toBeGreaterThan(0)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('a histogram of a quarter ATR scores a half with the trend and a quarter against it', () => {
    expect(macdScore(0.5, 1, 2)).toBeCloseTo(0.5, 12)
    expect(macdScore(0.5, -1, 2)).toBeCloseTo(0.25, 12)
  })
})

describe('adding a signal', () => {
  const volumeSignal = defineSignal({
    name: 'test_constant',
    parameters: { level: 0.5 },
    indicators: () => ({}),
    score: (_market, _indicators, { level }) => level,
  })

  it('a registered signal is accepted in the settings, and its parameters reach it', () => {
    registerSignal(volumeSignal)
    const settings = { ...SIGNALS, test_constant: { enabled: true, weight: 0.1, level: -0.25 } }
    expect(signalsProblems(settings)).toEqual([])
    const added = enabledSignals(settings).at(-1)
    expect(added?.signal.score(scriptedMarket({}), added.parameters)).toBe(-0.25)
    expect(volumeSignal.score(scriptedMarket({}), { enabled: true, weight: 1 })).toBe(0.5)
  })

  it('a score beyond the bounds is cut, one that is no number throws', () => {
    const scoring = (level: number) =>
      volumeSignal.score(scriptedMarket({}), { enabled: true, weight: 1, level })
    expect(scoring(7)).toBe(1)
    expect(scoring(-7)).toBe(-1)
    expect(() => scoring(Number.NaN)).toThrow('Signal test_constant scored NaN')
  })

  it('two signals of one name are refused', () => {
    expect(() => registerSignal({ ...rsiSignal })).toThrow('Signal rsi is registered already')
  })

  it('an unknown name is refused with the known ones', () => {
    expect(() => findSignal('rsj')).toThrow(/Signal rsj is unknown; known are rsi, movingAverage, macd/)
  })
})

describe('weights', () => {
  it('scores 0.5 and −1 with weights 0.4 and 0.6 give exactly −0.4', () => {
    expect(scoreNumber(0.5 * 0.4 + -1 * 0.6)).toBe(-0.4)
    expect(0.5 * 0.4 + -1 * 0.6).not.toBe(-0.4)
  })

  it('the number is the exact sum to 12 places', () => {
    const score = fc.double({ min: -1, max: 1, noNaN: true })
    const weight = fc.integer({ min: 0, max: 33 }).map(hundredths => hundredths / 100)
    fc.assert(
      fc.property(fc.array(fc.record({ score, weight }), { maxLength: 3 }), scores => {
        const binary = scores.reduce((sum, each) => sum + each.score * each.weight, 0)
        const exact = scores.reduce((sum, each) => sum.plus(dec(each.score).times(each.weight)), dec(0))
        expect(Math.abs(scoreNumber(binary) - exact.toNumber())).toBeLessThanOrEqual(1e-12)
        expect(Math.abs(scoreNumber(binary))).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1000 },
    )
  })

  const weighted = (rsiWeight: number, macdWeight: number): SignalSettings => ({
    ...SIGNALS,
    rsi: { ...SIGNALS.rsi, weight: rsiWeight },
    movingAverage: { ...SIGNALS.movingAverage, enabled: false },
    macd: { ...SIGNALS.macd, weight: macdWeight },
  })

  it('0.7 + 0.6 is refused naming the weights, 0.4 + 0.6 and 0.7 + 0.3 are not', () => {
    expect(weightsProblem(weighted(0.7, 0.6))).toBe(
      'Weights of enabled signals may sum to 1 at most: rsi 0.7 + macd 0.6 = 1.3; lower one of them',
    )
    expect(weightsProblem(weighted(0.4, 0.6))).toBeNull()
    expect(weightsProblem(weighted(0.7, 0.3))).toBeNull()
    expect(weightsProblem(weighted(-0.1, 0.3))).toBe('Signal rsi: weight must be from 0 to 1, got -0.1')
  })

  it('every problem of the settings is told at once', () => {
    const settings = {
      rsi: { enabled: true, weight: 0.5, length: 1, buyBelow: 30, sellAbove: 70 },
      movingAverage: { enabled: true, weight: 0.5, fast: 20, slow: 10 },
      macd: { enabled: true, weight: 0.5, fast: 12, slow: 26, signal: 9, speed: 3 },
      moon: { enabled: false, weight: 0 },
    }
    expect(signalsProblems(settings)).toEqual([
      'Indicator rsi(1): length must be a whole number from 2 to 500, got 1',
      'Signal movingAverage: fast must be below slow, got 20 and 10',
      'Signal macd has no parameter speed; it has enabled, weight, fast, slow, signal',
      expect.stringMatching(/^Signal moon is unknown; known are rsi/),
      expect.stringMatching(/^Weights of enabled signals/),
    ])
  })
})
