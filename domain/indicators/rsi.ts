/** Relative strength index with Wilder's smoothing, 0 to 100. */
import { RSI } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'

/** Equal to TA-Lib's RSI, except that a series that never moved reads 50: neither gains nor losses have the upper hand. */
export class RelativeStrength implements Indicator {
  readonly lines = INDICATOR_LINES.rsi
  readonly #strength: RSI
  #moved = false
  #previousClose = Number.NaN
  #value = Number.NaN

  constructor(length: number) {
    this.#strength = new RSI(length)
  }

  update(candle: Candle): void {
    const close = candle.close
    const value = this.#strength.update(close, false)
    // The library answers 100 whenever there was no loss, also when there was no gain either.
    if (!this.#moved && close !== this.#previousClose && !Number.isNaN(this.#previousClose))
      this.#moved = true
    this.#previousClose = close
    if (value !== null) this.#value = this.#moved ? value : 50
  }

  read(): number {
    return this.#value
  }
}
