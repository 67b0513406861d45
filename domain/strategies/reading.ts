/** One indicator as a user's own strategy reads it. */
import { type IndicatorSpec, indicatorKey } from '../indicators/spec.ts'
import type { LineView, MarketView } from '../strategy.ts'

/** Asked only once the indicator has warmed up, so its values are plain numbers. */
export class IndicatorReading {
  readonly #market: MarketView
  readonly #spec: IndicatorSpec
  readonly #name: string | undefined
  #line: LineView | null = null

  constructor(market: MarketView, spec: IndicatorSpec, line?: string) {
    this.#market = market
    this.#spec = spec
    this.#name = line
  }

  /** On the newest closed candle. */
  get value(): number {
    return this.ago(0)
  }

  /** One candle earlier. */
  get previous(): number {
    return this.ago(1)
  }

  /** `candles` candles earlier. Throws an `Error` beyond the known history; `series` tells how much there is. */
  ago(candles: number): number {
    // Found at the first question: one of several lines is only named by who asks for it.
    this.#line ??= this.#market.line(this.#spec, this.#name)
    const value = this.#line.at(candles)
    if (value === null) {
      throw new Error(
        `Indicator ${indicatorKey(this.#spec)} has no value ${candles} candles ago; ask series() for what there is`,
      )
    }
    return value
  }

  /** Last `count` values, oldest first; fewer while there are fewer. */
  series(count: number): number[] {
    return this.#market.series(this.#spec, count, this.#name).filter(value => value !== null)
  }

  /** Another line of an indicator that has several, e.g. `ind.macd.line('histogram').value`. */
  line(name: string): IndicatorReading {
    return new IndicatorReading(this.#market, this.#spec, name)
  }
}
