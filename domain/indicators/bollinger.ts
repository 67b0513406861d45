/** Bollinger bands: a mean of closes and a number of population deviations around it. */
import { BollingerBands } from 'trading-signals'
import type { Candle } from '../candle.ts'
import { INDICATOR_LINES, type Indicator } from './indicator.ts'

export class Bands implements Indicator {
  readonly lines = INDICATOR_LINES.bollinger
  readonly #bands: BollingerBands
  #values = [Number.NaN, Number.NaN, Number.NaN]

  constructor(length: number, deviations: number) {
    this.#bands = new BollingerBands(length, deviations)
  }

  update(candle: Candle): void {
    const result = this.#bands.update(candle.close, false)
    if (result === null) return
    this.#values[0] = result.upper
    this.#values[1] = result.middle
    this.#values[2] = result.lower
  }

  read(line: number): number {
    return this.#values[line] as number
  }
}
