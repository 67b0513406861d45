/** What the venue saw of one account: the evidence that the tests judge by. Times are real milliseconds. */
import {
  closingSide,
  type Direction,
  type Fill,
  type OrderRequest,
  type VenueOrder,
} from '../../domain/order.ts'
import type { Exchange, VenueAccount, VenuePosition } from '../../domain/ports.ts'
import { dec } from '../../domain/units.ts'

export type Asked = {
  at: number
  request: OrderRequest
  /** `accepted`, or the code of the refusal. */
  answer: string
}

export type Audit = {
  asked: Asked[]
  positions: VenuePosition[]
  openOrders: VenueOrder[]
  account: VenueAccount
  fills: Fill[]
  /** Longest time a position stood without a stop for all of it while an engine was there. */
  nakedMsLongest: number
  /** Positions without such a stop now. */
  nakedNow: string[]
}

const nakedOf = (positions: VenuePosition[], orders: VenueOrder[]): string[] =>
  positions
    .filter(
      ({ symbol, quantity, direction }) => !orders.some(order => covers(order, symbol, quantity, direction)),
    )
    .map(({ symbol }) => symbol)

const covers = (order: VenueOrder, symbol: string, quantity: string, direction: Direction): boolean =>
  order.symbol === symbol &&
  order.type === 'stop_market' &&
  order.reduceOnly &&
  order.side === closingSide(direction) &&
  dec(order.quantity).minus(order.filledQuantity).gte(quantity)

type Book = Pick<Exchange, 'positions' | 'openOrders' | 'account' | 'fillsSince'>

/** Watches one account at the venue: what it is asked, and how long its positions stand naked. */
export class Watch {
  readonly asked: Asked[]
  #nakedSince = new Map<string, number>()
  #longest: number
  /** An engine is there since; `null`: none is, and nobody can be blamed. */
  #presentSince: number | null = null

  constructor(saved: { asked: Asked[]; longest: number } | null) {
    this.asked = saved?.asked ?? []
    this.#longest = saved?.longest ?? 0
  }

  saved() {
    return { asked: this.asked, longest: this.#longest }
  }

  arrived(at: number): void {
    this.#presentSince = at
  }

  left(at: number): void {
    for (const since of this.#nakedSince.values()) this.#count(since, at)
    this.#presentSince = null
  }

  look(book: Book, at: number): void {
    const naked = new Set(nakedOf(book.positions() as VenuePosition[], book.openOrders() as VenueOrder[]))
    for (const [symbol, since] of this.#nakedSince) {
      this.#count(since, at)
      if (!naked.has(symbol)) this.#nakedSince.delete(symbol)
    }
    for (const symbol of naked) if (!this.#nakedSince.has(symbol)) this.#nakedSince.set(symbol, at)
  }

  audit(book: Book): Audit {
    return {
      asked: this.asked,
      positions: book.positions() as VenuePosition[],
      openOrders: book.openOrders() as VenueOrder[],
      account: book.account() as VenueAccount,
      fills: book.fillsSince(0) as Fill[],
      nakedMsLongest: this.#longest,
      nakedNow: [...this.#nakedSince.keys()],
    }
  }

  #count(since: number, at: number): void {
    if (this.#presentSince === null) return
    this.#longest = Math.max(this.#longest, at - Math.max(since, this.#presentSince))
  }
}
