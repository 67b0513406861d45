/** Indicators of volume: on-balance volume and the volume-weighted average price of the day. */
import { OBV, VWAP } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { dayStart } from '../interval.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'

/** Volume added on a rising close, taken off on a falling one. Starts with the first candle's volume, as TA-Lib does. */
export class OnBalanceVolume implements Indicator {
  readonly lines = INDICATOR_LINES.obv
  readonly #balance = new OBV(2)
  #firstVolume = Number.NaN
  #value = Number.NaN

  update(candle: Candle): void {
    const balance = this.#balance.update(candle, false)
    if (balance === null) this.#firstVolume = candle.volume
    this.#value = this.#firstVolume + (balance ?? 0)
  }

  read(): number {
    return this.#value
  }
}

/**
 * Σ(typical price × volume) ÷ Σ volume since 00:00 UTC, typical price = (high + low + close) ÷ 3.
 *
 * `NaN` from the start of a day until something has traded.
 */
export class DailyAveragePrice implements Indicator {
  readonly lines = INDICATOR_LINES.vwap
  #average = new VWAP()
  #day = Number.NaN
  #value = Number.NaN

  update(candle: Candle): void {
    const day = dayStart(candle.openAt)
    if (day !== this.#day) {
      // The library's average runs for ever; a day is a new one.
      this.#average = new VWAP()
      this.#day = day
      this.#value = Number.NaN
    }
    // The library answers null for a candle without volume, which changes nothing.
    this.#value = this.#average.update(candle, false) ?? this.#value
  }

  read(): number {
    return this.#value
  }
}
