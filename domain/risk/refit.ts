/** An approved entry on a leverage the venue has instead of the one it was sized for. */
import type { Instrument } from '../instrument.ts'
import { Decimal, dec, quantity, roundDownToStep } from '../units.ts'
import { largestNotional, stopAfterAdverseFill, stopIsSafe } from './leverage.ts'
import type { EntryPlan, RefusalCode } from './verdict.ts'

export type Refit = { plan: EntryPlan; refusal: null } | { plan: null; refusal: RefusalCode }

/**
 * Never larger than approved, in quantity, margin or loss at the stop: a lower leverage binds more margin, so the
 * quantity shrinks until it fits what was reserved; a higher one brings liquidation nearer, so the stop is judged again,
 * and one above the account's own limit is refused.
 */
export const refit = (
  plan: EntryPlan,
  leverage: number,
  instrument: Pick<Instrument, 'symbol' | 'stepSize' | 'minNotional' | 'marginTiers' | 'kind'>,
): Refit => {
  if (!(Number.isFinite(leverage) && leverage >= 1 && leverage <= plan.leverageMax))
    return { plan: null, refusal: 'leverage_invalid' }
  const low = Decimal.min(plan.referencePrice, plan.worstPrice)
  const high = Decimal.max(plan.referencePrice, plan.worstPrice)
  const dearest = plan.bestPrice === null ? high : Decimal.max(high, plan.bestPrice)
  const isLong = plan.direction === 'long'
  const adverse = isLong ? high : low
  const { marginTiers } = instrument
  const bounds = [largestNotional(marginTiers, tier => tier.leverageMax >= leverage)]
  if (plan.stop !== null && instrument.kind !== 'spot') {
    const stop = stopAfterAdverseFill(plan.stop, { direction: plan.direction, adverse })
    const fill = { direction: plan.direction, adverse }
    bounds.push(largestNotional(marginTiers, tier => stopIsSafe(tier, leverage, stop, fill, instrument)))
    if (bounds[1]?.isZero() === true) return { plan: null, refusal: 'stop_beyond_liquidation' }
  }
  if (bounds[0]?.isZero() === true) return { plan: null, refusal: 'leverage_invalid' }
  // Of what was reserved for one unit, the part that is not margin is for fees and stays as it is.
  const feesPerUnit = dec(plan.marginReserved).div(plan.quantity).minus(dearest.div(plan.leverage))
  const fits = dec(plan.marginReserved).div(dearest.div(leverage).plus(Decimal.max(0, feesPerUnit)))
  const caps = bounds.flatMap(bound => (bound === null ? [] : [bound.div(dearest)]))
  const size = dec(roundDownToStep(Decimal.min(plan.quantity, fits, ...caps), instrument.stepSize))
  if (size.lte(0)) return { plan: null, refusal: 'quantity_below_step' }
  if (size.times(low).lt(instrument.minNotional)) return { plan: null, refusal: 'notional_below_minimum' }
  return { plan: { ...plan, leverage, quantity: quantity(size) }, refusal: null }
}
