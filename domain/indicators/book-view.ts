/** The market as decisions on one interval see it: reads of a book's timeframes, without copies. */
import type { Candle } from '../candle.ts'
import type { Interval } from '../interval.ts'
import type { LineView, MarketView } from '../strategy.ts'
import { CANDLES_KEPT, type IndicatorHistory, VALUES_KEPT } from './history.ts'
import { type IndicatorSpec, indicatorKey } from './spec.ts'
import type { Timeframe } from './timeframe.ts'

export class BookView implements MarketView {
  readonly #symbol: string
  readonly #interval: Interval
  readonly #frames: ReadonlyMap<Interval, Timeframe>
  /** Spec objects seen before. Weak, so that specs made anew for each question do not pile up. */
  readonly #resolved = new WeakMap<IndicatorSpec, IndicatorHistory>()

  constructor(symbol: string, interval: Interval, frames: ReadonlyMap<Interval, Timeframe>) {
    this.#symbol = symbol
    this.#interval = interval
    this.#frames = frames
  }

  value(spec: IndicatorSpec, line?: string, back = 0): number | null {
    this.#checkBack(back)
    const history = this.#resolve(spec)
    const value = history.at(this.#line(history, line), back)
    return Number.isNaN(value) ? null : value
  }

  line(spec: IndicatorSpec, line?: string): LineView {
    const history = this.#resolve(spec)
    const index = this.#line(history, line)
    return {
      at: back => {
        this.#checkBack(back)
        const value = history.at(index, back)
        return Number.isNaN(value) ? null : value
      },
    }
  }

  series(spec: IndicatorSpec, count: number, line?: string): (number | null)[] {
    if (!(Number.isInteger(count) && count >= 0 && count <= VALUES_KEPT))
      throw this.#outOfRange('count', count, VALUES_KEPT)
    const history = this.#resolve(spec)
    const index = this.#line(history, line)
    return Array.from({ length: count }, (_, position) => {
      const value = history.at(index, count - 1 - position)
      return Number.isNaN(value) ? null : value
    })
  }

  missing(spec: IndicatorSpec): 'insufficient_history' | null {
    const history = this.#resolve(spec)
    return Number.isNaN(history.at(history.lines.length - 1, 0)) ? 'insufficient_history' : null
  }

  candles(count: number, interval: Interval = this.#interval): Candle[] {
    if (!(Number.isInteger(count) && count >= 0 && count <= CANDLES_KEPT))
      throw this.#outOfRange('count', count, CANDLES_KEPT)
    const frame = this.#frames.get(interval)
    if (frame === undefined) {
      throw new Error(
        `${this.#symbol}: ${interval} candles are not merged; require an indicator with timeframe ${interval}`,
      )
    }
    return frame.candles.last(count)
  }

  #resolve(spec: IndicatorSpec): IndicatorHistory {
    const known = this.#resolved.get(spec)
    if (known !== undefined) return known
    const timeframe = spec.timeframe ?? this.#interval
    const found = this.#frames.get(timeframe)?.find(spec)
    if (found === undefined) {
      throw new Error(
        `${this.#symbol}: indicator ${indicatorKey(spec)} on ${timeframe} was not required; ` +
          "list it in the strategy's indicators()",
      )
    }
    this.#resolved.set(spec, found)
    return found
  }

  #line(history: IndicatorHistory, line: string | undefined): number {
    if (line === undefined && history.lines.length === 1) return 0
    const index = line === undefined ? -1 : history.lines.indexOf(line)
    if (index >= 0) return index
    throw new Error(
      `Indicator ${indicatorKey(history.spec)} has the lines ${history.lines.join(', ')}; ` +
        (line === undefined ? 'name the one to read' : `${line} is not one of them`),
    )
  }

  #checkBack(back: number): void {
    if (!(Number.isInteger(back) && back >= 0 && back < VALUES_KEPT))
      throw this.#outOfRange('back', back, VALUES_KEPT - 1)
  }

  #outOfRange(what: string, actual: number, limit: number): RangeError {
    return new RangeError(
      `${this.#symbol}: ${what} must be a whole number from 0 to ${limit} (what is kept), got ${actual}`,
    )
  }
}
