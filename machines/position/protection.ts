/** Stop and target: when they are asked for, when they count as standing, and how long a position may be without. */
import { dec } from '../../domain/units.ts'
import type { PositionContext } from './context.ts'
import { type Effects, place } from './effects.ts'
import { freeSlot, newest } from './slots.ts'
import { endNaked, type Patch } from './update.ts'

const NOTHING: Effects = {}

/** When a filled position without a proved stop is closed at market. */
export const nakedUntil = (context: PositionContext): number | null =>
  context.protection.nakedSince === null ? null : context.protection.nakedSince + context.settings.nakedMsMax

/**
 * A stop for the whole position, if its plan has one. The one that stands stays until this one is accepted; while both slots are in use, the
 * size stays unprotected in our books, and the stop follows as soon as one is free.
 */
export const placeStop = (context: PositionContext): Effects => {
  if (context.protection.stopPrice === null) return NOTHING
  const timing = { until: nakedUntil(context), at: context.timing.at }
  if (freeSlot(context, 'stop') === null) return { patch: { timing } }
  const protection = { ...context.protection, quantity: context.book.quantity, confirmed: false }
  return place(context, 'stop', context.book.quantity, { protection, timing })
}

export const placeTarget = (context: PositionContext): Effects =>
  context.protection.targetPrice === null || targetStands(context)
    ? NOTHING
    : place(context, 'target', context.book.quantity)

/** No target is wanted, or the newest one is accepted for the whole position. */
export const targetStands = (context: PositionContext): boolean => {
  const target = newest(context, 'target')
  return (
    context.protection.targetPrice === null ||
    (target !== null && target.accepted && target.quantity === context.book.quantity)
  )
}

export const confirmProtection = (context: PositionContext): Effects => {
  const protection = endNaked(context, context.timing.at)
  const stop = newest(context, 'stop')
  const target = newest(context, 'target')
  const patch: Patch = {
    protection: {
      ...protection,
      confirmed: stop !== null,
      stopOrderId: stop?.clientOrderId ?? null,
      targetOrderId: target?.clientOrderId ?? null,
    },
    timing: { until: null, at: context.timing.at },
  }
  if (stop === null || protection.stopPrice === null) return { patch }
  const naked = context.protection.nakedSince
  return {
    patch,
    reports: [
      {
        type: 'protection.confirmed',
        positionId: context.ids.positionId,
        symbol: context.ids.symbol,
        stopPrice: protection.stopPrice,
        targetPrice: protection.targetPrice,
        stopOrderId: stop.clientOrderId,
        targetOrderId: target?.clientOrderId ?? null,
        nakedMs: naked === null ? 0 : context.timing.at - naked,
        at: context.timing.at,
      },
    ],
  }
}

/** Longest wait for a target's answer; the stop stands meanwhile. */
const TARGET_WAIT_MS = 5_000

export const awaitTarget = (context: PositionContext): Effects => ({
  patch: { timing: { until: context.timing.at + TARGET_WAIT_MS, at: context.timing.at } },
})

/** How long a position without the target of its plan waits before it asks for it again. */
const TARGET_RETRY_MS = 60_000

/** The plan has a target and no order for it is left: refused, or lost at the venue. */
export const targetIsMissing = (context: PositionContext): boolean =>
  context.book.direction !== null &&
  context.protection.targetPrice !== null &&
  newest(context, 'target') === null

/** The next moment a position at rest has something to do by itself; `null` when there is none. */
export const restUntil = (context: PositionContext): number | null => {
  if (context.book.direction === null) return null
  const target = targetIsMissing(context) ? context.timing.at + TARGET_RETRY_MS : null
  const moments = [nakedUntil(context), context.exit.sendAt, target].filter(at => at !== null)
  return moments.length === 0 ? null : Math.min(...moments)
}

/** The newest stop, which the venue is asked about, is for all that is open by now; an older one is on its way out. */
export const newestStopCovers = (context: PositionContext): boolean =>
  dec(newest(context, 'stop')?.quantity ?? 0).gte(context.book.quantity)

/** The position has outgrown the stop that was asked for last. */
export const outgrewStop = (context: PositionContext): boolean =>
  context.book.direction !== null &&
  context.protection.stopPrice !== null &&
  dec(context.protection.quantity).lt(context.book.quantity)

/** ...and a slot is free for a larger one. */
export const needsStop = (context: PositionContext): boolean =>
  outgrewStop(context) && freeSlot(context, 'stop') !== null

/** Open without a plan: turned over by a fill that was not ours, say. It has no stop, and is not kept. */
export const isForeign = (context: PositionContext): boolean =>
  context.plan === null && context.book.direction !== null
