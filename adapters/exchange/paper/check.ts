/**
 * What the venue refuses, one rule after the other in a fixed order. Nothing is corrected: a price off the tick is
 * refused, not rounded.
 */
import { type Instrument, marginTier } from '../../../domain/instrument.ts'
import type { OrderRequest } from '../../../domain/order.ts'
import { VenueRefused } from '../../../domain/ports.ts'
import { type Decimal, type DecimalInput, dec, money, type Price, price } from '../../../domain/units.ts'
import type { Holding } from './holding.ts'
import { accountOf, openingCost } from './margin.ts'
import { isWorse, takerPrice } from './terms.ts'
import { isFiredBy, isTrigger, onlyShrinks, type Working } from './working.ts'

export type PaperRefusal =
  | 'symbol_unknown'
  | 'duplicate_client_order_id'
  | 'order_unknown'
  | 'parameter_invalid'
  | 'valid_until_passed'
  | 'quantity_off_step'
  | 'quantity_above_market_lot'
  | 'price_off_tick'
  | 'price_unknown'
  | 'reduce_only_rejected'
  | 'spot_short'
  | 'notional_below_minimum'
  | 'would_trigger_immediately'
  | 'post_only_would_cross'
  | 'leverage_exceeds_tier'
  | 'leverage_invalid'
  | 'leverage_locked'
  | 'margin_insufficient'

export const refuse = (code: PaperRefusal, message: string): never => {
  throw new VenueRefused(code, `Paper exchange: ${message}`)
}

const POSITIVE = /^(?=.*[1-9])\d+(\.\d+)?$/

const isMultiple = (value: DecimalInput, unit: DecimalInput): boolean => dec(value).mod(unit).isZero()

/** Checks of the request by itself. */
export const checkRequest = (request: OrderRequest, instrument: Instrument): void => {
  const { clientOrderId: id, type, quantity, price, triggerPrice, worstPrice, timeInForce } = request
  if (id === '') refuse('parameter_invalid', 'an order needs a client order id, it got an empty one')
  if (!POSITIVE.test(quantity)) {
    refuse('parameter_invalid', `quantity of ${id} is ${quantity}; give a positive decimal number`)
  }
  checkPrice(request, 'price', type === 'limit')
  checkPrice(request, 'triggerPrice', isTrigger(request))
  if (worstPrice !== null && type !== 'market') {
    refuse('parameter_invalid', `worstPrice of ${id} is ${worstPrice}; only a market order may have one`)
  }
  if (timeInForce === 'post_only' && type !== 'limit') {
    refuse('parameter_invalid', `${id} is post_only and ${type}; only a limit order can be post_only`)
  }
  if (!isMultiple(quantity, instrument.stepSize)) {
    const step = instrument.stepSize
    refuse('quantity_off_step', `quantity of ${id} is ${quantity}; give a multiple of the step ${step}`)
  }
  const { marketQuantityMax: most } = instrument
  if (type === 'market' && most !== null && dec(quantity).gt(most)) {
    refuse(
      'quantity_above_market_lot',
      `quantity of ${id} is ${quantity}; a market order takes ${most} at most`,
    )
  }
  for (const value of [price, triggerPrice]) {
    if (value !== null && !isMultiple(value, instrument.tickSize)) {
      const tick = instrument.tickSize
      refuse('price_off_tick', `price of ${id} is ${value}; give a multiple of the tick ${tick}`)
    }
  }
}

const checkPrice = (request: OrderRequest, field: 'price' | 'triggerPrice', isNeeded: boolean): void => {
  const value = request[field]
  const { clientOrderId: id, type } = request
  if (isNeeded && (value === null || !POSITIVE.test(value))) {
    refuse('parameter_invalid', `${field} of ${id} is ${value}; a ${type} order needs a positive one`)
  }
  if (!isNeeded && value !== null) {
    refuse('parameter_invalid', `${field} of ${id} is ${value}; a ${type} order has none, give null`)
  }
}

