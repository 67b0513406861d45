/** Where the close stands between the lowest low and the highest high of the last candles. */
import type { Candle } from '../candle.ts'

/**
 * Raw stochastic value, 0 to 100, of the last `length` candles; `NaN` before there are that many.
 *
 * A window without any range reads 50. The library reads 0 there, which would call a dead market oversold.
 */
export class RollingRange {
  readonly #length: number
  readonly #highs: Float64Array
  readonly #lows: Float64Array
  #inputs = 0

  constructor(length: number) {
    this.#length = length
    this.#highs = new Float64Array(length)
    this.#lows = new Float64Array(length)
  }

  update(candle: Candle): number {
    const slot = this.#inputs % this.#length
    this.#highs[slot] = candle.high
    this.#lows[slot] = candle.low
    this.#inputs += 1
    if (this.#inputs < this.#length) return Number.NaN
    let highest = Number.NEGATIVE_INFINITY
    let lowest = Number.POSITIVE_INFINITY
    for (let index = 0; index < this.#length; index += 1) {
      const high = this.#highs[index] as number
      const low = this.#lows[index] as number
      if (high > highest) highest = high
      if (low < lowest) lowest = low
    }
    return highest === lowest ? 50 : ((candle.close - lowest) / (highest - lowest)) * 100
  }
}
