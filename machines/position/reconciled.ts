/** What the venue says of the asset, compared with our book: differences become facts, and the book equals the venue. */
import { parseClientOrderId } from '../../domain/client-order-id.ts'
import type { Direction, Fill, Leg, VenueOrder } from '../../domain/order.ts'
import type { EntryPlan } from '../../domain/risk/verdict.ts'
import { addMoney, dec, isZero, type Quantity, roundToTick, ZERO_MONEY } from '../../domain/units.ts'
import { assume, settleAssumed } from './assumed.ts'
import type { PositionContext, PositionEvent, PositionReport } from './context.ts'
import { differenceOf, type Reconciled } from './difference.ts'
import type { Effects } from './effects.ts'
import { type Booked, bookFill, withFill } from './fills.ts'
import { slotsOf } from './slots.ts'
import type { Patch } from './update.ts'

type Differed = Omit<Extract<PositionReport, { type: 'reconcile.differed' }>, 'type' | 'symbol' | 'at'>

/** Average prices further apart than this differ (P4). */
const PRICE_TOLERANCE = 0.0001

const held = (direction: Direction | null, size: Quantity): string =>
  direction === null ? 'flat 0' : `${direction} ${size}`

/** A fill as the venue tells it: in the place of one that was assumed, or booked. */
export const takeFill = (context: PositionContext, fill: Fill, leg: Leg | null, at: number): Booked => {
  const settled = settleAssumed(context, fill, at)
  if (settled === null) return bookFill(context, fill, leg, at)
  const { positionId } = context.ids
  const after = { ...context, ...settled.patch }
  const booked: PositionReport = {
    type: 'fill.booked',
    fill,
    leg,
    positionId,
    realised: settled.realised,
    at,
  }
  if (isZero(settled.rest)) {
    const slots = { ...context.slots, used: withFill(context.slots.used, fill) }
    return { patch: { ...settled.patch, slots }, reports: [...settled.reports, booked] }
  }
  const rest = bookFill(after, { ...fill, quantity: settled.rest }, leg, at)
  const reports = rest.reports.map(report =>
    report.type === 'fill.booked'
      ? { ...booked, realised: addMoney(settled.realised, report.realised) }
      : report,
  )
  return { patch: { ...settled.patch, ...rest.patch }, reports: [...settled.reports, ...reports] }
}

/** A position of somebody else that is only to be reported: it never enters our book. */
const isReportOnly = ({ settings, book, plan }: PositionContext): boolean =>
  settings.unknownPositions === 'report' && book.direction === null && plan === null

/** Somebody else has opened a position that is to be reported, or taken over as a whole with the stop it needs. */
export const isOfOthers = (context: PositionContext, event: PositionEvent): boolean =>
  event.type === 'fill.received' &&
  context.settings.unknownPositions !== 'close' &&
  context.book.direction === null &&
  context.plan === null &&
  (event.fill.clientOrderId === null || parseClientOrderId(event.fill.clientOrderId) === null)

/** The fill is not booked by itself: the venue is asked what it has become of. */
export const setAside = (context: PositionContext, event: PositionEvent): Effects => {
  if (event.type !== 'fill.received') return {}
  const { fills, ids } = context
  return {
    patch: {
      fills: { ...fills, seen: [...fills.seen, event.fill.tradeId] },
      timing: { ...context.timing, at: event.at },
    },
    reports: [{ type: 'position.doubted', symbol: ids.symbol, reason: 'fill_of_others', at: event.at }],
  }
}

/** The plan of a position that is taken over: what it has, with a stop of our rules. */
const adoptedPlan = (context: PositionContext, venue: Reconciled): PositionContext['plan'] => {
  const isUnplanned = context.plan === null || context.book.direction !== venue.direction
  const { direction, stop, price: at } = venue
  if (context.settings.unknownPositions !== 'adopt' || !isUnplanned) return null
  if (direction === null || stop === null || at === null) return null
  const plan: EntryPlan = {
    symbol: context.ids.symbol,
    direction,
    quantity: venue.quantity,
    referencePrice: at,
    worstPrice: at,
    bestPrice: null,
    leverageMax: 1,
    leverage: venue.leverage ?? 1,
    stop: { price: roundToTick(stop, context.settings.tickSize, direction === 'long' ? 'up' : 'down') },
    target: null,
    conditions: [],
    marginReserved: ZERO_MONEY,
    riskReserved: ZERO_MONEY,
  }
  // Nothing is bought by it: it only says what there is, and where the stop belongs.
  return { entry: plan, decisionId: null, exitPlan: 'found at the venue' }
}

const covers = (order: VenueOrder, context: PositionContext, venue: Reconciled): boolean =>
  order.status === 'working' &&
  order.reduceOnly &&
  order.triggerPrice !== null &&
  context.protection.stopPrice !== null &&
  dec(order.triggerPrice).eq(context.protection.stopPrice) &&
  dec(order.quantity).minus(order.filledQuantity).gte(venue.quantity)

/** The venue was asked after the stop was placed, and lists none that is ours, at our price, for all that is open. */
export const stopIsMissing = (context: PositionContext, event: PositionEvent): boolean => {
  if (event.type !== 'venue.reconciled' || event.orders === null || event.direction === null) return false
  const stops = slotsOf(context, 'stop')
  if (!context.protection.confirmed || stops.some(use => use.since > event.asOf)) return false
  const ids = stops.map(use => use.clientOrderId)
  return !event.orders.some(order => ids.includes(order.clientOrderId) && covers(order, context, event))
}

