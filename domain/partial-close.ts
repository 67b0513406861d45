/** How much of a position a partial close takes, and how a large order is cut into what the venue takes at once. */
import { Decimal, dec, type Price, type Quantity, quantity, roundDownToStep } from './units.ts'

export type PartialClose = {
  open: Quantity
  /** Already asked for and not closed yet; the fraction is of what will be left of it. */
  pending: Quantity
  /** (0, 1]. */
  fraction: number
  /** So many units instead of a fraction: of what will be left, however much is pending. */
  units?: Quantity | undefined
  stepSize: Quantity
  minNotional: string
  /** What the rest would be worth; `null`: not known, so only the step counts. */
  price: Price | null
}

/**
 * Quantity to close, what is pending included: down to the step but at least one. `null`: everything, because all of it
 * is asked for, nothing is open yet, or what would stay is dust (less than a step, or than the smallest order).
 */
export const partOf = ({
  open,
  pending,
  fraction,
  units,
  stepSize,
  minNotional,
  price,
}: PartialClose): Quantity | null => {
  const kept = dec(open).minus(pending)
  if (kept.lte(0) || (units === undefined && fraction >= 1)) return null
  const wanted = units === undefined ? kept.times(fraction) : Decimal.min(kept, units)
  const part = Decimal.max(roundDownToStep(wanted, stepSize), stepSize)
  const rest = kept.minus(part)
  const isDust = rest.lt(stepSize) || (price !== null && rest.times(price).lt(minNotional))
  return isDust ? null : quantity(part.plus(pending))
}

/** Size of the slice at this place (0 is the first) of an order; `null` when the slices before it are all of it. */
export const sliceOf = (
  whole: Quantity,
  slice: number,
  marketQuantityMax: Quantity | null,
  stepSize: Quantity,
): Quantity | null => {
  const most = marketQuantityMax === null ? dec(whole) : dec(roundDownToStep(marketQuantityMax, stepSize))
  // A limit below a step cannot be met by any order: the venue is left to say so.
  const size = most.lte(0) ? dec(whole) : most
  const rest = dec(whole).minus(size.times(slice))
  return rest.lte(0) ? null : quantity(Decimal.min(rest, size))
}
