/** Orders that people give and take back by hand: the words they are given in, and what is answered. */
import type { DecisionRecord } from '../domain/fact.ts'
import type { Side } from '../domain/order.ts'
import type { OrderRow } from '../domain/ports.ts'
import type { Money, Price, Quantity } from '../domain/units.ts'

export type OrderWish = {
  accountId: string
  symbol: string
  side: Side
  /** Units of the asset; `null`: `value` says how much. */
  quantity: Quantity | null
  /** Notional in quote currency; `null`: `quantity` says how much. */
  value: Money | null
  /** Worst price an entry may fill at, at once or not at all; `null`: as far as the account allows. */
  limitPrice: Price | null
  /** `null`: as the account's rules say. */
  stop: Price | null
  target: Price | null
  leverage: number | null
  reason: string | null
  /** Names the request: the same once more gets the same answer, and never a second order. */
  requestId: string
  /** Who gives it: `token:owner`. */
  by: string
  /** The request in one line: another one under the same name is refused by it. */
  asked: string
}

export type OrderAnswer = {
  accountId: string
  requestId: string
  /** It was decided before, under the same name. */
  repeated: boolean
  decision: DecisionRecord
  /** What it led to, as it is now; oldest first. */
  orders: OrderRow[]
  /** What is not known or not durable yet; empty when all is. */
  remaining: string[]
}

export type CancelAnswer = {
  accountId: string
  order: OrderRow
  /** False: it is still on its way out, or the venue has not said so yet. */
  done: boolean
}

export type OrderRefusalCode =
  | 'resting'
  | 'busy'
  | 'reused'
  | 'abandoned'
  | 'unknown'
  | 'protects'
  | 'filled'
  | 'unheld'

/** Nothing was ordered or cancelled. */
export class OrderRefused extends Error {
  override readonly name = 'OrderRefused'
  readonly code: OrderRefusalCode
  constructor(code: OrderRefusalCode, message: string) {
    super(message)
    this.code = code
  }
}

/** @throws OrderRefused of both: nothing has come of it then, and nothing will. */
export interface HandOrders {
  /** A decision that a person has made, on the road of every decision. Answers when the venue has its order, or is late. */
  place(wish: OrderWish): Promise<OrderAnswer>
  /** Takes an entry back, or what of it has not filled. Only orders of these accounts are found. */
  cancel(accountIds: readonly string[], clientOrderId: string): Promise<CancelAnswer>
}
