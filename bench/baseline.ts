/**
 * What the engine is compared with: the same indicators and the rules of examples/ema-cross.ts in one plain loop over
 * the columns, by hand, with numbers. No actors, no orders, no journal, no money, nothing shared with the engine.
 */
import type { CandleSeries } from '../domain/candle.ts'

export type PlainTrade = {
  symbol: string
  side: 'long' | 'short'
  entryAt: number
  exitAt: number
  pnl: number
}

const STOP = 0.02
const TARGET = 0.04
const FEE = 0.0005
const ALLOCATION = 1_000

/** EMA that starts from the mean of its first `length` inputs; `NaN` before. */
const emaOf = (length: number) => {
  const weight = 2 / (length + 1)
  let count = 0
  let value = 0
  return (input: number): number => {
    count += 1
    if (count <= length) {
      value += input / length
      return count === length ? value : Number.NaN
    }
    value += weight * (input - value)
    return value
  }
}

/** RSI with Wilder's smoothing; `NaN` before `length` changes. */
const rsiOf = (length: number) => {
  let count = -1
  let previous = 0
  let gain = 0
  let loss = 0
  return (input: number): number => {
    count += 1
    const change = input - previous
    previous = input
    if (count === 0) return Number.NaN
    // The first `length` changes are averaged, each later one moves the average by its share.
    const keep = count <= length ? 1 : (length - 1) / length
    gain = gain * keep + Math.max(change, 0) / length
    loss = loss * keep + Math.max(-change, 0) / length
    if (count < length) return Number.NaN
    return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss)
  }
}

/** Without the noise of binary fractions: a candle that touches a level exactly must touch it here too. */
const onGrid = (price: number): number => Math.round(price * 1e8) / 1e8

/** Closed trades of one symbol, oldest first. A signal at a close enters at the next open; a stop comes before a target. */
export const plainBacktest = (series: CandleSeries, stepMs: number): PlainTrade[] => {
  const { symbol, openAt, open, high, low, close, length } = series
  const trades: PlainTrade[] = []
  const fast = emaOf(9)
  const slow = emaOf(21)
  const strength = rsiOf(14)
  let [fastBefore, slowBefore] = [Number.NaN, Number.NaN]
  /** +1 long, −1 short, 0 none; wanted at the last close, held now. */
  let [wanted, wantedSize, held, size, entry, entryAt] = [0, 0, 0, 0, 0, 0]
  let [stop, target] = [Number.NaN, Number.NaN]
  const leave = (price: number, exitAt: number): void => {
    const pnl = held * size * (price - entry) - FEE * size * (price + entry)
    trades.push({ symbol, side: held > 0 ? 'long' : 'short', entryAt, exitAt, pnl })
    held = 0
  }
  for (let index = 0; index < length; index += 1) {
    const at = openAt[index] as number
    const first = open[index] as number
    if (held !== 0 && (held * (first - stop) <= 0 || held * (first - target) >= 0)) leave(first, at)
    if (wanted !== 0) {
      ;[held, size, entry, entryAt, wanted] = [wanted, wantedSize, first, at, 0]
      stop = onGrid(entry * (1 - held * STOP))
      target = onGrid(entry * (1 + held * TARGET))
    }
    if (held !== 0) {
      const worst = (held > 0 ? low[index] : high[index]) as number
      const best = (held > 0 ? high[index] : low[index]) as number
      if (held * (worst - stop) <= 0) leave(stop, at + stepMs)
      else if (held * (best - target) >= 0) leave(target, at + stepMs)
    }
    const last = close[index] as number
    const fastNow = fast(last)
    const slowNow = slow(last)
    const rsi = strength(last)
    if (held === 0) {
      if (fastNow > slowNow && fastBefore <= slowBefore && rsi < 70) wanted = 1
      else if (fastNow < slowNow && fastBefore >= slowBefore && rsi > 30) wanted = -1
      wantedSize = ALLOCATION / last
    }
    fastBefore = fastNow
    slowBefore = slowNow
  }
  return trades
}
