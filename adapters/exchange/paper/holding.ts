/** What one account has in one symbol: its net position, the margin under it and its working orders. */
import { liquidationPrice } from '../../../domain/instrument.ts'
import type { Side } from '../../../domain/order.ts'
import { FLAT, type PositionBook } from '../../../domain/position.ts'
import { type Decimal, dec, type Money, type Price, roundToTick, ZERO_MONEY } from '../../../domain/units.ts'
import type { Book } from './book.ts'
import type { Market } from './market.ts'
import { roundPayment } from './terms.ts'
import { actsFalling, type Working } from './working.ts'

/** Leverage of a symbol until `setLeverage` says otherwise. */
export const LEVERAGE_DEFAULT = 1

export type HoldingState = {
  symbol: string
  leverage: number
  position: PositionBook
  played: number | null
  working: Working[]
}

export class Holding {
  readonly book: Book
  readonly market: Market
  leverage = LEVERAGE_DEFAULT
  position: PositionBook = FLAT
  /** Isolated margin of the position: entry notional ÷ leverage. */
  margin: Money = ZERO_MONEY
  /** On the tick, rounded toward the entry; `null` when the position cannot be liquidated. */
  liquidationPrice: Price | null = null
  orders: Working[] = []
  /** Something happens at or above the first, at or below the second. */
  wakeHigh = Number.POSITIVE_INFINITY
  wakeLow = Number.NEGATIVE_INFINITY
  /** Price this account saw inside the running candle, which others need not have seen; NaN when none. */
  played = Number.NaN
  /** Kept by the market. */
  isListed = false

  constructor(book: Book, market: Market) {
    this.book = book
    this.market = market
  }

  /** Price this account believes in now; NaN before the first candle. */
  get reference(): number {
    return Number.isNaN(this.played) ? this.market.last : this.played
  }

  /** Quantity an order of this side can close. */
  closable(side: Side): Decimal {
    const { direction, quantity } = this.position
    return dec((side === 'sell' ? 'long' : 'short') === direction ? quantity : 0)
  }

  take(position: PositionBook): void {
    this.position = position.direction === null ? FLAT : position
    this.#measure()
    this.changed()
  }

  add(working: Working): void {
    this.orders.push(working)
    this.changed()
  }

  /** Removes a working order; `false` when it was no longer there. */
  remove(working: Working): boolean {
    const place = this.orders.indexOf(working)
    if (place < 0) return false
    this.orders.splice(place, 1)
    this.changed()
    return true
  }

  /** To be called after any change to a working order or the position. */
  changed(): void {
    let high = Number.POSITIVE_INFINITY
    let low = Number.NEGATIVE_INFINITY
    for (const { stage, level, order } of this.orders) {
      if (stage === 'taking') high = Number.NEGATIVE_INFINITY
      else if (actsFalling(order)) low = Math.max(low, level)
      else high = Math.min(high, level)
    }
    if (this.liquidationPrice !== null) {
      if (this.position.direction === 'long') low = Math.max(low, Number(this.liquidationPrice))
      else high = Math.min(high, Number(this.liquidationPrice))
    }
    this.wakeHigh = high
    this.wakeLow = low
    this.market.watch(this)
  }

  see(price: number): void {
    if (Number.isNaN(this.played)) this.market.played.push(this)
    this.played = price
  }

  state(): HoldingState {
    return {
      symbol: this.market.instrument.symbol,
      leverage: this.leverage,
      position: this.position,
      played: Number.isNaN(this.played) ? null : this.played,
      working: this.orders.map(working => ({ ...working })),
    }
  }

  restore(state: HoldingState): void {
    this.leverage = state.leverage
    this.orders = state.working.map(working => ({ ...working }))
    if (state.played !== null) this.see(state.played)
    this.take(state.position)
  }

  #measure(): void {
    const { direction, quantity, entryPrice } = this.position
    this.margin = ZERO_MONEY
    this.liquidationPrice = null
    if (direction === null || entryPrice === null) return
    const { instrument } = this.market
    this.margin = roundPayment(dec(quantity).times(entryPrice).div(this.leverage))
    if (instrument.kind === 'spot') return
    const exact = liquidationPrice(instrument, direction, quantity, entryPrice, this.margin)
    if (exact === null) return
    this.liquidationPrice = roundToTick(exact, instrument.tickSize, direction === 'long' ? 'up' : 'down')
  }
}