/** Checks against the market and the account, before the order is taken. */
export const checkOrder = (holding: Holding, working: Working): void => {
  const { order } = working
  const { clientOrderId: id, symbol, side } = order
  const { reference, market } = holding
  if (order.validUntil !== null && working.arriveAt > order.validUntil) {
    refuse('valid_until_passed', `${id} arrives at ${working.arriveAt}, valid until ${order.validUntil}`)
  }
  if (Number.isNaN(reference)) {
    refuse('price_unknown', `${symbol} has no price yet; send ${id} after its first candle opened`)
  }
  if (onlyShrinks(order, market.instrument)) {
    const open = `the ${symbol} position is ${holding.position.direction ?? 'flat'}`
    if (holding.closable(side).isZero()) {
      if (order.reduceOnly) refuse('reduce_only_rejected', `${id} is a reduce-only ${side}, but ${open}`)
      refuse('spot_short', `${id} sells spot, but ${open}; buy first`)
    }
  } else {
    checkNotional(holding, working)
  }
  if (isTrigger(order) && isFiredBy(working, reference)) {
    const { triggerPrice } = order
    refuse('would_trigger_immediately', `${id} ${side} ${order.type} ${triggerPrice} at price ${reference}`)
  }
  if (order.timeInForce === 'post_only' && crosses(working, reference)) {
    refuse('post_only_would_cross', `${id} ${side} post_only at ${order.price} crosses price ${reference}`)
  }
}

const checkNotional = (holding: Holding, working: Working): void => {
  const { minNotional } = holding.market.instrument
  const { price: limit, triggerPrice, quantity } = working.order
  const worth = dec(quantity).times(limit ?? triggerPrice ?? holding.reference)
  if (worth.gte(minNotional)) return
  const { clientOrderId: id, symbol } = working.order
  refuse('notional_below_minimum', `${id} is worth ${worth.toFixed()}, ${symbol} asks for ${minNotional}`)
}

/** Reserves margin for what the order opens; refuses it when the account has not enough free. Returns the reserve. */
export const checkMargin = (holding: Holding, working: Working): Working['reserve'] => {
  const { order } = working
  const { instrument } = holding.market
  const opens = dec(order.quantity).minus(holding.closable(order.side))
  if (onlyShrinks(order, instrument) || opens.lte(0)) return money(0)
  const at = marginPrice(holding, working)
  checkLeverage(holding, working, opens, at)
  const cost = openingCost(holding, opens, at)
  const { marginFree } = accountOf(holding.book, 0)
  if (dec(cost).gt(marginFree)) {
    const needs = `margin and fee for ${opens.toFixed()} ${order.symbol} at ${at} and ${holding.leverage}x`
    refuse('margin_insufficient', `${needs} are ${cost}, free are ${marginFree}`)
  }
  return cost
}

const checkLeverage = (holding: Holding, working: Working, opens: Decimal, at: Price): void => {
  const { order } = working
  const { instrument } = holding.market
  if (instrument.kind === 'spot') return
  const { direction, quantity } = holding.position
  const grows = direction === (order.side === 'buy' ? 'long' : 'short')
  const size = grows ? opens.plus(quantity) : opens
  const worth = money(size.times(at))
  const { leverageMax } = marginTier(instrument, worth)
  if (holding.leverage <= leverageMax) return
  const tier = `a ${order.symbol} position of ${worth} allows ${leverageMax}x`
  refuse('leverage_exceeds_tier', `${tier}, leverage is ${holding.leverage}x; lower it or the size`)
}

/** Price the margin of an order is held for: its own, or for a market order the worst it is likely to get. */
const marginPrice = (holding: Holding, { order }: Working): Price => {
  const own = order.price ?? order.triggerPrice
  if (own !== null) return own
  const { side, worstPrice } = order
  const { terms, instrument } = holding.market
  if (side === 'sell') return price(holding.reference)
  return worstPrice !== null && isWorse(side, worstPrice, holding.reference)
    ? worstPrice
    : takerPrice(terms, holding.reference, side, instrument.tickSize)
}

/** True when a limit order at this price would trade at once. */
export const crosses = ({ order, level }: Working, reference: number): boolean =>
  order.side === 'buy' ? level >= reference : level <= reference
