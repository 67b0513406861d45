/** Executions: how a working order becomes fills, how a position is liquidated, what funding costs. */
import type { Fill, VenueOrder } from '../../../domain/order.ts'
import { closingSide } from '../../../domain/order.ts'
import { applyFill } from '../../../domain/position.ts'
import {
  Decimal,
  type DecimalInput,
  dec,
  type Money,
  money,
  type Price,
  price,
  quantity,
  roundDownToStep,
} from '../../../domain/units.ts'
import type { Holding } from './holding.ts'
import { affordsFill } from './margin.ts'
import { feeFor, isWorse, roundPayment, takerPrice } from './terms.ts'
import { isTrigger, onlyShrinks, type Working } from './working.ts'

/** Why an order ended without its whole quantity; the `reason` of the order. */
export type EndReason =
  | 'requested'
  | 'worst_price'
  | 'best_price'
  | 'reduce_only'
  | 'fok_unfillable'
  | 'ioc_remainder'
  | 'not_marketable'
  | 'margin_insufficient'

export const expire = (holding: Holding, working: Working, reason: EndReason, at: number): void => {
  const order = holding.book.finish(holding, working, 'expired', reason, at)
  holding.book.tell({ type: 'order.updated', order, at })
}

/** Executes an order at the market: at `base`, moved by slippage and to the tick against us. */
export const takeAt = (holding: Holding, working: Working, base: DecimalInput, at: number): void => {
  const { instrument, terms } = holding.market
  const { side, type, price: limit, worstPrice, bestPrice, timeInForce } = working.order
  const slipped = takerPrice(terms, base, side, instrument.tickSize)
  if (type !== 'limit' || limit === null) {
    if (worstPrice !== null && isWorse(side, slipped, worstPrice)) expire(holding, working, 'worst_price', at)
    else if (bestPrice !== null && isWorse(side, bestPrice, slipped))
      expire(holding, working, 'best_price', at)
    else execute(holding, working, slipped, 'taker', at)
  } else if (!isWorse(side, base, limit)) {
    execute(holding, working, isWorse(side, slipped, limit) ? limit : slipped, 'taker', at)
  } else if (timeInForce === 'ioc' || timeInForce === 'fok') {
    expire(holding, working, 'not_marketable', at)
  } else {
    working.stage = 'resting'
    holding.changed()
  }
}

/** Executes an order at this price, as far as its position, the candle's volume and the margin allow. */
export const execute = (
  holding: Holding,
  working: Working,
  fillPrice: Price,
  liquidity: Fill['liquidity'],
  at: number,
): void => {
  const { market } = holding
  const { order } = working
  const shrinks = onlyShrinks(order, market.instrument)
  const left = dec(order.quantity).minus(order.filledQuantity)
  const wanted = shrinks ? Decimal.min(left, holding.closable(order.side)) : left
  const size = Decimal.min(wanted, sizeMax(holding) ?? wanted)
  if (wanted.isZero()) return expire(holding, working, 'reduce_only', at)
  if (order.timeInForce === 'fok' && size.lt(wanted)) return expire(holding, working, 'fok_unfillable', at)
  if (!shrinks && !affordsFill(holding, working, fillPrice)) {
    return expire(holding, working, 'margin_insufficient', at)
  }
  if (isTrigger(order)) working.stage = 'taking'
  working.firstCandle = market.candle + 1
  holding.changed()
  if (size.gt(0)) fill(holding, working, size, fillPrice, liquidity, at)
  if (!holding.orders.includes(working)) return
  if (shrinks && holding.closable(order.side).isZero()) expire(holding, working, 'reduce_only', at)
  else if (order.timeInForce === 'ioc') expire(holding, working, 'ioc_remainder', at)
}

/** Largest size one order may take of this candle; `null`: any. */
const sizeMax = ({ market }: Holding): Decimal | null => {
  if (market.terms.volumeShareMax === null || market.volume === null) return null
  const share = market.terms.volumeShareMax.times(market.volume)
  return dec(roundDownToStep(share, market.instrument.stepSize))
}

const fill = (
  holding: Holding,
  working: Working,
  size: Decimal,
  fillPrice: Price,
  liquidity: Fill['liquidity'],
  at: number,
): void => {
  const { book, market } = holding
  const { order } = working
  const filled = dec(order.filledQuantity).plus(size)
  const cost = dec(order.averagePrice ?? 0)
    .times(order.filledQuantity)
    .plus(size.times(fillPrice))
  working.order = {
    ...order,
    filledQuantity: quantity(filled),
    averagePrice: filled.eq(size) ? fillPrice : price(cost.div(filled)),
    updatedAt: at,
  }
  const done: Fill = {
    tradeId: book.nextTradeId(),
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId,
    symbol: order.symbol,
    side: order.side,
    quantity: quantity(size),
    price: fillPrice,
    fee: feeFor(market.terms, size, fillPrice, liquidity),
    liquidity,
    reason: 'order',
    at,
  }
  if (filled.eq(order.quantity)) book.finish(holding, working, 'filled', null, at)
  bookFill(holding, done, working.order)
}

const bookFill = (holding: Holding, done: Fill, order: VenueOrder | null): void => {
  const { book: position, realised } = applyFill(holding.position, done)
  holding.book.bookFill(done, realised)
  holding.take(position)
  holding.book.tell({ type: 'order.filled', fill: done, order, at: done.at })
}

/**
 * Closes the position at its liquidation price. Whatever is left of its margin there is the fee, so that exactly the
 * margin is lost, however far the market jumped.
 */
export const liquidate = (holding: Holding, at: number): void => {
  const { direction, quantity: size, entryPrice } = holding.position
  const { liquidationPrice, margin, book, market } = holding
  if (direction === null || entryPrice === null || liquidationPrice === null) return
  const move = dec(liquidationPrice).minus(entryPrice).times(size)
  const left = direction === 'long' ? move.plus(margin) : move.neg().plus(margin)
  holding.see(Number(liquidationPrice))
  bookFill(
    holding,
    {
      tradeId: book.nextTradeId(),
      clientOrderId: null,
      venueOrderId: book.nextOrderId(),
      symbol: market.instrument.symbol,
      side: closingSide(direction),
      quantity: size,
      price: liquidationPrice,
      fee: money(Decimal.max(left, 0)),
      liquidity: 'taker',
      reason: 'liquidation',
      at,
    },
    null,
  )
}

/** Pays or receives funding on an open position at mark. Longs pay when the rate is positive. */
export const payFunding = (holding: Holding, rate: number, at: number): void => {
  const { direction, quantity: size } = holding.position
  const { instrument, last } = holding.market
  if (direction === null || instrument.kind === 'spot') return
  const due = dec(size).times(last).times(rate)
  const paid: Money = roundPayment(direction === 'long' ? due : due.neg())
  holding.book.bookFunding(paid)
  holding.book.tell({ type: 'funding.paid', symbol: instrument.symbol, rate, paid, at })
}
