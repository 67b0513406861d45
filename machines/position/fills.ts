/** Fills: how they change a position and its life, and what there is to report of them. */

import { tighterStop } from '../../domain/exit-plan/review.ts'
import type { ExitReason } from '../../domain/fact.ts'
import { addEntry, addExit, beginLife, setLevels } from '../../domain/life.ts'
import type { Direction, Fill, Leg } from '../../domain/order.ts'
import { applyFill } from '../../domain/position.ts'
import { dec, money, type Price, quantity, subtractMoney, ZERO_QUANTITY } from '../../domain/units.ts'
import type { PositionContext, PositionReport, SlotUse } from './context.ts'
import { protectionLevels } from './levels.ts'
import { finishLife, type Patch, startNaked } from './update.ts'

export type Booked = { patch: Patch; reports: PositionReport[] }

const exitReason = (context: PositionContext, fill: Fill, leg: Leg | null): ExitReason => {
  if (fill.reason !== 'order') return fill.reason
  if (leg === 'stop' || leg === 'target') return leg
  return leg === 'exit' ? context.exit.reason : 'external'
}

export const withFill = (used: SlotUse[], fill: Fill): SlotUse[] =>
  used.map(use =>
    use.clientOrderId === fill.clientOrderId
      ? { ...use, filled: quantity(dec(use.filled).plus(fill.quantity)) }
      : use,
  )

/** Books a fill that stays on one side of zero. */
const bookWithin = (context: PositionContext, fill: Fill, leg: Leg | null, at: number): Booked => {
  const { book, realised } = applyFill(context.book, fill)
  const opens = context.book.direction === null
  const grows = opens || context.book.direction === (fill.side === 'buy' ? 'long' : 'short')
  const direction = book.direction ?? context.book.direction ?? 'long'
  const before = context.life ?? beginLife(direction, context.plan?.decisionId ?? null, fill.at)
  const added = grows
    ? addEntry(before, fill)
    : addExit(before, fill, realised, exitReason(context, fill, leg))
  const levels = grows ? protectionLevels(context, added) : null
  const life = levels === null ? added : setLevels(added, levels.stop, levels.target)
  const { ids } = context
  const reports: PositionReport[] = [
    { type: 'fill.booked', fill, leg, positionId: ids.positionId, realised, at },
  ]
  if (opens && book.entryPrice !== null) {
    reports.push({
      type: 'position.opened',
      positionId: ids.positionId,
      symbol: ids.symbol,
      side: direction,
      quantity: book.quantity,
      entryPrice: book.entryPrice,
      decisionId: life.decisionId,
      at,
    })
  }
  const timed = { ...context, timing: { ...context.timing, at } }
  return {
    reports,
    patch: {
      book,
      life,
      fills: { ...context.fills, seen: [...new Set([...context.fills.seen, fill.tradeId])] },
      slots: { ...context.slots, used: withFill(context.slots.used, fill) },
      timing: timed.timing,
      ...(levels === null ? {} : withLevels(timed, direction, levels, at)),
    },
  }
}

/** What is open has grown, and no stop covers it yet. */
const withLevels = (
  context: PositionContext,
  direction: Direction,
  levels: { stop: Price | null; target: Price | null },
  at: number,
): Patch => {
  const { protection } = context
  const { target } = levels
  // A stop that has moved toward profit since the first fill stays where it is.
  const stop = tighterStop(direction, protection.stopPrice, levels.stop)
  // One at another price covers nothing, however large it is.
  const covered = stop === protection.stopPrice ? protection.quantity : ZERO_QUANTITY
  const levelled = {
    ...protection,
    stopPrice: stop,
    targetPrice: target,
    quantity: covered,
    confirmed: false,
  }
  return stop === null ? { protection: levelled } : startNaked({ ...context, protection: levelled }, at)
}

/**
 * A fill that turns the position over is two: what closes this life, if it is still open, and what opens the next.
 * `null` for any other.
 */
const splitAtZero = (context: PositionContext, fill: Fill): { closes: Fill | null; opens: Fill } | null => {
  const { book, life } = context
  const direction = fill.side === 'buy' ? 'long' : 'short'
  if (life === null || direction === life.direction || dec(fill.quantity).lte(book.quantity)) return null
  if (book.direction === null) return { closes: null, opens: fill }
  const fee = money(dec(fill.fee).times(book.quantity).div(fill.quantity).toDecimalPlaces(8))
  const rest = quantity(dec(fill.quantity).minus(book.quantity))
  return {
    closes: { ...fill, quantity: book.quantity, fee },
    opens: { ...fill, quantity: rest, fee: subtractMoney(fill.fee, fee) },
  }
}

/**
 * Books a fill into the position and its life, and says what there is to report of it. Turned over, one life ends and
 * another begins; unless a `plan` is given for that one, it is not kept.
 */
export const bookFill = (
  context: PositionContext,
  fill: Fill,
  leg: Leg | null,
  at: number,
  plan: PositionContext['plan'] = null,
): Booked => {
  const split = splitAtZero(context, fill)
  if (split === null) return bookWithin(context, fill, leg, at)
  const closed = split.closes === null ? null : bookWithin(context, split.closes, leg, at)
  const flat = { ...context, ...closed?.patch }
  const ended = finishLife(flat)
  const next = { ...flat, ...ended.patch, slots: flat.slots, timing: flat.timing, plan }
  const opened = bookWithin(next, split.opens, null, at)
  const { realised } = applyFill(context.book, fill)
  const { positionId } = context.ids
  const booked: PositionReport = { type: 'fill.booked', fill, leg, positionId, realised, at }
  const rest = opened.reports.filter(report => report.type !== 'fill.booked')
  return { patch: { ...next, ...opened.patch }, reports: [booked, ...ended.reports, ...rest] }
}
