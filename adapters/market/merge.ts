/** Longer candles from shorter ones. */
import { type Candle, type CandleSeries, seriesOf } from '../../domain/candle.ts'
import { INTERVAL_MS, type Interval } from '../../domain/interval.ts'

/** True when candles of `from` fill a candle of `to` exactly. */
export const canMerge = (from: Interval, to: Interval): boolean =>
  INTERVAL_MS[from] < INTERVAL_MS[to] && INTERVAL_MS[to] % INTERVAL_MS[from] === 0

/**
 * Merges a series into a longer interval: first open, last close, extremes, summed volume.
 *
 * A candle that lacks any of its parts is left out rather than made from the parts there are: its high and low would be
 * wrong, and a strategy could not tell. This drops an incomplete first and last candle too.
 */
export const mergeCandles = (series: CandleSeries, to: Interval): CandleSeries => {
  const lengthMs = INTERVAL_MS[to]
  const partsPerCandle = lengthMs / INTERVAL_MS[series.interval]
  const merged: Candle[] = []
  let [current, parts] = [null as Candle | null, 0]
  for (let index = 0; index < series.length; index++) {
    const at = series.openAt[index] as number
    const openAt = at - (at % lengthMs)
    if (current === null || current.openAt !== openAt) {
      current = { openAt, open: series.open[index] as number, high: 0, low: Infinity, close: 0, volume: 0 }
      parts = 0
    }
    current.high = Math.max(current.high, series.high[index] as number)
    current.low = Math.min(current.low, series.low[index] as number)
    current.close = series.close[index] as number
    current.volume += series.volume[index] as number
    if (++parts === partsPerCandle) merged.push(current)
  }
  return seriesOf(series.symbol, to, merged)
}
