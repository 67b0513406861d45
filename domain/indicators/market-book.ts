/**
 * The market of one symbol at one venue, folded once for all accounts: base candles in, longer candles and indicators
 * out. Memory is bounded: `CANDLES_KEPT` candles per timeframe and `VALUES_KEPT` values per indicator line.
 */
import type { Candle } from '../candle.ts'
import { INTERVAL_MS, type Interval } from '../interval.ts'
import type { MarketView } from '../strategy.ts'
import { BookView } from './book-view.ts'
import type { IndicatorSpec } from './spec.ts'
import { CandleMerger, Timeframe } from './timeframe.ts'

type Longer = { frame: Timeframe; merger: CandleMerger }

export class MarketBook {
  readonly symbol: string
  readonly baseInterval: Interval
  readonly #base: Timeframe
  readonly #longer: Longer[] = []
  readonly #frames = new Map<Interval, Timeframe>()
  readonly #views = new Map<Interval, BookView>()

  constructor(symbol: string, baseInterval: Interval) {
    this.symbol = symbol
    this.baseInterval = baseInterval
    this.#base = new Timeframe(baseInterval)
    this.#frames.set(baseInterval, this.#base)
  }

  /**
   * Registers an indicator for decisions on `interval`; the spec's own timeframe wins over it. Equal specs on a
   * timeframe are one computation. Asked late, it folds the candles kept so far.
   *
   * Throws an `Error` when the spec is unusable or its timeframe cannot be merged from the base candles.
   */
  require(spec: IndicatorSpec, interval: Interval): void {
    this.#open(interval)
    this.#open(spec.timeframe ?? interval).require(spec)
  }

  /**
   * Folds the next closed base candle. Returns `false`, and changes nothing, for a candle that is not newer than the
   * last one. The candle is kept and must not change afterwards.
   *
   * Throws an `Error` for a candle off the interval's grid or with a value that is not a number: folded once, either
   * would spoil every indicator for ever.
   */
  push(candle: Candle): boolean {
    const newest = this.#base.candles.newest()
    if (newest !== null && candle.openAt <= newest.openAt) return false
    this.#check(candle)
    this.#base.push(candle)
    for (let index = 0; index < this.#longer.length; index += 1) {
      const { frame, merger } = this.#longer[index] as Longer
      const complete = merger.push(candle)
      if (complete !== null) frame.push(complete)
    }
    return true
  }

  /** What decisions on `interval` see. The same object each time; it always shows the newest state. */
  view(interval: Interval): MarketView {
    const known = this.#views.get(interval)
    if (known !== undefined) return known
    this.#open(interval)
    const view = new BookView(this.symbol, interval, this.#frames)
    this.#views.set(interval, view)
    return view
  }

  /** Newest closed candle of a timeframe someone required; `null` before the first. */
  closed(interval: Interval): Candle | null {
    const frame = this.#frames.get(interval)
    if (frame === undefined)
      throw new Error(`${this.symbol}: nobody required ${interval} candles, so none are merged`)
    return frame.candles.newest()
  }

  #open(interval: Interval): Timeframe {
    const known = this.#frames.get(interval)
    if (known !== undefined) return known
    if (INTERVAL_MS[interval] % INTERVAL_MS[this.baseInterval] !== 0) {
      throw new Error(
        `${this.symbol}: ${interval} candles cannot be merged from ${this.baseInterval} candles; ` +
          `use a feed whose interval divides ${interval}`,
      )
    }
    const frame = new Timeframe(interval)
    const merger = new CandleMerger(interval, this.baseInterval)
    for (const candle of this.#base.candles.last(this.#base.candles.length)) {
      const complete = merger.push(candle)
      if (complete !== null) frame.push(complete)
    }
    this.#frames.set(interval, frame)
    this.#longer.push({ frame, merger })
    return frame
  }

  #check(candle: Candle): void {
    const { openAt, open, high, low, close, volume } = candle
    // NaN and ±Infinity, and nothing else, make this sum other than finite (prices are far below overflow).
    const finite = Number.isFinite(openAt + open + high + low + close + volume)
    if (finite && openAt % INTERVAL_MS[this.baseInterval] === 0 && low <= high) return
    throw new Error(
      `${this.symbol}: not a closed ${this.baseInterval} candle: ${JSON.stringify(candle)}; ` +
        'openAt must be a multiple of the interval, every value a number, low at or below high',
    )
  }
}
