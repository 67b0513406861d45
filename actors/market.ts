/**
 * Market data of a venue, once for all accounts: indicators folded from closed candles, and the latest mark and funding
 * of each symbol in a store that anyone may read or subscribe to.
 */
import { createStore } from '@xstate/store'
import type { Candle } from '../domain/candle.ts'
import { MarketBook } from '../domain/indicators/market-book.ts'
import type { IndicatorSpec } from '../domain/indicators/spec.ts'
import type { Instrument } from '../domain/instrument.ts'
import { INTERVAL_MS, type Interval } from '../domain/interval.ts'
import type { MarketView } from '../domain/strategy.ts'

/** One asset as decisions on one interval see it: looked up once, read at every close. */
export type Window = {
  symbol: string
  interval: Interval
  intervalMs: number
  book: MarketBook
  view: MarketView
}

export type Mark = { price: number; at: number; fundingRate: number | null }

/** `asked`: assets whose price somebody has asked for and is told of, moved or not. */
type Shown = { marks: Record<string, Mark>; asked: readonly string[] }
const nothing: Shown = { marks: {}, asked: [] }

export class Market {
  readonly instruments: ReadonlyMap<string, Instrument>
  /** Of the candles that come in. */
  readonly interval: Interval
  readonly #books = new Map<string, MarketBook>()
  readonly #marks = new Map<string, Mark>()
  /** What the outside sees; published once per step, not per price. */
  readonly store = createStore({
    context: nothing,
    on: { published: (_context, { marks, asked }: Shown) => ({ marks, asked }) },
  })

  constructor(instruments: readonly Instrument[], interval: Interval) {
    this.interval = interval
    this.instruments = new Map(instruments.map(each => [each.symbol, each]))
    for (const { symbol } of instruments) this.#books.set(symbol, new MarketBook(symbol, interval))
  }

  instrument(symbol: string): Instrument {
    const found = this.instruments.get(symbol)
    if (found === undefined) throw new Error(`Invariant: ${symbol} has no instrument`)
    return found
  }

  book(symbol: string): MarketBook {
    const found = this.#books.get(symbol)
    if (found === undefined) throw new Error(`Invariant: ${symbol} has no market`)
    return found
  }

  require(symbol: string, spec: IndicatorSpec, interval: Interval): void {
    this.book(symbol).require(spec, interval)
  }

  view(symbol: string, interval: Interval): MarketView {
    return this.book(symbol).view(interval)
  }

  window(symbol: string, interval: Interval): Window {
    const book = this.book(symbol)
    return { symbol, interval, intervalMs: INTERVAL_MS[interval], book, view: book.view(interval) }
  }

  /** A closed candle: folded into every indicator. False when it was already known. */
  closed(symbol: string, candle: Candle): boolean {
    return this.book(symbol).push(candle)
  }

  setMark(symbol: string, price: number, at: number, fundingRate: number | null): void {
    const mark = this.#marks.get(symbol)
    if (mark === undefined) {
      this.#marks.set(symbol, { price, at, fundingRate })
      return
    }
    mark.price = price
    mark.at = at
    mark.fundingRate = fundingRate
  }

  mark(symbol: string): Mark | null {
    return this.#marks.get(symbol) ?? null
  }

  /** Latest mark as a plain number; `null` before the first. */
  priceOf(symbol: string): number | null {
    return this.#marks.get(symbol)?.price ?? null
  }

  publish(asked: readonly string[] = []): void {
    this.store.trigger.published({
      asked,
      marks: Object.fromEntries([...this.#marks].map(([symbol, mark]) => [symbol, { ...mark }])),
    })
  }
}
