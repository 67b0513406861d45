/** What the venue has of one account, kept from its own news: fills, and the orders that work. */
import type { Fill, OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { VenueEvent } from '../../../domain/ports.ts'
import { D, ZERO } from './decimal.ts'
import { TruthBook } from './truth-book.ts'

export class VenueRecord {
  readonly book: TruthBook
  readonly working = new Map<string, VenueOrder>()
  /** Filled quantity by client order id. */
  readonly filled = new Map<string, D>()
  readonly fills: Fill[] = []

  /** Symbols of open positions in which somebody else traded, too. */
  readonly touched = new Set<string>()
  /** When somebody else traded last. */
  foreignAt = Number.NEGATIVE_INFINITY

  constructor(deposit: string) {
    this.book = new TruthBook(deposit)
  }

  took(_request: OrderRequest, order: VenueOrder): void {
    // An order that filled while it was taken has been told of already.
    if (order.status === 'working') this.working.set(order.clientOrderId, order)
  }

  hear(event: VenueEvent): void {
    if (event.type === 'funding.paid') {
      this.book.funding = this.book.funding.plus(event.paid)
      return
    }
    if (event.order !== null) this.#keep(event.order)
    if (event.type !== 'order.filled') return
    const { fill } = event
    this.book.book(fill)
    this.fills.push(fill)
    if (fill.clientOrderId === null) return
    const before = this.filled.get(fill.clientOrderId) ?? ZERO
    this.filled.set(fill.clientOrderId, before.plus(fill.quantity))
  }

  /** After a fill was heard: whose it was. Flat, a symbol is nobody's. */
  note({ symbol, reason, at }: Fill, isOurs: boolean): void {
    if (!isOurs && reason === 'order') this.foreignAt = at
    if (this.book.quantity(symbol).isZero()) this.touched.delete(symbol)
    else if (!isOurs && reason === 'order') this.touched.add(symbol)
  }

  #keep(order: VenueOrder): void {
    if (order.status === 'working') this.working.set(order.clientOrderId, order)
    else this.working.delete(order.clientOrderId)
  }

  /** Quantity that reduce-only orders of a kind would close of the position of this symbol. */
  covered(symbol: string, types: readonly OrderRequest['type'][]): D {
    const held = this.book.quantity(symbol)
    const side = held.isPositive() ? 'sell' : 'buy'
    let sum = ZERO
    for (const order of this.working.values()) {
      if (order.symbol !== symbol || !order.reduceOnly || order.side !== side) continue
      if (types.includes(order.type)) sum = sum.plus(order.quantity).minus(order.filledQuantity)
    }
    return sum
  }
}
