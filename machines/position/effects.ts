/** What a transition of the position does besides changing state, as data: the machine only carries it out. */
import { parseClientOrderId } from '../../domain/client-order-id.ts'
import type { ExitCondition } from '../../domain/exit-plan/condition.ts'
import type { ExitReason } from '../../domain/fact.ts'
import type { Leg } from '../../domain/order.ts'
import type { PositionPhase } from '../../domain/position-state.ts'
import { dec, type Quantity } from '../../domain/units.ts'
import type { OrderEvent, OrderInput } from '../order/context.ts'
import type { PositionContext, PositionEvent, PositionReport, SlotUse } from './context.ts'
import { entryQuantity, exitQuantity, withoutRest } from './portions.ts'
import { takeFill } from './reconciled.ts'
import { isCovered, markAccepted, markEnded, releaseSlot, slotOfOrder, slotsOf, takeSlot } from './slots.ts'
import { abandonLife, bookFunding, finishLife, NO_EXIT, type Patch, startNaked, summaryOf } from './update.ts'

export type Effects = {
  patch?: Patch
  reports?: PositionReport[]
  spawn?: { slot: string; input: OrderInput }
  send?: { slot: string; event: OrderEvent }[]
  stop?: string[]
}

const NOTHING: Effects = {}

/** The part of XState's enqueuer that carries effects out. */
type Enqueue = {
  assign(patch: Patch): void
  emit(report: PositionReport): void
  spawnChild(src: 'order', options: { id: string; input: OrderInput }): void
  sendTo(slot: string, event: OrderEvent): void
  stopChild(slot: string): void
}

export const carryOut = (enqueue: Enqueue, effects: Effects): void => {
  if (effects.patch !== undefined) enqueue.assign(effects.patch)
  for (const report of effects.reports ?? []) enqueue.emit(report)
  for (const slot of effects.stop ?? []) enqueue.stopChild(slot)
  if (effects.spawn !== undefined) {
    enqueue.spawnChild('order', { id: effects.spawn.slot, input: effects.spawn.input })
  }
  for (const { slot, event } of effects.send ?? []) enqueue.sendTo(slot, event)
}

/** A book that changed is told, in whatever state it did. */
export const withSize = (context: PositionContext, effects: Effects): Effects => {
  const { patch, reports = [] } = effects
  if (patch?.book === undefined || patch.book === context.book) return effects
  const next = { ...context, ...patch }
  const { direction, quantity, entryPrice } = next.book
  const { stopPrice, targetPrice } = next.protection
  const book = {
    direction,
    quantity,
    entryPrice,
    stopPrice,
    targetPrice,
    openedAt: next.life?.openedAt ?? null,
  }
  const resized: PositionReport = {
    type: 'position.resized',
    symbol: context.ids.symbol,
    book,
    at: next.timing.at,
  }
  return { ...effects, reports: [...reports, resized] }
}

/** The leg is read from the id, since a fill may come after its order has left the slot. */
const legOf = (context: PositionContext, clientOrderId: string | null): Leg | null => {
  const parsed = clientOrderId === null ? null : parseClientOrderId(clientOrderId)
  return parsed?.positionId === context.ids.positionId ? parsed.leg : null
}

/** Books the fill and lets the order that filled know. */
export const onFill = (context: PositionContext, event: PositionEvent): Effects => {
  if (event.type !== 'fill.received') return NOTHING
  const use = slotOfOrder(context, event.fill.clientOrderId)
  const leg = legOf(context, event.fill.clientOrderId)
  const order = event.order
  const known =
    order === null || order.status === 'working' ? context : markEnded(context, order.clientOrderId)
  const { patch, reports } = takeFill(known, event.fill, leg, event.at)
  return use === null || order === null
    ? { patch, reports }
    : { patch, reports, send: [{ slot: use.slot, event: { type: 'order.reported', order, at: event.at } }] }
}

/** Lets the order that the venue speaks of know; orders that are not ours are the account's to reconcile. */
export const onOrderReport = (context: PositionContext, event: PositionEvent): Effects => {
  if (event.type !== 'order.reported') return NOTHING
  const use = slotOfOrder(context, event.order.clientOrderId)
  return use === null ? NOTHING : { send: [{ slot: use.slot, event }] }
}

export const onFunding = (context: PositionContext, event: PositionEvent): Effects => {
  if (event.type !== 'funding.paid') return NOTHING
  const { fundedAt } = context.fills
  if (fundedAt !== null && event.at <= fundedAt) return NOTHING
  const { symbol, positionId } = context.ids
  const owner = context.book.direction === null ? null : positionId
  const report = {
    type: 'funding.booked' as const,
    symbol,
    positionId: owner,
    rate: event.rate,
    paid: event.paid,
  }
  return { patch: bookFunding(context, event.paid, event.at), reports: [{ ...report, at: event.at }] }
}

export const place = (context: PositionContext, leg: Leg, quantity: Quantity, more: Patch = {}): Effects => {
  const taken = takeSlot(context, leg, quantity)
  return taken === null ? { patch: more } : { patch: { ...more, ...taken.patch }, spawn: taken }
}

