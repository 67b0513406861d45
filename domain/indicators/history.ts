/** Bounded memory: rings of the newest candles and of the newest values of an indicator. */
import type { Candle } from '../candle.ts'
import type { Indicator } from './indicator.ts'
import type { IndicatorSpec } from './spec.ts'

/** Closed candles kept per timeframe. */
export const CANDLES_KEPT = 512
/** Values kept per indicator line. */
export const VALUES_KEPT = 64

/** The newest `CANDLES_KEPT` candles. */
export class CandleHistory {
  readonly #ring: Candle[] = []
  #pushed = 0

  get length(): number {
    return this.#ring.length
  }

  push(candle: Candle): void {
    const slot = this.#pushed % CANDLES_KEPT
    // Appending, never writing past the end, keeps the array packed.
    if (slot === this.#ring.length) this.#ring.push(candle)
    else this.#ring[slot] = candle
    this.#pushed += 1
  }

  newest(): Candle | null {
    return this.#pushed === 0 ? null : (this.#ring[(this.#pushed - 1) % CANDLES_KEPT] as Candle)
  }

  /** The newest `count`, or as many as there are, oldest first. */
  last(count: number): Candle[] {
    const length = Math.min(count, this.#ring.length)
    const from = this.#pushed - length
    return Array.from({ length }, (_, index) => this.#ring[(from + index) % CANDLES_KEPT] as Candle)
  }
}

/** One indicator with the newest `VALUES_KEPT` values of each of its lines. */
export class IndicatorHistory {
  readonly spec: IndicatorSpec
  readonly lines: readonly string[]
  #indicator: Indicator
  readonly #values: Float64Array[]
  #updates = 0

  constructor(spec: IndicatorSpec, indicator: Indicator) {
    this.spec = spec
    this.lines = indicator.lines
    this.#indicator = indicator
    this.#values = indicator.lines.map(() => new Float64Array(VALUES_KEPT).fill(Number.NaN))
  }

  /** Goes on with an indicator that has seen nothing: its values are `NaN` until it is warm, the older ones stay. */
  restart(indicator: Indicator): void {
    this.#indicator = indicator
  }

  update(candle: Candle): void {
    this.#indicator.update(candle)
    const slot = this.#updates % VALUES_KEPT
    for (let line = 0; line < this.#values.length; line += 1) {
      ;(this.#values[line] as Float64Array)[slot] = this.#indicator.read(line)
    }
    this.#updates += 1
  }

  /** Value `back` candles ago, 0 ≤ back < `VALUES_KEPT`; `NaN` when there is none. */
  at(line: number, back: number): number {
    if (back >= this.#updates) return Number.NaN
    return (this.#values[line] as Float64Array)[(this.#updates - 1 - back) % VALUES_KEPT] as number
  }
}
