/** The exit plan of an open position, carried out between decisions: closed at market, or its stop nearer to profit. */
import { type Review, review } from '../../domain/exit-plan/review.ts'
import { ZERO_QUANTITY } from '../../domain/units.ts'
import type { PositionContext, PositionEvent } from './context.ts'
import { closeAll, type Effects } from './effects.ts'

/** What the plan says to a candle that has closed; `null` where there is no plan to ask, or nothing open. */
const reviewOf = (context: PositionContext, event: PositionEvent): Review | null => {
  const { book, life, plan, protection, settings } = context
  if (event.type !== 'mark.closed' || plan === null || life === null) return null
  if (book.direction === null || book.entryPrice === null) return null
  const holding = {
    direction: book.direction,
    entryPrice: book.entryPrice,
    openedAt: life.openedAt,
    firstStop: life.stopPrice,
    stopPrice: protection.stopPrice,
    best: protection.best,
    tickSize: settings.tickSize,
  }
  return review(plan.entry.conditions, holding, event.reading, event.at)
}

export const planCloses = (context: PositionContext, event: PositionEvent): boolean =>
  reviewOf(context, event)?.type === 'close'

export const planMovesStop = (context: PositionContext, event: PositionEvent): boolean =>
  reviewOf(context, event)?.type === 'move'

export const closeByPlan = (context: PositionContext, event: PositionEvent): Effects => {
  const said = reviewOf(context, event)
  if (said?.type !== 'close') return {}
  const { patch } = closeAll(context, 'exit_plan', event.at ?? context.timing.at, said.condition)
  return { patch: { ...patch, protection: { ...context.protection, best: said.best } } }
}

/**
 * The stop is wanted elsewhere. Nothing stands there yet, so the size counts as not covered: the new one is placed and
 * proved as for a position that has grown, and the old one stands until then.
 */
export const moveStop = (context: PositionContext, event: PositionEvent): Effects => {
  const said = reviewOf(context, event)
  if (said?.type !== 'move') return {}
  const { ids, protection, timing } = context
  const at = event.at ?? timing.at
  return {
    patch: {
      protection: { ...protection, stopPrice: said.stop, quantity: ZERO_QUANTITY, best: said.best },
      timing: { ...timing, at },
    },
    reports: [
      {
        type: 'protection.moved',
        positionId: ids.positionId,
        symbol: ids.symbol,
        from: protection.stopPrice,
        to: said.stop,
        why: said.condition.kind,
        at,
      },
    ],
  }
}

/** Nothing to do but to remember how far the price has been. */
export const noteMark = (context: PositionContext, event: PositionEvent): Effects => {
  const said = reviewOf(context, event)
  if (said === null || event.type !== 'mark.closed') return {}
  return {
    patch: {
      protection: { ...context.protection, best: said.best },
      timing: { ...context.timing, at: event.at },
    },
  }
}
