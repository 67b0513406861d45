/** Orders as we ask for them, as the venue knows them, and what it executed. */
import type { Money, Price, Quantity } from './units.ts'

export type Side = 'buy' | 'sell'
export type Direction = 'long' | 'short'
/** The part an order plays in the life of a position; each leg has one slot. */
export type Leg = 'entry' | 'exit' | 'stop' | 'target'
export type OrderType = 'market' | 'limit' | 'stop_market' | 'take_profit_market'
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'post_only'

export type OrderRequest = {
  /** Ours, the idempotency key: a pure function of (account, position, leg, attempt). */
  clientOrderId: string
  symbol: string
  side: Side
  type: OrderType
  quantity: Quantity
  /** Limit price; `null` for the other types. */
  price: Price | null
  /** Mark price that fires a stop or take-profit; `null` for the other types. */
  triggerPrice: Price | null
  /** For a market order: it expires rather than fill beyond this price. `null`: any price. */
  worstPrice: Price | null
  /** For a market order: it expires rather than fill better than this, for the market it was sized for is gone. */
  bestPrice: Price | null
  /** May shrink a position, never open or flip it. */
  reduceOnly: boolean
  timeInForce: TimeInForce
  /** The venue drops the order when it arrives later than this (epoch ms); `null`: no limit. */
  validUntil: number | null
}

export type OrderStatus = 'working' | 'filled' | 'cancelled' | 'rejected' | 'expired'

/** An order as the venue reports it. Partially filled is `working` with `filledQuantity` above zero. */
export type VenueOrder = OrderRequest & {
  venueOrderId: string
  status: OrderStatus
  filledQuantity: Quantity
  averagePrice: Price | null
  /** Why it was rejected, cancelled or expired; `null` otherwise. */
  reason: string | null
  createdAt: number
  updatedAt: number
}

export type Fill = {
  /** Unique per account; the key fills are deduplicated by. */
  tradeId: string
  /** `null` for executions we did not ask for (liquidation, an order placed by hand). */
  clientOrderId: string | null
  venueOrderId: string
  symbol: string
  side: Side
  quantity: Quantity
  price: Price
  /** Paid fee in quote currency, positive when paid. */
  fee: Money
  liquidity: 'maker' | 'taker'
  reason: 'order' | 'liquidation' | 'external'
  at: number
}

export const oppositeSide = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')
export const openingSide = (direction: Direction): Side => (direction === 'long' ? 'buy' : 'sell')
export const closingSide = (direction: Direction): Side => oppositeSide(openingSide(direction))
