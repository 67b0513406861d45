/** One timeframe of one symbol: its closed candles and the indicators folded from them. */
import type { Candle } from '../candle.ts'
import { INTERVAL_MS, type Interval, intervalStart } from '../interval.ts'
import { createIndicator } from './create.ts'
import { CandleHistory, IndicatorHistory } from './history.ts'
import { type IndicatorSpec, indicatorKey } from './spec.ts'

/**
 * A candle that is missing would make every value after it a value of another market, and nobody could see it. So each
 * indicator starts anew behind a gap: it has no value until it has seen enough candles in a row, as after a start.
 */
export class Timeframe {
  readonly interval: Interval
  readonly #lengthMs: number
  readonly candles = new CandleHistory()
  readonly #byKey = new Map<string, IndicatorHistory>()
  readonly #indicators: IndicatorHistory[] = []

  constructor(interval: Interval) {
    this.interval = interval
    this.#lengthMs = INTERVAL_MS[interval]
  }

  /** The one computation of this spec on this timeframe; a new one first folds the candles kept since the last gap. */
  require(spec: IndicatorSpec): IndicatorHistory {
    const key = indicatorKey(spec)
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const history = new IndicatorHistory(spec, createIndicator(spec))
    let nextAt: number | null = null
    for (const candle of this.candles.last(this.candles.length)) {
      if (nextAt !== null && candle.openAt !== nextAt) history.restart(createIndicator(spec))
      history.update(candle)
      nextAt = candle.openAt + this.#lengthMs
    }
    this.#byKey.set(key, history)
    this.#indicators.push(history)
    return history
  }

  find(spec: IndicatorSpec): IndicatorHistory | undefined {
    return this.#byKey.get(indicatorKey(spec))
  }

  push(candle: Candle): void {
    const before = this.candles.newest()
    this.candles.push(candle)
    if (before !== null && candle.openAt !== before.openAt + this.#lengthMs) {
      for (const history of this.#indicators) history.restart(createIndicator(history.spec))
    }
    for (let index = 0; index < this.#indicators.length; index += 1) {
      ;(this.#indicators[index] as IndicatorHistory).update(candle)
    }
  }
}

/**
 * Merges base candles into the longer candles of a timeframe, aligned to UTC.
 *
 * A longer candle is published when its last base candle closes, and only if every base candle of it was there: a
 * high, a low or a volume of what we happened to see would be a false number. One with a gap is left out whole.
 */
export class CandleMerger {
  readonly #interval: Interval
  readonly #baseMs: number
  #merged: Candle | null = null
  #nextAt = Number.NaN

  constructor(interval: Interval, base: Interval) {
    this.#interval = interval
    this.#baseMs = INTERVAL_MS[base]
  }

  /** The longer candle that this base candle completes; `null` when it completes none. */
  push(candle: Candle): Candle | null {
    const openAt = intervalStart(candle.openAt, this.#interval)
    if (candle.openAt === openAt) this.#merged = { ...candle }
    else if (this.#merged !== null && candle.openAt === this.#nextAt) extend(this.#merged, candle)
    else this.#merged = null
    this.#nextAt = candle.openAt + this.#baseMs
    if (this.#merged === null || this.#nextAt !== openAt + INTERVAL_MS[this.#interval]) return null
    const complete = this.#merged
    this.#merged = null
    return complete
  }
}

const extend = (merged: Candle, candle: Candle): void => {
  if (candle.high > merged.high) merged.high = candle.high
  if (candle.low < merged.low) merged.low = candle.low
  merged.close = candle.close
  merged.volume += candle.volume
}
