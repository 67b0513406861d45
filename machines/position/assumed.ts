/**
 * Fills we assumed. Where the venue's position differs from ours, the fill that makes them equal is booked at once; when
 * the venue tells the real one later, it takes the assumed one's place, and only price and fee are left to correct.
 */
import type { Fill } from '../../domain/order.ts'
import {
  addMoney,
  Decimal,
  dec,
  type Money,
  money,
  price,
  type Quantity,
  quantity,
  ZERO_MONEY,
} from '../../domain/units.ts'
import type { PositionContext, PositionReport } from './context.ts'
import type { Patch } from './update.ts'

/** How long a real fill is expected to take the place of an assumed one. */
const KEPT_MS = 600_000
const KEPT_MAX = 20

/** Remembers an assumed fill; those nobody will tell any more are forgotten. */
export const assume = (context: PositionContext, fill: Fill): PositionContext['fills'] => ({
  ...context.fills,
  assumed: [
    ...context.fills.assumed.filter(each => fill.at - each.fill.at < KEPT_MS).slice(1 - KEPT_MAX),
    { fill, left: fill.quantity, positionId: context.ids.positionId },
  ],
})

/** Executed before the venue was asked, on the same side: it is part of what was assumed then. */
const explains = (fill: Fill, { fill: assumed }: PositionContext['fills']['assumed'][number]): boolean =>
  assumed.side === fill.side && fill.at <= assumed.at

type Settled = { patch: Patch; reports: PositionReport[]; rest: Quantity; realised: Money }

/**
 * Puts a real fill in the place of what was assumed; `rest` is what of it is new. The correction is −Δ × (real − assumed
 * price) for the signed quantity Δ: the cash that the better price is worth, whatever was opened or closed by it.
 */
export const settleAssumed = (context: PositionContext, fill: Fill, at: number): Settled | null => {
  const sign = fill.side === 'buy' ? 1 : -1
  let rest = dec(fill.quantity)
  let correction = dec(0)
  const reports: PositionReport[] = []
  const assumed = context.fills.assumed.flatMap(each => {
    if (rest.isZero() || !explains(fill, each)) return [each]
    const taken = Decimal.min(rest, each.left)
    const left = dec(each.left).minus(taken)
    rest = rest.minus(taken)
    correction = correction.minus(dec(fill.price).minus(each.fill.price).times(taken).times(sign))
    reports.push({
      type: 'fill.booked',
      fill: {
        ...each.fill,
        tradeId: `${each.fill.tradeId}-undone-by-${fill.tradeId}`,
        side: fill.side === 'buy' ? 'sell' : 'buy',
        quantity: quantity(taken),
      },
      leg: null,
      positionId: each.positionId,
      realised: ZERO_MONEY,
      at,
    })
    return left.isZero() ? [] : [{ ...each, left: quantity(left) }]
  })
  if (reports.length === 0) return null
  const { book } = context
  // What the assumed fill opened and is still open gets the real price; what it closed has been won or lost.
  const isOpening = book.direction === (fill.side === 'buy' ? 'long' : 'short') && book.entryPrice !== null
  const perUnit = isOpening ? correction.times(sign).neg().div(book.quantity) : dec(0)
  const realised = isOpening ? ZERO_MONEY : money(correction)
  return {
    reports,
    rest: quantity(rest),
    realised,
    patch: {
      book: {
        ...book,
        entryPrice:
          isOpening && book.entryPrice !== null ? price(dec(book.entryPrice).plus(perUnit)) : book.entryPrice,
        realised: book.direction === null ? book.realised : addMoney(book.realised, realised),
        fees: book.direction === null || !rest.isZero() ? book.fees : addMoney(book.fees, fill.fee),
      },
      fills: { ...context.fills, seen: [...context.fills.seen, fill.tradeId], assumed },
      timing: { ...context.timing, at },
    },
  }
}
