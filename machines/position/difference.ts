/** The fill that would make our book equal the venue's. */
import type { Direction, Fill } from '../../domain/order.ts'
import { dec, type Price, price, type Quantity, quantity, ZERO_MONEY } from '../../domain/units.ts'
import type { PositionContext, PositionEvent } from './context.ts'

export type Reconciled = Extract<PositionEvent, { type: 'venue.reconciled' }>

const signed = (direction: Direction | null, size: Quantity) =>
  dec(size).times(direction === 'short' ? -1 : 1)

/** The fill that makes our book equal the venue's, average price included; `null` when they hold the same. */
export const differenceOf = (context: PositionContext, venue: Reconciled): Fill | null => {
  const { book, ids } = context
  const theirs = signed(venue.direction, venue.quantity)
  const ours = signed(book.direction, book.quantity)
  const difference = theirs.minus(ours)
  const at = priceOf(context, venue)
  if (difference.isZero() || at === null) return null
  return {
    tradeId: `reconcile-${ids.positionId}-${venue.asOf}`,
    clientOrderId: null,
    venueOrderId: 'reconcile',
    symbol: ids.symbol,
    side: difference.isNeg() ? 'sell' : 'buy',
    quantity: quantity(difference.abs()),
    price: at,
    fee: ZERO_MONEY,
    liquidity: 'taker',
    reason: 'external',
    at: venue.asOf,
  }
}

/** What the difference was opened for, by the venue's average; closed, it went for the price of now. */
const priceOf = ({ book }: PositionContext, venue: Reconciled): Price | null => {
  if (venue.direction === null || venue.price === null) return venue.mark ?? book.entryPrice
  const isSame = book.direction === venue.direction && book.entryPrice !== null
  const grown = dec(venue.quantity).minus(book.quantity)
  if (!isSame || book.entryPrice === null) return venue.price
  if (!grown.gt(0)) return venue.mark ?? venue.price
  const exact = dec(venue.quantity)
    .times(venue.price)
    .minus(dec(book.quantity).times(book.entryPrice))
    .div(grown)
  return exact.gt(0) ? price(exact) : venue.price
}
