/** What an account is worth and what of it is free. Recomputed when asked: only money that moves costs decimals. */
import { walletBalance } from '../../../domain/ledger.ts'
import type { VenueAccount } from '../../../domain/ports.ts'
import { unrealisedAt } from '../../../domain/position.ts'
import { Decimal, dec, type Money, money, type Price, price } from '../../../domain/units.ts'
import type { Book } from './book.ts'
import type { Holding } from './holding.ts'
import { roundPayment } from './terms.ts'
import type { Working } from './working.ts'

/** Room for the rounding of margins and fees to 1e-8 between submit and fill. */
const ROUNDING_ROOM = dec('0.00000002')

/** Part of a working order's reserve that its unfilled quantity still holds. */
export const reserveLeft = ({ order, reserve }: Working): Decimal => {
  if (reserve === '0') return dec(0)
  const left = dec(order.quantity).minus(order.filledQuantity)
  return dec(reserve).times(left).div(order.quantity)
}

export const unrealisedOf = (holding: Holding): Money =>
  unrealisedAt(holding.position, price(holding.market.last))

/**
 * Margin used is that of positions and of orders that would open one. Free margin counts open losses and not open
 * profits: the smaller of balance and equity, less the margin used.
 */
export const accountOf = (book: Book, at: number): VenueAccount => {
  const balance = dec(walletBalance(book.ledger))
  let equity = balance
  let used = dec(0)
  for (const holding of book.holdings.values()) {
    if (holding.position.direction !== null) {
      equity = equity.plus(unrealisedOf(holding))
      used = used.plus(holding.margin)
    }
    for (const working of holding.orders) used = used.plus(reserveLeft(working))
  }
  return {
    balance: money(balance),
    equity: money(equity),
    marginUsed: money(used),
    marginFree: money(Decimal.min(balance, equity).minus(used)),
    at,
  }
}

/** Initial margin plus taker fee for opening `size` at `at`. */
export const openingCost = (holding: Holding, size: Decimal, at: Price): Money => {
  const worth = size.times(at)
  return roundPayment(worth.div(holding.leverage).plus(worth.times(holding.market.terms.feeRatio.taker)))
}

/** True when the account can carry all that this order still opens, at this price. */
export const affordsFill = (holding: Holding, working: Working, at: Price): boolean => {
  const left = dec(working.order.quantity).minus(working.order.filledQuantity)
  const opens = left.minus(holding.closable(working.order.side))
  if (opens.lte(0)) return true
  const excess = dec(openingCost(holding, opens, at)).minus(reserveLeft(working))
  return excess.lte(ROUNDING_ROOM) || excess.lte(accountOf(holding.book, 0).marginFree)
}
