/** The side against an open position, by hand: how much of it is closed, or why nothing is. */
import type { Instrument } from './instrument.ts'
import { type ManualOrder, shareOf } from './manual-order.ts'
import { partOf } from './partial-close.ts'
import type { PositionClose, PositionSummary } from './position-state.ts'
import { dec, type Money, type Price, quantity, roundDownToStep, ZERO_QUANTITY } from './units.ts'

export type ManualClose = {
  order: ManualOrder
  /** Notional in quote currency, where the order says no units; `null`: it is of everything then. */
  value: Money | null
  position: PositionSummary
  /** Price of now; `null`: not known, the entry price stands in. */
  mark: Price | null
  /** `null`: not known, so no units can be told. */
  instrument: Pick<Instrument, 'stepSize' | 'minNotional'> | null
}

export type ManualCloseRefused = {
  code: 'limit_on_close' | 'quantity_below_step'
  limit?: string
  actual: string
}

/** As the position is told it. */
export type ManualClosePart = Pick<PositionClose, 'fraction' | 'quantity'>

const WHOLE: ManualClosePart = { fraction: 1 }
/** Digits of units that a value comes to, in a record. */
const DIGITS = 12

/**
 * Never more than was asked for, down to the step, unless what would stay is dust at the mark: then it is everything. Exits
 * are reduce-only orders at market, which take no limit.
 */
export const closeByHand = ({
  order,
  value,
  position,
  mark,
  instrument,
}: ManualClose): ManualClosePart | ManualCloseRefused => {
  if (order.limitPrice !== null) return { code: 'limit_on_close', actual: order.limitPrice }
  const price = mark ?? position.entryPrice
  const worth = value === null || price === null ? null : dec(value).div(price)
  const asked = order.quantity === null ? worth : dec(order.quantity)
  if (asked === null || asked.gte(position.quantity)) return WHOLE
  const fraction = shareOf(asked, position.quantity)
  if (instrument === null) return { fraction }
  const { stepSize, minNotional } = instrument
  const units = quantity(roundDownToStep(asked, stepSize))
  if (dec(units).isZero()) {
    const actual = asked.toSignificantDigits(DIGITS).toFixed()
    return { code: 'quantity_below_step', limit: stepSize, actual }
  }
  const open = position.quantity
  const part = partOf({ open, pending: ZERO_QUANTITY, fraction, units, stepSize, minNotional, price })
  return part === null ? WHOLE : { fraction, quantity: units }
}
