/** Orders that are a portion of what is wanted: partial closes, and slices of what the venue does not take at once. */
import { partOf, sliceOf } from '../../domain/partial-close.ts'
import type { PositionClose } from '../../domain/position-state.ts'
import { Decimal, dec, type Quantity, quantity, ZERO_QUANTITY } from '../../domain/units.ts'
import type { PositionContext, PositionEvent } from './context.ts'
import type { Effects } from './effects.ts'
import { slotsOf } from './slots.ts'
import { NO_EXIT } from './update.ts'

/** How often in a row a part is sent that the venue closes nothing of. */
const PART_TRIES = 3
const PART_RETRY_MS = 1_000

/**
 * Size of the next exit: what was asked for, never more than is open, nor than the venue takes at once. A part waits for
 * the exit in flight. Everything does not: what that one falls short of is sent at once, unless it is not known yet, or has
 * ended and its fills are still to come. `null`: nothing is to be sent.
 */
export const exitQuantity = (context: PositionContext): Quantity | null => {
  const { exit, book, settings } = context
  const inFlight = slotsOf(context, 'exit')
  const isPart = exit.quantity !== null
  if (inFlight.some(use => isPart || !use.accepted || use.ended)) return null
  const onItsWay = inFlight.reduce((sum, use) => sum.plus(use.quantity).minus(use.filled), dec(0))
  const wanted = Decimal.min(book.quantity, exit.quantity ?? book.quantity).minus(onItsWay)
  if (!wanted.gt(0)) return null
  const all = quantity(wanted)
  return sliceOf(all, 0, settings.marketQuantityMax, settings.stepSize) ?? all
}

/** Size of the next entry order, by how many were sent before; `null` when all of it was. */
export const entryQuantity = ({ plan, slots, settings }: PositionContext): Quantity | null =>
  plan === null
    ? null
    : sliceOf(plan.entry.quantity, slots.attempts.entry, settings.marketQuantityMax, settings.stepSize)

/** One slice of the entry has filled whole, there is more of it, and nobody wants out. */
export const wantsNextSlice = (context: PositionContext, event: PositionEvent): boolean =>
  event.type === 'order.settled' &&
  event.leg === 'entry' &&
  event.status === 'filled' &&
  !context.exit.asked &&
  context.life !== null &&
  dec(context.life.exitQuantity).isZero() &&
  entryQuantity(context) !== null

/** The plan without the slices that were not sent. */
export const withoutRest = (context: PositionContext): PositionContext['plan'] => {
  const { plan, slots, settings } = context
  const next = entryQuantity(context)
  if (plan === null || next === null || settings.marketQuantityMax === null) return plan
  const sent = Decimal.min(dec(settings.marketQuantityMax).times(slots.attempts.entry), plan.entry.quantity)
  return { ...plan, entry: { ...plan.entry, quantity: quantity(sent) } }
}

/** What of the exit in flight has been booked already, while it goes on. */
const filledInFlight = (context: PositionContext): Decimal =>
  slotsOf(context, 'exit').reduce((sum, use) => sum.plus(use.filled), dec(0))

/**
 * What is to be closed when a fraction or so many units are asked for, together with a part that is still under way;
 * `null`: everything. What would stay is valued at the entry price, the only price a position knows.
 */
export const partAsked = (
  context: PositionContext,
  { fraction, quantity: units }: Pick<PositionClose, 'fraction' | 'quantity'>,
): Quantity | null => {
  const { exit, book, settings } = context
  const filled = filledInFlight(context)
  const asked = exit.asked && exit.quantity !== null ? dec(exit.quantity) : dec(0)
  const part = partOf({
    open: book.quantity,
    pending: quantity(Decimal.max(0, asked.minus(filled))),
    fraction,
    units,
    stepSize: settings.stepSize,
    minNotional: settings.minNotional,
    price: book.entryPrice,
  })
  return part === null ? null : quantity(filled.plus(part))
}

export const onClose = (context: PositionContext, event: PositionEvent): Effects =>
  event.type === 'position.close'
    ? {
        patch: {
          exit: {
            ...NO_EXIT,
            reason: event.reason,
            ...(event.decisionId === undefined ? {} : { decisionId: event.decisionId }),
            quantity: partAsked(context, event),
            asked: true,
          },
          timing: { ...context.timing, at: event.at },
        },
      }
    : {}

/** The order of a part has ended: the rest of it follows at once, or after a while if the venue closed nothing. */
export const settlePart = (context: PositionContext, event: PositionEvent): Effects => {
  if (event.type !== 'order.settled') return {}
  const { exit, ids } = context
  const left = dec(exit.quantity ?? 0).minus(event.filledQuantity)
  const done = { ...exit, quantity: null, asked: false, refusals: 0, sendAt: null }
  if (!exit.asked || left.lte(0)) return { patch: { exit: done } }
  const isRefused = dec(event.filledQuantity).isZero()
  const refusals = isRefused ? exit.refusals + 1 : 0
  if (refusals < PART_TRIES) {
    const sendAt = isRefused ? event.at + PART_RETRY_MS : event.at
    return { patch: { exit: { ...exit, quantity: quantity(left), refusals, sendAt } } }
  }
  return {
    patch: { exit: done },
    reports: [
      {
        type: 'close.abandoned',
        positionId: ids.positionId,
        symbol: ids.symbol,
        quantity: quantity(left),
        reason: event.reason ?? event.status,
        at: event.at,
      },
    ],
  }
}

/** A part waits to be sent, its time has come and no exit is in flight. */
export const partIsDue = (context: PositionContext): boolean => {
  const { exit, timing } = context
  return (
    exit.asked && exit.sendAt !== null && timing.at >= exit.sendAt && slotsOf(context, 'exit').length === 0
  )
}

/** The venue closed something of the part, so that protection covers too much now. */
export const exitHasFilled = (event: PositionEvent): boolean =>
  event.type === 'order.settled' && event.leg === 'exit' && event.filledQuantity !== ZERO_QUANTITY
