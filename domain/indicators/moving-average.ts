/** Simple and exponential averages of closes, and the simple average of volume. */
import { EMA, SMA } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'

/** Mean of the last `length` closes. */
export class SimpleAverage implements Indicator {
  readonly lines = INDICATOR_LINES.sma
  readonly #average: SMA
  #value = Number.NaN

  constructor(length: number) {
    this.#average = new SMA(length)
  }

  update(candle: Candle): void {
    this.#value = this.#average.update(candle.close, false) ?? Number.NaN
  }

  read(): number {
    return this.#value
  }
}

/** Mean of the last `length` volumes. */
export class VolumeAverage implements Indicator {
  readonly lines = INDICATOR_LINES.volume_average
  readonly #average: SMA
  #value = Number.NaN

  constructor(length: number) {
    this.#average = new SMA(length)
  }

  update(candle: Candle): void {
    this.#value = this.#average.update(candle.volume, false) ?? Number.NaN
  }

  read(): number {
    return this.#value
  }
}

/**
 * EMA of closes, weight 2 / (length + 1), published from the `length`-th close on.
 *
 * `first` starts from the first close. `sma` starts from the mean of the first `length` closes, as TA-Lib does; the
 * two agree to 1e-6 only after some 5 × length candles.
 */
export class ExponentialAverage implements Indicator {
  readonly lines = INDICATOR_LINES.ema
  readonly #average: EMA
  readonly #length: number
  readonly #seededByMean: boolean
  #inputs = 0
  #seedSum = 0
  #value = Number.NaN

  constructor(length: number, seed: 'first' | 'sma') {
    this.#average = new EMA(length)
    this.#length = length
    this.#seededByMean = seed === 'sma'
  }

  update(candle: Candle): void {
    if (this.#inputs >= this.#length) {
      this.#value = this.#average.update(candle.close, false)
      return
    }
    this.#inputs += 1
    const complete = this.#inputs === this.#length
    if (this.#seededByMean) {
      this.#seedSum += candle.close
      if (complete) this.#value = this.#average.update(this.#seedSum / this.#length, false)
      return
    }
    const value = this.#average.update(candle.close, false)
    if (complete) this.#value = value
  }

  read(): number {
    return this.#value
  }
}
