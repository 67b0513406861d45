/** The `Exchange` port over one account's book. Every method answers at once. */
import type { Instrument } from '../../../domain/instrument.ts'
import type { Fill, OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { Exchange, VenueAccount, VenueEvent, VenuePosition } from '../../../domain/ports.ts'
import { price } from '../../../domain/units.ts'
import type { Book } from './book.ts'
import { refuse } from './check.ts'
import type { Holding } from './holding.ts'
import { changeLeverage } from './leverage.ts'
import { accountOf, unrealisedOf } from './margin.ts'
import type { Market } from './market.ts'
import { submitOrder } from './submit.ts'

/** What an account needs of its venue. */
export type Floor = {
  readonly instruments: readonly Instrument[]
  /** Throws `VenueRefused` for a symbol the venue does not have. */
  market(symbol: string): Market
  now(): number
  /** An order of this symbol is under way and reaches the book at `at`. */
  expectArrival(book: Book, symbol: string, at: number): void
}

export class PaperExchange implements Exchange {
  readonly venue = 'paper'
  readonly #floor: Floor
  readonly #book: Book

  constructor(floor: Floor, book: Book) {
    this.#floor = floor
    this.#book = book
  }

  instruments(): Instrument[] {
    return [...this.#floor.instruments]
  }

  account(): VenueAccount {
    return accountOf(this.#book, this.#floor.now())
  }

  positions(): VenuePosition[] {
    return [...this.#book.holdings.values()].flatMap(holding => positionOf(holding) ?? [])
  }

  openOrders(): VenueOrder[] {
    return [...this.#book.holdings.values()].flatMap(({ orders }) => orders.map(({ order }) => order))
  }

  submit(request: OrderRequest): VenueOrder {
    const now = this.#floor.now()
    const order = submitOrder(this.#book, this.#floor.market(request.symbol), request, now)
    const underWay = this.#book.working(request.clientOrderId)?.working
    if (underWay?.stage === 'taking' && underWay.arriveAt > now) {
      this.#floor.expectArrival(this.#book, request.symbol, underWay.arriveAt)
    }
    return order
  }

  cancel(symbol: string, clientOrderId: string): VenueOrder {
    const known = this.lookup(symbol, clientOrderId)
    if (known === null) return refuse('order_unknown', `no ${symbol} order ${clientOrderId} to cancel`)
    const found = this.#book.working(clientOrderId)
    if (found === null) return known
    const at = this.#floor.now()
    const order = this.#book.finish(found.holding, found.working, 'cancelled', 'requested', at)
    this.#book.tell({ type: 'order.updated', order, at })
    return order
  }

  lookup(symbol: string, clientOrderId: string): VenueOrder | null {
    const order = this.#book.order(clientOrderId)
    return order?.symbol === symbol ? order : null
  }

  setLeverage(symbol: string, leverage: number): number {
    return changeLeverage(this.#book.holding(this.#floor.market(symbol)), leverage)
  }

  fillsSince(at: number): Fill[] {
    return this.#book.fills.filter(fill => fill.at >= at)
  }

  subscribe(listener: (event: VenueEvent) => void): () => void {
    return this.#book.subscribe(listener)
  }
}

const positionOf = (holding: Holding): VenuePosition | null => {
  const { position, market, leverage, margin, liquidationPrice } = holding
  if (position.direction === null || position.entryPrice === null) return null
  return {
    symbol: market.instrument.symbol,
    direction: position.direction,
    quantity: position.quantity,
    entryPrice: position.entryPrice,
    markPrice: price(market.last),
    leverage,
    margin,
    liquidationPrice,
    unrealised: unrealisedOf(holding),
  }
}
