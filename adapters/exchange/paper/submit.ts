/** Taking an order in: what it becomes in the book and when it may execute. */
import type { OrderRequest, VenueOrder } from '../../../domain/order.ts'
import { ZERO_MONEY, ZERO_QUANTITY } from '../../../domain/units.ts'
import type { Book } from './book.ts'
import { checkMargin, checkOrder, checkRequest, crosses, refuse } from './check.ts'
import type { Holding } from './holding.ts'
import type { Market } from './market.ts'
import { takeAt } from './settle.ts'
import { isProtectiveStop, isTrigger, onlyShrinks, type Stage, type Working } from './working.ts'

/** Returns the order as the venue took it; throws `VenueRefused` and changes nothing when it does not. */
export const submitOrder = (book: Book, market: Market, request: OrderRequest, now: number): VenueOrder => {
  const known = book.order(request.clientOrderId)
  if (known !== null) {
    refuse('duplicate_client_order_id', `${request.clientOrderId} is known and ${known.status}; look it up`)
  }
  checkRequest(request, market.instrument)
  const holding = book.holding(market)
  const working = draft(holding, request, now)
  checkOrder(holding, working)
  working.reserve = checkMargin(holding, working)
  working.order = { ...working.order, venueOrderId: book.nextOrderId() }
  holding.add(working)
  if (executesNow(holding, working)) takeAt(holding, working, holding.reference, now)
  return working.order
}

const draft = (holding: Holding, request: OrderRequest, now: number): Working => {
  const { market } = holding
  const order: VenueOrder = {
    ...request,
    venueOrderId: '',
    status: 'working',
    filledQuantity: ZERO_QUANTITY,
    averagePrice: null,
    reason: null,
    createdAt: now,
    updatedAt: now,
  }
  const working: Working = {
    order,
    stage: 'taking',
    level: Number(request.price ?? request.triggerPrice ?? 0),
    arriveAt: now + market.terms.latencyMs,
    firstCandle: 0,
    reserve: ZERO_MONEY,
  }
  working.stage = stageOf(holding, working)
  working.firstCandle = firstCandle(holding, working)
  // Inside a candle the time is not known, so a stop counts there whatever its latency.
  if (isProtectiveStop(order) && market.phase === 'inside') working.arriveAt = now
  return working
}

const stageOf = (holding: Holding, working: Working): Stage => {
  const { order } = working
  if (isTrigger(order)) return 'armed'
  if (order.type === 'market' || order.timeInForce === 'ioc' || order.timeInForce === 'fok') return 'taking'
  return crosses(working, holding.reference) ? 'taking' : 'resting'
}

/** Inside a candle new risk waits for the next open; after its inside began, all but exits and stops do. */
const firstCandle = (holding: Holding, working: Working): number => {
  const { market } = holding
  const { order, stage } = working
  if (market.phase === 'between' || isProtectiveStop(order)) return market.candle
  if (stage === 'taking') {
    return onlyShrinks(order, market.instrument) ? market.candle : market.candle + 1
  }
  return market.phase === 'inside' ? market.candle + 1 : market.candle
}

/** An exit sent inside a candle gets the last price told; everything else waits for a price to come. */
const executesNow = (holding: Holding, working: Working): boolean =>
  working.stage === 'taking' &&
  holding.market.phase !== 'between' &&
  holding.market.terms.latencyMs === 0 &&
  onlyShrinks(working.order, holding.market.instrument)