const stopText = (context: PositionContext, orders: VenueOrder[]): string => {
  const ids = slotsOf(context, 'stop').map(use => use.clientOrderId)
  const found = orders.find(order => ids.includes(order.clientOrderId))
  return found === undefined ? 'none' : `${found.quantity} at ${found.triggerPrice}`
}

const byPolicy = (context: PositionContext, plan: PositionContext['plan'], venue: Reconciled): string => {
  if (venue.direction === null) return 'closed in our books'
  if (plan !== null) return 'taken over, a stop is placed'
  const isPlanned = context.plan?.entry.direction === venue.direction
  return isPlanned ? 'taken over in our books' : 'taken over, then closed at market'
}

/** The quantity first, then the average price; each difference is a fact of its own. */
const agree = (context: PositionContext, venue: Reconciled): Booked & { differed: Differed[] } => {
  const differed: Differed[] = []
  const plan = adoptedPlan(context, venue)
  const fill = differenceOf(context, venue)
  const from = plan === null || context.book.direction !== null ? context : { ...context, plan }
  const { patch, reports } =
    fill === null ? { patch: {} as Patch, reports: [] } : bookFill(from, fill, null, venue.at, plan)
  const after = { ...from, ...patch }
  if (fill !== null) {
    differed.push({
      what: 'position',
      ours: held(context.book.direction, context.book.quantity),
      theirs: held(venue.direction, venue.quantity),
      action: byPolicy(context, plan, venue),
    })
  }
  const { entryPrice } = after.book
  const isOpen = after.book.direction !== null && after.book.direction === venue.direction
  const book =
    isOpen &&
    entryPrice !== null &&
    venue.price !== null &&
    dec(entryPrice).minus(venue.price).abs().gt(dec(venue.price).times(PRICE_TOLERANCE))
      ? { ...after.book, entryPrice: venue.price }
      : after.book
  if (book !== after.book) {
    differed.push({
      what: 'entry price',
      ours: entryPrice ?? 'none',
      theirs: venue.price ?? 'none',
      action: 'taken over in our books',
    })
  }
  const known = { ...patch, ...(plan === null || fill === null ? {} : { plan, evidence: null }), book }
  const fills = fill === null ? {} : { fills: assume({ ...context, ...known }, fill) }
  return { patch: fill === null && book === after.book ? {} : { ...known, ...fills }, reports, differed }
}

/** The leverage the venue has counts; ours is set again before the next entry. */
const leverageOf = (context: PositionContext, venue: Reconciled): { patch: Patch; differed: Differed[] } => {
  const { plan, book } = context
  const isSame = plan === null || venue.leverage === null || plan.entry.leverage === venue.leverage
  if (isSame || venue.leverage === null || book.direction !== venue.direction || venue.direction === null) {
    return { patch: {}, differed: [] }
  }
  const entry = { ...plan.entry, leverage: venue.leverage }
  const [ours, theirs] = [`${plan.entry.leverage}`, `${venue.leverage}`]
  const action = 'recorded; set again before the next entry'
  return { patch: { plan: { ...plan, entry } }, differed: [{ what: 'leverage', ours, theirs, action }] }
}

const reportOnly = (context: PositionContext, venue: Reconciled): Effects => {
  const theirs = held(venue.direction, venue.quantity)
  const reported = venue.direction === null ? null : theirs
  if (reported === context.fills.reported) return {}
  const report: Differed = { what: 'position', ours: 'flat 0', theirs, action: 'reported' }
  return {
    patch: { fills: { ...context.fills, reported } },
    reports: reported === null ? [] : [differedReport(context, report, venue.at)],
  }
}

const differedReport = (context: PositionContext, what: Differed, at: number): PositionReport => ({
  type: 'reconcile.differed',
  symbol: context.ids.symbol,
  ...what,
  at,
})

/** Orders that we believe to be working and that the venue did not list: each looks itself up. */
const doubtOrders = (context: PositionContext, venue: Reconciled): NonNullable<Effects['send']> =>
  context.slots.used
    .filter(use => use.accepted && !use.ended && use.since <= venue.asOf)
    .filter(use => venue.orders?.every(order => order.clientOrderId !== use.clientOrderId) ?? false)
    .map(use => ({ slot: use.slot, event: { type: 'order.doubted', at: venue.at } }))

export const onReconciled = (context: PositionContext, event: PositionEvent): Effects => {
  if (event.type !== 'venue.reconciled') return {}
  if (isReportOnly(context)) return reportOnly(context, event)
  const { patch, reports, differed } = agree(context, event)
  const leverage = leverageOf({ ...context, ...patch }, event)
  const stop: Differed[] = stopIsMissing(context, event)
    ? [
        {
          what: 'stop',
          ours: `${event.quantity} at ${context.protection.stopPrice}`,
          theirs: stopText(context, event.orders ?? []),
          action: 'placed again',
        },
      ]
    : []
  return {
    patch: { ...patch, ...leverage.patch },
    // What was booked comes first: a price that is taken over is that of the position after it.
    reports: [
      ...reports,
      ...[...differed, ...leverage.differed, ...stop].map(each => differedReport(context, each, event.at)),
    ],
    send: doubtOrders(context, event),
  }
}
