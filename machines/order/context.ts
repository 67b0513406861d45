/** What an order knows, and the pure functions by which it learns. */
import type { Leg, OrderRequest, OrderStatus, VenueOrder } from '../../domain/order.ts'
import { dec, type Price, type Quantity, ZERO_QUANTITY } from '../../domain/units.ts'

export type OrderIds = {
  accountId: string
  positionId: string
  decisionId: string | null
  leg: Leg
  slot: string
}
export type OrderInput = { ids: OrderIds; request: OrderRequest; at: number }

export type OrderContext = {
  ids: OrderIds
  request: OrderRequest
  progress: {
    venueOrderId: string | null
    filledQuantity: Quantity
    averagePrice: Price | null
    status: OrderStatus | null
    reason: string | null
    submits: number
    lookups: number
    /** A cancel asked for before the venue had the order waits here until it has. */
    cancelAsked: boolean
  }
  timing: { until: number | null; at: number }
}

export type OrderEvent =
  | { type: 'order.cancel'; at: number }
  | { type: 'order.reported'; order: VenueOrder; at: number }
  /** The venue does not list it where we believe that it works. */
  | { type: 'order.doubted'; at: number }
  | { type: 'clock.ticked'; at: number }
  | { type: 'account.resumed'; at: number }

export type OrderReport =
  | { type: 'order.accepted'; slot: string; leg: Leg; request: OrderRequest; at: number }
  | {
      type: 'order.settled'
      slot: string
      leg: Leg
      request: OrderRequest
      status: OrderStatus
      filledQuantity: Quantity
      reason: string | null
      /** `null`: the venue never had it. */
      venueOrderId: string | null
      at: number
    }

/** What a service that talks to the venue answers; expected failures are values, never throws. */
export type VenueAnswer =
  | { outcome: 'known'; order: VenueOrder; at: number }
  | { outcome: 'absent'; at: number }
  | { outcome: 'refused'; code: string; message: string; at: number }
  | { outcome: 'unreachable'; message: string; at: number }
  | { outcome: 'unknown'; message: string; at: number }

export type OrderServiceInput = { ids: OrderIds; request: OrderRequest }

/** First wait before a lookup and the longest one; doubles in between. */
const LOOKUP_MS_MIN = 250
const LOOKUP_MS_MAX = 8_000
/** After the validity window nothing can be accepted late; one more second for clocks that differ. */
const VALIDITY_GRACE_MS = 1_000
const SUBMITS_MAX = 2
/** An order without a validity window counts as absent after this many lookups that did not find it. */
const LOOKUPS_UNTIL_ABSENT = 4

/** Takes over what the venue says. Reports may arrive out of order: a final word stays, a fill never shrinks. */
export const learn = (context: OrderContext, order: VenueOrder, at: number): Partial<OrderContext> => {
  const { progress } = context
  const isOld =
    (progress.status !== null && progress.status !== 'working') ||
    dec(order.filledQuantity).lt(progress.filledQuantity)
  if (isOld) return { timing: { until: null, at } }
  return {
    progress: {
      ...progress,
      venueOrderId: order.venueOrderId,
      filledQuantity: order.filledQuantity,
      averagePrice: order.averagePrice,
      status: order.status,
      reason: order.reason,
      lookups: 0,
    },
    timing: { until: null, at },
  }
}

export const doubt = (context: OrderContext, at: number): Partial<OrderContext> => ({
  progress: { ...context.progress, lookups: context.progress.lookups + 1 },
  timing: { until: at + Math.min(LOOKUP_MS_MAX, LOOKUP_MS_MIN * 2 ** context.progress.lookups), at },
})

export const give = (
  context: OrderContext,
  status: OrderStatus,
  reason: string,
  at: number,
): Partial<OrderContext> => ({
  progress: { ...context.progress, status, reason },
  timing: { until: null, at },
})

/** The venue refuses because it already has an order of this client order id: ours. */
export const isDuplicate = (answer: VenueAnswer): boolean =>
  answer.outcome === 'refused' && answer.code === 'duplicate_client_order_id'

export const isFinal = (order: VenueOrder) => order.status !== 'working'

export const mayStillArrive = (context: OrderContext, at: number): boolean =>
  context.request.validUntil === null
    ? context.progress.lookups < LOOKUPS_UNTIL_ABSENT
    : at < context.request.validUntil + VALIDITY_GRACE_MS

/**
 * Only an order without a validity window (an entry past its own was sized for a market that is gone), and only one the
 * venue never had: what it has forgotten may have been filled.
 */
export const mayBeSentAgain = (context: OrderContext): boolean =>
  context.progress.submits < SUBMITS_MAX &&
  context.progress.venueOrderId === null &&
  context.request.validUntil === null &&
  !context.progress.cancelAsked

export const startOrder = (input: OrderInput): OrderContext => ({
  ids: input.ids,
  request: input.request,
  progress: {
    venueOrderId: null,
    filledQuantity: ZERO_QUANTITY,
    averagePrice: null,
    status: null,
    reason: null,
    submits: 0,
    lookups: 0,
    cancelAsked: false,
  },
  timing: { until: null, at: input.at },
})

export const report = (context: OrderContext) => ({
  slot: context.ids.slot,
  leg: context.ids.leg,
  request: context.request,
  at: context.timing.at,
})

export const knownOrder = (answer: VenueAnswer): { order: VenueOrder; at: number } => {
  if (answer.outcome !== 'known') throw new Error(`Invariant: a ${answer.outcome} answer has no order`)
  return { order: answer.order, at: answer.at }
}

export const refusal = (answer: VenueAnswer): { reason: string; status: OrderStatus; at: number } => ({
  reason: answer.outcome === 'refused' ? answer.code : 'venue_unreachable',
  status: 'rejected',
  at: answer.at,
})
