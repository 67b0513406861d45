/** Candle series for tests of indicators, signals and strategies. */
import type { Candle } from '../../domain/candle.ts'
import { MarketBook } from '../../domain/indicators/market-book.ts'
import type { IndicatorSpec } from '../../domain/indicators/spec.ts'
import type { Interval } from '../../domain/interval.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { MarketView } from '../../domain/strategy.ts'

/** 2024-01-01T00:00Z, a Monday. */
export const START = 1_704_067_200_000

/** Numbers in [0, 1), the same for the same seed (Park and Miller's generator). */
export const draws = (seed: number): (() => number) => {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** A random walk whose candles hold together: low ≤ open, close ≤ high, each opening at the last close. */
export const walk = (
  count: number,
  seed: number,
  options: { drift?: number; step?: number; interval?: Interval } = {},
) => {
  const { drift = 0, step = 0.01, interval = '1m' } = options
  const next = draws(seed)
  let close = 100
  return Array.from({ length: count }, (_, index): Candle => {
    const open = close
    close = open * (1 + drift + (next() - 0.5) * step)
    const reach = 1 + next() * step * 0.2
    return {
      openAt: START + index * INTERVAL_MS[interval],
      open,
      high: Math.max(open, close) * reach,
      low: Math.min(open, close) / reach,
      close,
      volume: 1 + Math.floor(next() * 1000),
    }
  })
}

/** Candles with these closes, each with a range of `spread` on both sides. */
export const fromCloses = (closes: readonly number[], spread = 0, interval: Interval = '1m'): Candle[] =>
  closes.map((close, index) => ({
    openAt: START + index * INTERVAL_MS[interval],
    open: close,
    high: close + spread,
    low: close - spread,
    close,
    volume: 10,
  }))

export const flat = (count: number, interval: Interval = '1m'): Candle[] =>
  fromCloses(
    Array.from({ length: count }, () => 100),
    0,
    interval,
  )

/** The market after these candles, with these indicators required first. */
export const marketAfter = (
  candles: readonly Candle[],
  specs: readonly IndicatorSpec[],
  interval: Interval = '1m',
): MarketView => {
  const book = new MarketBook('BTC', interval)
  for (const spec of specs) book.require(spec, interval)
  for (const candle of candles) book.push(candle)
  return book.view(interval)
}

/** A market that shows fixed values of indicator lines by `name` or `name.line`. */
export const scriptedMarket = (values: Record<string, number | null>): MarketView => ({
  value: (spec, line) =>
    values[line === undefined || line === 'value' ? spec.name : `${spec.name}.${line}`] ?? null,
  line: (spec, line) => ({ at: () => scriptedMarket(values).value(spec, line) }),
  series: () => [],
  missing: () => null,
  candles: () => [],
})
