/** One position as our own books have it: the sum of its fills, never anything else. */
import type { Direction, Fill } from './order.ts'
import {
  addMoney,
  dec,
  type Money,
  money,
  type Price,
  price,
  type Quantity,
  quantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './units.ts'

export type PositionBook = {
  /** `null` while flat. */
  direction: Direction | null
  quantity: Quantity
  /** Average price of the open quantity; `null` while flat. */
  entryPrice: Price | null
  /** Price moves of the closed quantity since it was last flat, before fees and funding. */
  realised: Money
  fees: Money
  /** Positive when paid. */
  funding: Money
}

export const FLAT: PositionBook = {
  direction: null,
  quantity: ZERO_QUANTITY,
  entryPrice: null,
  realised: ZERO_MONEY,
  fees: ZERO_MONEY,
  funding: ZERO_MONEY,
}

export type Booking = { book: PositionBook; realised: Money; fee: Money }

const signed = (book: PositionBook) =>
  book.direction === 'short' ? dec(book.quantity).neg() : dec(book.quantity)

/** Books one fill. Passing through zero closes the old quantity at the fill's price and opens the rest at it. */
export const applyFill = (book: PositionBook, fill: Fill): Booking => {
  const before = signed(book)
  const delta = fill.side === 'buy' ? dec(fill.quantity) : dec(fill.quantity).neg()
  const after = before.plus(delta)
  const closes = !before.isZero() && before.isNeg() !== delta.isNeg()
  const closedSize = closes ? (delta.abs().lt(before.abs()) ? delta.abs() : before.abs()) : dec(0)
  const move = closes && book.entryPrice !== null ? dec(fill.price).minus(book.entryPrice) : dec(0)
  const realised = money(before.isNeg() ? move.neg().times(closedSize) : move.times(closedSize))
  const entryPrice = averageEntry(book, before, delta, after, fill.price)
  return {
    realised,
    fee: fill.fee,
    book: {
      direction: after.isZero() ? null : after.isNeg() ? 'short' : 'long',
      quantity: quantity(after.abs()),
      entryPrice,
      realised: addMoney(book.realised, realised),
      fees: addMoney(book.fees, fill.fee),
      funding: book.funding,
    },
  }
}

const averageEntry = (
  book: PositionBook,
  before: ReturnType<typeof dec>,
  delta: ReturnType<typeof dec>,
  after: ReturnType<typeof dec>,
  fillPrice: Price,
): Price | null => {
  if (after.isZero()) return null
  const grows = before.isZero() || before.isNeg() === delta.isNeg()
  const flips = !grows && before.isNeg() !== after.isNeg()
  if (before.isZero() || flips) return fillPrice
  if (!grows) return book.entryPrice
  const cost = before
    .abs()
    .times(book.entryPrice ?? 0)
    .plus(delta.abs().times(fillPrice))
  return price(cost.div(after.abs()))
}

/** Unrealised profit of the open quantity at `mark`, before fees. */
export const unrealisedAt = (book: PositionBook, mark: Price): Money => {
  if (book.direction === null || book.entryPrice === null) return ZERO_MONEY
  const move = dec(mark).minus(book.entryPrice).times(book.quantity)
  return money(book.direction === 'short' ? move.neg() : move)
}

/** Loss if `stop` fills at its price, never below zero (a stop beyond entry risks nothing). */
export const riskAtStop = (book: PositionBook, stop: Price): Money => {
  const result = dec(unrealisedAt(book, stop))
  return money(result.isNeg() ? result.neg() : 0)
}
