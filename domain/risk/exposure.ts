/** What open positions stand to lose. */
import { type PositionBook, riskAtStop } from '../position.ts'
import { addMoney, type Money, notional, type Price, ZERO_MONEY } from '../units.ts'

export type OpenPosition = {
  book: PositionBook
  /** `null` when no stop stands. */
  stopPrice: Price | null
}

/** Loss if the position's stop fills at its price. Without a stop the whole notional at entry is at risk. */
const positionRisk = ({ book, stopPrice }: OpenPosition): Money => {
  if (book.entryPrice === null) return ZERO_MONEY
  return stopPrice === null ? notional(book.quantity, book.entryPrice) : riskAtStop(book, stopPrice)
}

/** Sum of the losses if every stop fills. */
export const openRisk = (positions: readonly OpenPosition[]): Money =>
  addMoney(ZERO_MONEY, ...positions.map(positionRisk))
