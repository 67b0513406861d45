/**
 * Tells positions with an exit plan of each closed candle of the feed, with what their plan needs to be looked at. The
 * others are never told, so that they cost nothing.
 */
import type { Candle } from '../domain/candle.ts'
import type { ExitCondition } from '../domain/exit-plan/condition.ts'
import type { MarkReading, TimeframeClose } from '../domain/exit-plan/review.ts'
import { ema } from '../domain/indicators/spec.ts'
import { INTERVAL_MS, type Interval } from '../domain/interval.ts'
import { STOP_ATR } from './analyse.ts'
import type { Market } from './market.ts'

/** The timeframes of these conditions whose candle closes at `at`, each with the averages asked for on it. */
const closesOf = (
  market: Market,
  symbol: string,
  conditions: readonly ExitCondition[],
  at: number,
): TimeframeClose[] => {
  const closes = new Map<Interval, TimeframeClose>()
  for (const condition of conditions) {
    if (condition.kind !== 'candle_close_beyond') continue
    const { timeframe, level } = condition
    // Merged, and folded, from the first question on: by then the book keeps the candles of some days.
    const view = market.view(symbol, timeframe)
    const spec = 'ema' in level ? ema(level.ema) : null
    if (spec !== null) market.require(symbol, spec, timeframe)
    const candle = market.book(symbol).closed(timeframe)
    if (candle === null || candle.openAt + INTERVAL_MS[timeframe] !== at) continue
    const known = closes.get(timeframe) ?? { timeframe, close: candle.close, averages: [] }
    if (spec !== null && 'ema' in level) {
      known.averages.push({ ema: level.ema, value: view.value(spec) })
    }
    closes.set(timeframe, known)
  }
  return [...closes.values()]
}

/** What a position's plan is looked at with. `interval` is the account's decision interval, which ATR14 is of. */
export const markReading = (
  market: Market,
  symbol: string,
  interval: Interval,
  conditions: readonly ExitCondition[],
  candle: Candle,
  at: number,
): MarkReading => ({
  openAt: candle.openAt,
  high: candle.high,
  low: candle.low,
  close: candle.close,
  atr: market.view(symbol, interval).value(STOP_ATR),
  fundingRate: market.mark(symbol)?.fundingRate ?? null,
  closes: closesOf(market, symbol, conditions, at),
})
