/** Each indicator against an independent plain implementation over whole arrays, to 1e-6 relative after warm-up. */
import { describe, expect, it } from 'vitest'
import type { Candle } from '../../../domain/candle.ts'
import { createIndicator, specProblem } from '../../../domain/indicators/create.ts'
import * as specs from '../../../domain/indicators/spec.ts'
import { flat, START, walk } from '../candle-fixtures.ts'
import {
  adxOf,
  bollingerOf,
  closesOf,
  emaOf,
  kdjOf,
  macdOf,
  obvOf,
  onKnown,
  rawStochasticOf,
  rsiOf,
  type Series,
  smaOf,
  trueRanges,
  vwapOf,
  wilderOf,
} from './plain-indicators.ts'

/** 15-minute candles, so that 250 of them span three days and VWAP resets. */
const CANDLES = walk(250, 7, { interval: '15m', step: 0.02 })
const CLOSES = closesOf(CANDLES)
const K = onKnown(rawStochasticOf(CANDLES, 14), known => smaOf(known, 3))

const CASES: { spec: specs.IndicatorSpec; expected: Record<string, Series> }[] = [
  { spec: specs.sma(20), expected: { value: smaOf(CLOSES, 20) } },
  ...[9, 12, 20, 21, 26, 50, 200].map(n => ({
    spec: specs.ema(n),
    expected: { value: emaOf(CLOSES, n, 'first') },
  })),
  { spec: specs.ema(9, { seed: 'sma' }), expected: { value: emaOf(CLOSES, 9, 'sma') } },
  { spec: specs.ema(200, { seed: 'sma' }), expected: { value: emaOf(CLOSES, 200, 'sma') } },
  { spec: specs.rsi(7), expected: { value: rsiOf(CLOSES, 7) } },
  { spec: specs.rsi(14), expected: { value: rsiOf(CLOSES, 14) } },
  { spec: specs.macd(), expected: macdOf(CLOSES) },
  { spec: specs.atr(3), expected: { value: wilderOf(trueRanges(CANDLES), 3) } },
  { spec: specs.atr(14), expected: { value: wilderOf(trueRanges(CANDLES), 14) } },
  { spec: specs.bollinger(), expected: bollingerOf(CLOSES) },
  { spec: specs.stochastic(), expected: { k: K, d: onKnown(K, known => smaOf(known, 3)) } },
  { spec: specs.kdj(), expected: kdjOf(CANDLES, 9) },
  { spec: specs.obv(), expected: { value: obvOf(CANDLES) } },
  { spec: specs.vwap(), expected: { value: vwapOf(CANDLES) } },
  { spec: specs.adx(), expected: { value: adxOf(CANDLES, 14) } },
  {
    spec: specs.volumeAverage(),
    expected: {
      value: smaOf(
        CANDLES.map(candle => candle.volume),
        20,
      ),
    },
  },
]

const foldAll = (spec: specs.IndicatorSpec, candles: readonly Candle[]): Record<string, Series> => {
  const indicator = createIndicator(spec)
  const out: Record<string, Series> = Object.fromEntries(indicator.lines.map(line => [line, []]))
  for (const candle of candles) {
    indicator.update(candle)
    for (const [index, line] of indicator.lines.entries()) {
      const value = indicator.read(index)
      out[line]?.push(Number.isNaN(value) ? null : value)
    }
  }
  return out
}

