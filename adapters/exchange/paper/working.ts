/** A working order: the order as others see it, and what the venue needs to know to match it. */
import type { Instrument } from '../../../domain/instrument.ts'
import type { OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { Money } from '../../../domain/units.ts'

/** `armed`: waits for its trigger. `resting`: a limit in the book. `taking`: executes at the next price it may have. */
export type Stage = 'armed' | 'resting' | 'taking'

/** Plain JSON. `order` is replaced, never changed, so it can be handed out as it is. */
export type Working = {
  order: VenueOrder
  stage: Stage
  /** Trigger or limit price for comparing with candles; 0 for a market order, which is never compared. */
  level: number
  /** Time it reaches the book, epoch ms. */
  arriveAt: number
  /** Number of the first candle of its symbol in which it may execute. */
  firstCandle: number
  /** Initial margin and fee held for its whole quantity; `'0'` when it opens nothing. */
  reserve: Money
}

export const isTrigger = (order: OrderRequest): boolean =>
  order.type === 'stop_market' || order.type === 'take_profit_market'

/** True for a stop that protects a position. */
export const isProtectiveStop = (order: OrderRequest): boolean =>
  order.reduceOnly && order.type === 'stop_market'

/** True when it may only shrink a position: by its own word, or because spot cannot be sold short. */
export const onlyShrinks = (order: OrderRequest, instrument: Instrument): boolean =>
  order.reduceOnly || (instrument.kind === 'spot' && order.side === 'sell')

/** True when a falling price executes it: stops that sell, limits and take-profits that buy. */
export const actsFalling = (order: OrderRequest): boolean =>
  order.type === 'stop_market' ? order.side === 'sell' : order.side === 'buy'

/** True when `price` fires the trigger; touching is enough. */
export const isFiredBy = (working: Working, price: number): boolean =>
  actsFalling(working.order) ? price <= working.level : price >= working.level

/** True when `price` is through the limit; touching is not enough, others may stand before us in the queue. */
export const isThrough = (working: Working, price: number): boolean =>
  actsFalling(working.order) ? price < working.level : price > working.level

/** True when the order was in the book by `at` and may execute in this candle. */
export const isInBook = (working: Working, candle: number, at: number): boolean =>
  working.firstCandle <= candle && working.arriveAt <= at
