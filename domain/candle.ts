/**
 * Candles: one bar of trading, and columns of many bars.
 *
 * Prices here are `number`: candles feed indicators and comparisons with triggers. They become money only through
 * `price()` / `roundToTick` at the boundary where an order or a fill is made.
 */
import type { Interval } from './interval.ts'

export type Candle = {
  /** Epoch ms of the first instant; the candle closes at `openAt + INTERVAL_MS[interval]`. */
  openAt: number
  open: number
  high: number
  low: number
  close: number
  volume: number
}

/** Consecutive closed candles of one symbol as typed columns of equal length. */
export type CandleSeries = {
  symbol: string
  interval: Interval
  openAt: Float64Array
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
  volume: Float64Array
  length: number
}

export const candleAt = (series: CandleSeries, index: number): Candle => ({
  openAt: series.openAt[index] as number,
  open: series.open[index] as number,
  high: series.high[index] as number,
  low: series.low[index] as number,
  close: series.close[index] as number,
  volume: series.volume[index] as number,
})

/** Columns from rows, oldest first. */
export const seriesOf = (symbol: string, interval: Interval, candles: readonly Candle[]): CandleSeries => ({
  symbol,
  interval,
  openAt: Float64Array.from(candles, candle => candle.openAt),
  open: Float64Array.from(candles, candle => candle.open),
  high: Float64Array.from(candles, candle => candle.high),
  low: Float64Array.from(candles, candle => candle.low),
  close: Float64Array.from(candles, candle => candle.close),
  volume: Float64Array.from(candles, candle => candle.volume),
  length: candles.length,
})
