/** Fills: how they change a position and its life, and what there is to report of them. */
import type { ExitReason } from '../../domain/fact.ts'
import { addEntry, addExit, beginLife, setLevels } from '../../domain/life.ts'
import type { Fill, Leg } from '../../domain/order.ts'
import { applyFill } from '../../domain/position.ts'
import { dec, type Money, money, type Quantity, quantity, subtractMoney } from '../../domain/units.ts'
import type { PositionContext, PositionReport, SlotUse } from './context.ts'
import { protectionLevels } from './levels.ts'
import { finishLife, type Patch } from './update.ts'

type Booked = { patch: Patch; reports: PositionReport[] }

const exitReason = (context: PositionContext, fill: Fill, leg: Leg | null): ExitReason => {
  if (fill.reason !== 'order') return fill.reason
  if (leg === 'stop' || leg === 'target') return leg
  return leg === 'exit' ? context.exit.reason : 'external'
}

const withFill = (used: SlotUse[], fill: Fill): SlotUse[] =>
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
  const { protection, ids } = context
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
  const isNaked = grows && levels !== null && levels.stop !== null
  return {
    reports,
    patch: {
      book,
      life,
      fills: { seen: [...new Set([...context.fills.seen, fill.tradeId])] },
      slots: { ...context.slots, used: withFill(context.slots.used, fill) },
      timing: { ...context.timing, at },
      protection:
        levels === null
          ? protection
          : {
              ...protection,
              stopPrice: levels.stop,
              targetPrice: levels.target,
              confirmed: false,
              nakedSince: isNaked ? (protection.nakedSince ?? at) : protection.nakedSince,
            },
    },
  }
}

/** A fill that goes through zero is two: what closes this life, and what opens the next. `null` for any other. */
const splitAtZero = (context: PositionContext, fill: Fill): { closes: Fill; opens: Fill } | null => {
  const { direction, quantity: open } = context.book
  const closes = direction !== null && direction !== (fill.side === 'buy' ? 'long' : 'short')
  if (!closes || dec(fill.quantity).lte(open)) return null
  const fee = money(dec(fill.fee).times(open).div(fill.quantity))
  return {
    closes: { ...fill, quantity: open, fee },
    opens: { ...fill, quantity: quantity(dec(fill.quantity).minus(open)), fee: subtractMoney(fill.fee, fee) },
  }
}

/**
 * Books a fill into the position and its life, and says what there is to report of it. Through zero, one life ends and
 * another begins; that one has no plan, and so is not kept.
 */
export const bookFill = (context: PositionContext, fill: Fill, leg: Leg | null, at: number): Booked => {
  const split = splitAtZero(context, fill)
  if (split === null) return bookWithin(context, fill, leg, at)
  const closed = bookWithin(context, split.closes, leg, at)
  const flat = { ...context, ...closed.patch }
  const ended = finishLife(flat)
  const next = { ...flat, ...ended.patch, slots: flat.slots, timing: { until: null, at } }
  const opened = bookWithin(next, split.opens, null, at)
  const { realised } = applyFill(context.book, fill)
  const booked: PositionReport = {
    type: 'fill.booked',
    fill,
    leg,
    positionId: context.ids.positionId,
    realised,
    at,
  }
  const rest = opened.reports.filter(report => report.type !== 'fill.booked')
  return { patch: { ...next, ...opened.patch }, reports: [booked, ...ended.reports, ...rest] }
}

/** The fill that makes our book equal the venue's; `null` when they agree. */
export const reconcilingFill = (
  context: PositionContext,
  venue: { quantity: Quantity; direction: 'long' | 'short' | null; price: Fill['price'] | null; at: number },
): Fill | null => {
  const sign = (direction: 'long' | 'short' | null) => (direction === 'short' ? -1 : 1)
  const theirs = dec(venue.quantity).times(sign(venue.direction))
  const difference = theirs.minus(dec(context.book.quantity).times(sign(context.book.direction)))
  const at = venue.price ?? context.book.entryPrice
  if (difference.isZero() || at === null) return null
  return {
    tradeId: `reconcile-${context.ids.positionId}-${venue.at}`,
    clientOrderId: null,
    venueOrderId: 'reconcile',
    symbol: context.ids.symbol,
    side: difference.isNeg() ? 'sell' : 'buy',
    quantity: difference.abs().toFixed() as Quantity,
    price: at,
    fee: '0' as Money,
    liquidity: 'taker',
    reason: 'external',
    at: venue.at,
  }
}