/** The entry, or its next slice. */
export const placeEntry = (context: PositionContext): Effects => {
  const quantity = entryQuantity(context)
  return quantity === null ? NOTHING : place(context, 'entry', quantity)
}

/** A reduce-only market order for what is to be closed and not on its way out yet. */
export const placeExit = (context: PositionContext): Effects => {
  const quantity = exitQuantity(context)
  return quantity === null ? NOTHING : place(context, 'exit', quantity)
}

const cancelAll = (context: PositionContext, uses: SlotUse[]): Effects => ({
  send: uses
    .filter(use => !use.ended)
    .map(use => ({ slot: use.slot, event: { type: 'order.cancel', at: context.timing.at } })),
})

/** Also ends an entry in slices: what was not sent is not wanted any more. */
export const cancelEntry = (context: PositionContext): Effects => ({
  ...cancelAll(context, slotsOf(context, 'entry')),
  patch: { plan: withoutRest(context) },
})
/** New before old: every order of the leg but the newest. */
export const cancelOlder = (context: PositionContext, leg: Leg): Effects =>
  cancelAll(context, slotsOf(context, leg).slice(0, -1))
export const sweep = (context: PositionContext): Effects => cancelAll(context, context.slots.used)

/** The venue says that more of this order is filled than we have been told fills of. */
export const owesFills = (context: PositionContext, event: PositionEvent): boolean => {
  if (event.type !== 'order.settled') return false
  const use = slotOfOrder(context, event.request.clientOrderId)
  return use !== null && dec(event.filledQuantity).gt(use.filled)
}

/** Reasons by which a venue says that there is nothing to close. */
const NOTHING_TO_CLOSE = ['reduce_only', 'reduce_only_rejected']

/** An order has ended: its slot is free. Where the end contradicts our book, the venue is asked for its own. */
export const onSettled = (context: PositionContext, event: PositionEvent): Effects => {
  if (event.type !== 'order.settled') return NOTHING
  const { slot, leg, reason, at } = event
  const released = { ...context, ...releaseSlot(context, slot, at) }
  const isExposed = released.book.direction !== null
  const cannotClose = isExposed && leg === 'exit' && NOTHING_TO_CLOSE.includes(reason ?? '')
  const doubt = owesFills(context, event) ? 'fills_missing' : cannotClose ? 'nothing_to_close' : null
  const { slots, timing, protection } = noteNaked(released, event)
  return {
    patch: { slots, timing, protection },
    stop: [slot],
    reports: doubt === null ? [] : [doubtReport(context, doubt, at)],
  }
}

const doubtReport = (context: PositionContext, reason: string, at: number): PositionReport => ({
  type: 'position.doubted',
  symbol: context.ids.symbol,
  reason,
  at,
})

export const doubtVenue = (context: PositionContext, reason: string): Effects => ({
  reports: [doubtReport(context, reason, context.timing.at)],
})

/**
 * When the last stop that covered all has gone, the naked time starts; also when it has filled and we are still open in
 * our books, for then more may be open than it closed.
 */
const noteNaked = (
  context: PositionContext,
  event: Extract<PositionEvent, { type: 'order.settled' }>,
): PositionContext => {
  const isUnchanged =
    event.leg !== 'stop' ||
    context.book.direction === null ||
    context.protection.stopPrice === null ||
    isCovered(context)
  return isUnchanged ? context : { ...context, ...startNaked(context, event.at) }
}

export const onAccepted = (context: PositionContext, event: PositionEvent): Effects =>
  event.type === 'order.accepted' ? { patch: markAccepted(context, event.slot) } : NOTHING

/** Everything is to be closed, whatever was asked before. */
export const closeAll = (
  _context: PositionContext,
  reason: ExitReason,
  at: number,
  condition: ExitCondition | null = null,
): Effects => ({
  patch: { exit: { ...NO_EXIT, reason, condition, asked: true }, timing: { until: null, at } },
})

/** A smaller exit, asked for before everything was, has filled. */
export const endPartialExit = (context: PositionContext): Effects => ({
  patch: { exit: { ...context.exit, quantity: null, asked: false } },
})

export const onApproved = (context: PositionContext, event: PositionEvent): Effects =>
  event.type !== 'entry.approved'
    ? NOTHING
    : {
        patch: {
          plan: { entry: event.plan, decisionId: event.decisionId, exitPlan: event.exitPlan },
          evidence: null,
          timing: { until: null, at: event.at },
        },
      }

export const finish = (context: PositionContext): Effects => finishLife(context)

export const abandonEntry = (context: PositionContext, reason: string, at: number): Effects => ({
  patch: abandonLife(context, at),
  reports: [{ type: 'entry.failed', symbol: context.ids.symbol, reason, at }],
})

export const reportChange = (context: PositionContext, state: PositionPhase): Effects => ({
  reports: [{ type: 'position.changed', summary: summaryOf(context, state), at: context.timing.at }],
})

/** An entry was approved where none can be made any more: the account is told how things stand. */
export const refuseEntry = (context: PositionContext, state: PositionPhase, at: number): Effects => ({
  patch: { timing: { ...context.timing, at } },
  reports: [
    { type: 'entry.failed', symbol: context.ids.symbol, reason: `position_${state}`, at },
    { type: 'position.changed', summary: summaryOf(context, state), at },
  ],
})
