/** Average true range with Wilder's smoothing: the unit of volatility. */
import { ATR } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'

/** In price units. The first true range is high − low, as there is no previous close. */
export class AverageRange implements Indicator {
  readonly lines = INDICATOR_LINES.atr
  readonly #range: ATR
  #value = Number.NaN

  constructor(length: number) {
    this.#range = new ATR(length)
  }

  update(candle: Candle): void {
    this.#value = this.#range.update(candle, false) ?? Number.NaN
  }

  read(): number {
    return this.#value
  }
}
