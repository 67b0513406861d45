/**
 * A small venue for properties of the machines: it executes at one price, tells what happened through a queue that may lag,
 * and loses requests and answers when it is asked to. It knows nothing of the engine and keeps its own books.
 */
import type { Fill, OrderRequest, Side, VenueOrder } from '../../domain/order.ts'
import type { VenueEvent, VenuePosition } from '../../domain/ports.ts'
import { applyFill, FLAT, type PositionBook } from '../../domain/position.ts'
import { dec, money, price, quantity } from '../../domain/units.ts'

export type Refusal = { refused: string }
type Late = { at: number; request: OrderRequest }

export class FakeVenue {
  book: PositionBook = FLAT
  price = 100
  now = 0
  /** Orders by client order id, final ones included. */
  readonly orders = new Map<string, VenueOrder>()
  readonly fills: Fill[] = []
  /** What happened and was not told yet. */
  events: VenueEvent[] = []
  /** How often each client order id has reached us. */
  readonly arrivals = new Map<string, number>()
  #late: Late[] = []
  /** Share of a market order that executes at once; the rest follows with the next price. */
  share = 1
  /** Exits, too, execute in that share only. */
  isThin = false

  get holding(): string {
    return this.book.direction === 'short' ? `-${this.book.quantity}` : this.book.quantity
  }

  get working(): VenueOrder[] {
    return [...this.orders.values()].filter(order => order.status === 'working')
  }

  positions(): Partial<VenuePosition>[] {
    const { direction, quantity: size, entryPrice } = this.book
    if (direction === null || entryPrice === null) return []
    return [{ symbol: 'BTC', direction, quantity: size, entryPrice }]
  }

  /** Takes a request in now. */
  submit(request: OrderRequest): VenueOrder | Refusal {
    const { clientOrderId: id } = request
    this.arrivals.set(id, (this.arrivals.get(id) ?? 0) + 1)
    if (this.orders.has(id)) return { refused: 'duplicate_client_order_id' }
    if (request.validUntil !== null && this.now > request.validUntil) return { refused: 'valid_until_passed' }
    if (!/[1-9]/.test(request.quantity)) return { refused: 'parameter_invalid' }
    if (request.reduceOnly && !this.#reduces(request.side)) return { refused: 'reduce_only_rejected' }
    const order: VenueOrder = {
      ...request,
      venueOrderId: `v${this.orders.size + 1}`,
      status: 'working',
      filledQuantity: quantity(0),
      averagePrice: null,
      reason: null,
      createdAt: this.now,
      updatedAt: this.now,
    }
    if (this.#isFired(order)) return { refused: 'would_trigger_immediately' }
    this.orders.set(id, order)
    if (request.type === 'market') this.#execute(id, request.reduceOnly && !this.isThin ? 1 : this.share)
    return this.orders.get(id) as VenueOrder
  }

  /** The request is still under way; it arrives when the time has come. */
  submitLate(request: OrderRequest, at: number): void {
    this.#late.push({ at, request })
  }

  cancel(id: string, reason = 'requested', status: VenueOrder['status'] = 'cancelled'): VenueOrder | null {
    const order = this.orders.get(id)
    if (order?.status === 'working') this.#end(order, status, reason)
    return this.orders.get(id) ?? null
  }

  /** Time passes: what was under way arrives. */
  passTo(now: number): void {
    this.now = now
    const due = this.#late.filter(late => late.at <= now)
    this.#late = this.#late.filter(late => late.at > now)
    for (const { request } of due) this.submit(request)
  }

  /** A new price: rests of market orders execute, triggers fire. */
  move(to: number): void {
    this.price = to
    for (const order of this.working) {
      if (order.type === 'market' || this.#isFired(order)) this.#execute(order.clientOrderId, 1)
    }
  }

  /** Somebody trades on the account by hand. */
  tradeByHand(side: Side, size: string): void {
    this.#fill(null, side, size)
  }

  #reduces(side: Side): boolean {
    const { direction } = this.book
    return direction !== null && direction === (side === 'sell' ? 'long' : 'short')
  }

  #isFired({ type, side, triggerPrice }: VenueOrder): boolean {
    if (triggerPrice === null) return false
    const falls = (type === 'stop_market') === (side === 'sell')
    return falls ? this.price <= Number(triggerPrice) : this.price >= Number(triggerPrice)
  }

  #execute(id: string, share: number): void {
    const order = this.orders.get(id) as VenueOrder
    const left = dec(order.quantity).minus(order.filledQuantity)
    if (order.reduceOnly && !this.#reduces(order.side)) return this.#end(order, 'expired', 'reduce_only')
    const wanted = left.times(share)
    const open = dec(this.book.quantity)
    const size = order.reduceOnly && wanted.gt(open) ? open : wanted
    const filled = dec(order.filledQuantity).plus(size)
    const isWhole = filled.eq(order.quantity)
    const after: VenueOrder = {
      ...order,
      filledQuantity: quantity(filled),
      averagePrice: price(this.price),
      status: isWhole ? 'filled' : 'working',
      updatedAt: this.now,
    }
    this.orders.set(id, after)
    this.#fill(after, order.side, size.toFixed())
    if (order.reduceOnly && wanted.gt(open)) this.#end(after, 'expired', 'reduce_only')
  }

  #fill(order: VenueOrder | null, side: Side, size: string): void {
    const fill: Fill = {
      tradeId: `t${this.fills.length + 1}`,
      clientOrderId: order?.clientOrderId ?? null,
      venueOrderId: order?.venueOrderId ?? 'hand',
      symbol: 'BTC',
      side,
      quantity: quantity(size),
      price: price(this.price),
      fee: money('0.01'),
      liquidity: 'taker',
      reason: order === null ? 'external' : 'order',
      at: this.now,
    }
    this.fills.push(fill)
    this.book = applyFill(this.book, fill).book
    this.events.push({ type: 'order.filled', fill, order, at: this.now })
  }

  #end(order: VenueOrder, status: VenueOrder['status'], reason: string): void {
    const after = { ...order, status, reason, updatedAt: this.now }
    this.orders.set(order.clientOrderId, after)
    this.events.push({ type: 'order.updated', order: after, at: this.now })
  }
}
