/**
 * One account at the venue: its money, its holdings, its recent orders and fills, and those who listen to it.
 *
 * Nothing of one book is read while another is settled: accounts are islands.
 */

import { bookFunding, bookTrade, type Ledger, openLedger } from '../../../domain/ledger.ts'
import type { Fill, OrderStatus, VenueOrder } from '../../../domain/order.ts'
import type { VenueEvent } from '../../../domain/ports.ts'
import type { Money } from '../../../domain/units.ts'
import { Holding, type HoldingState } from './holding.ts'
import type { Market } from './market.ts'
import type { Working } from './working.ts'

export type AccountState = {
  accountId: string
  ledger: Ledger
  ordersMade: number
  tradesMade: number
  holdings: HoldingState[]
  /** Final orders still remembered, oldest first. */
  orders: VenueOrder[]
  /** Fills still remembered, oldest first. */
  fills: Fill[]
}

export class Book {
  readonly accountId: string
  /** Place in the order in which accounts were opened; accounts are settled in it. */
  sequence = 0
  ledger: Ledger
  readonly holdings = new Map<string, Holding>()
  readonly orders = new Map<string, VenueOrder>()
  readonly fills: Fill[] = []
  readonly #historyMax: number
  #ordersMade = 0
  #tradesMade = 0
  readonly #listeners = new Set<(event: VenueEvent) => void>()
  readonly #queue: VenueEvent[] = []
  #isTelling = false

  constructor(accountId: string, deposit: Money, historyMax: number) {
    this.accountId = accountId
    this.ledger = openLedger(deposit)
    this.#historyMax = historyMax
  }

  nextOrderId(): string {
    this.#ordersMade += 1
    return String(this.#ordersMade)
  }

  nextTradeId(): string {
    this.#tradesMade += 1
    return String(this.#tradesMade)
  }

  holding(market: Market): Holding {
    const { symbol } = market.instrument
    let holding = this.holdings.get(symbol)
    if (holding === undefined) {
      holding = new Holding(this, market)
      this.holdings.set(symbol, holding)
    }
    return holding
  }

  working(clientOrderId: string): { holding: Holding; working: Working } | null {
    for (const holding of this.holdings.values()) {
      const working = holding.orders.find(each => each.order.clientOrderId === clientOrderId)
      if (working !== undefined) return { holding, working }
    }
    return null
  }

  order(clientOrderId: string): VenueOrder | null {
    return this.working(clientOrderId)?.working.order ?? this.orders.get(clientOrderId) ?? null
  }

  /** Ends a working order with what is filled so far; does nothing when it ended before. */
  finish(
    holding: Holding,
    working: Working,
    status: Exclude<OrderStatus, 'working'>,
    reason: string | null,
    at: number,
  ): VenueOrder {
    if (!holding.remove(working)) return working.order
    working.order = { ...working.order, status, reason, updatedAt: at }
    this.orders.set(working.order.clientOrderId, working.order)
    if (this.orders.size > this.#historyMax) this.orders.delete(this.orders.keys().next().value as string)
    return working.order
  }

  bookFill(fill: Fill, realised: Money): void {
    this.ledger = bookTrade(this.ledger, realised, fill.fee)
    this.fills.push(fill)
    if (this.fills.length > this.#historyMax) this.fills.shift()
  }

  bookFunding(paid: Money): void {
    this.ledger = bookFunding(this.ledger, paid)
  }

  subscribe(listener: (event: VenueEvent) => void): () => void {
    // Wrapped, so that the same function may listen twice and each end only itself.
    const own = (event: VenueEvent): void => listener(event)
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
    }
  }

  /** Tells listeners at once; events caused by what they do are told after, so all hear them in the same order. */
  tell(event: VenueEvent): void {
    if (this.#listeners.size === 0) return
    this.#queue.push(event)
    if (this.#isTelling) return
    this.#isTelling = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        for (const listener of this.#listeners) listener(next)
      }
    } finally {
      this.#isTelling = false
    }
  }

  state(): AccountState {
    return {
      accountId: this.accountId,
      ledger: this.ledger,
      ordersMade: this.#ordersMade,
      tradesMade: this.#tradesMade,
      holdings: Array.from(this.holdings.values(), holding => holding.state()),
      orders: [...this.orders.values()],
      fills: [...this.fills],
    }
  }

  /** Takes over a saved state; listeners stay. `marketOf` finds the market of a symbol. */
  restore(state: AccountState, marketOf: (symbol: string) => Market): void {
    this.ledger = state.ledger
    this.#ordersMade = state.ordersMade
    this.#tradesMade = state.tradesMade
    this.holdings.clear()
    for (const each of state.holdings) this.holding(marketOf(each.symbol)).restore(each)
    this.orders.clear()
    for (const order of state.orders) this.orders.set(order.clientOrderId, order)
    this.fills.splice(0, this.fills.length, ...state.fills)
  }
}