describe('indicators against plain implementations', () => {
  it.each(CASES.map(each => ({ ...each, title: specs.indicatorKey(each.spec) })))(
    '$title matches on every candle and warms up on the same one',
    ({ spec, expected }) => {
      const actual = foldAll(spec, CANDLES)
      expect(Object.keys(actual)).toEqual(Object.keys(expected))
      for (const [line, series] of Object.entries(expected)) {
        for (const [index, wanted] of series.entries()) {
          const got = actual[line]?.[index] ?? null
          if (wanted === null || got === null) {
            expect({ line, index, got }).toEqual({ line, index, got: wanted })
          } else {
            const tolerance = 1e-6 * Math.max(Math.abs(wanted), 1e-3)
            expect(Math.abs(got - wanted), `${line}[${index}]: ${got} for ${wanted}`).toBeLessThanOrEqual(
              tolerance,
            )
          }
        }
      }
    },
  )

  it('KDJ of the five candles of requirement A-09 ends at 64.631, 56.145, 81.605', () => {
    const highs = [10, 11, 12, 11.5, 13]
    const lows = [9, 9.5, 10.5, 10.2, 11]
    const closes = [9.5, 10.8, 11.2, 10.4, 12.8]
    const candles = closes.map((close, index) => ({
      openAt: START + index * 60_000,
      open: close,
      high: highs[index] as number,
      low: lows[index] as number,
      close,
      volume: 1,
    }))
    const { k, d, j } = foldAll(specs.kdj(3), candles)
    expect(k?.at(-1)).toBeCloseTo(64.631, 3)
    expect(d?.at(-1)).toBeCloseTo(56.145, 3)
    expect(j?.at(-1)).toBeCloseTo(81.605, 3)
  })

  it('the MACD histogram is macd − signal and its sign turns on the candle where the lines cross', () => {
    const { macd, signal, histogram } = foldAll(specs.macd(), CANDLES)
    let turns = 0
    for (let index = 34; index < CANDLES.length; index += 1) {
      const now = (macd?.[index] as number) - (signal?.[index] as number)
      const before = (macd?.[index - 1] as number) - (signal?.[index - 1] as number)
      expect(histogram?.[index]).toBeCloseTo(now, 12)
      if (now > 0 !== before > 0) turns += 1
    }
    expect(turns).toBeGreaterThan(3)
  })
})

describe('edges', () => {
  const everything = CASES.map(each => each.spec)

  it.each(everything.map(spec => ({ spec, title: specs.indicatorKey(spec) })))(
    '$title of a series that never moves is a number once warm',
    ({ spec }) => {
      const actual = foldAll(spec, flat(250))
      for (const series of Object.values(actual)) expect(Number.isFinite(series.at(-1))).toBe(true)
    },
  )

  it('a series that never moves reads RSI 50, Stochastic 50, ADX 0 and ATR 0', () => {
    const last = (spec: specs.IndicatorSpec) =>
      Object.values(foldAll(spec, flat(60))).map(series => series.at(-1))
    expect(last(specs.rsi())).toEqual([50])
    expect(last(specs.stochastic())).toEqual([50, 50])
    expect(last(specs.kdj())).toEqual([50, 50, 50])
    expect(last(specs.adx())).toEqual([0])
    expect(last(specs.atr())).toEqual([0])
  })

  it('ADX and RSI recover from a flat start', () => {
    const candles = [
      ...flat(40),
      ...walk(200, 3).map((candle, index) => ({ ...candle, openAt: START + (40 + index) * 60_000 })),
    ]
    expect(foldAll(specs.adx(), candles)['value']?.at(-1)).toBeGreaterThan(0)
    expect(foldAll(specs.rsi(), candles)['value']?.at(-1)).not.toBe(50)
  })

  it('a series that only rises reads RSI 100, one that only falls RSI 0', () => {
    const rising = walk(40, 1, { drift: 0.02, step: 0.001 })
    const falling = walk(40, 1, { drift: -0.02, step: 0.001 })
    expect(foldAll(specs.rsi(), rising)['value']?.at(-1)).toBe(100)
    expect(foldAll(specs.rsi(), falling)['value']?.at(-1)).toBe(0)
  })

  it('VWAP of a new day knows nothing until something traded, then only of that day', () => {
    const day = 86_400_000
    const at = (openAt: number, close: number, volume: number): Candle => ({
      openAt,
      open: close,
      high: close,
      low: close,
      close,
      volume,
    })
    const candles = [
      at(START, 100, 5),
      at(START + day, 200, 0),
      at(START + day + 60_000, 210, 1),
      at(START + day + 120_000, 300, 0),
    ]
    expect(foldAll(specs.vwap(), candles)['value']).toEqual([100, null, 210, 210])
  })

  it.each([
    { spec: specs.rsi(1), says: 'Indicator rsi(1): length must be a whole number from 2 to 500, got 1' },
    {
      spec: specs.ema(9.5),
      says: 'Indicator ema(9.5): length must be a whole number from 1 to 500, got 9.5',
    },
    { spec: specs.macd(26, 12), says: 'Indicator macd(26,12,9): fast must be below slow, got 26 and 12' },
    { spec: specs.bollinger(20, 0), says: 'Indicator bollinger(20,0): deviations must be above 0, got 0' },
    {
      spec: { name: 'macd', parameters: [12], timeframe: null } as const,
      says: 'Indicator macd(12) takes 3 parameters (fast, slow, signal), got 1',
    },
  ])('an unusable spec is refused: $says', ({ spec, says }) => {
    expect(specProblem(spec)).toBe(says)
    expect(() => createIndicator(spec)).toThrow(says)
  })
})
