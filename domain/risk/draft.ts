/** An entry while it is judged: what the rules before have settled, `null` where they could not. */
import type { ExitCondition } from '../exit-plan/condition.ts'
import type { Direction } from '../order.ts'
import type { Level, Proposal } from '../strategy.ts'
import { Decimal, dec, type Price, roundToTick } from '../units.ts'
import type { RiskView } from './view.ts'

/** The range in which the entry may fill. It lies between the reference and the worst price. */
export type EntryPrices = {
  direction: Direction
  /** The mark. */
  reference: Decimal
  /** The mark moved against us by `slippageRatioMax`, on a tick. */
  worst: Decimal
  low: Decimal
  high: Decimal
  /** The end of the range that is farthest from the stop: high for a long, low for a short. */
  adverse: Decimal
  /** The dearest fill there can be, in units of notional: the order carries it as its worst or its best price. */
  dearest: Decimal
}

export type Draft = {
  proposal: Proposal
  /** `null` when the action opens nothing. */
  direction: Direction | null
  /** `null` without a direction or a usable mark. */
  prices: EntryPrices | null
  stop: Level | null
  target: Level | null
  conditions: readonly ExitCondition[]
  /** Largest loss of one unit, from any fill in the range to the stop; `null` until the stop is known to be good. */
  riskPerUnit: Decimal | null
  leverage: number | null
  /** Smallest of what was asked for and every cap so far; `null` while nothing bounds it. */
  quantity: Decimal | null
}

/**
 * Reads a number somebody else wrote. `null` when it is no number, or of a size that no price or amount has
 * (beyond 1e18, or finer than 100 places): arithmetic on such numbers would cost time and memory instead of failing.
 */
export const readDecimal = (value: string | number): Decimal | null => {
  try {
    const number = new Decimal(value)
    return number.isFinite() && number.abs().lte(1e18) && number.decimalPlaces() <= 100 ? number : null
  } catch {
    return null
  }
}

const DIRECTIONS: Partial<Record<Proposal['action'], Direction>> = { buy: 'long', sell: 'short' }

export const openDraft = (proposal: Proposal, view: RiskView): Draft => {
  const direction = DIRECTIONS[proposal.action] ?? null
  const prices = direction === null ? null : entryPrices(direction, view, proposal.manual?.limitPrice ?? null)
  return {
    proposal,
    direction,
    prices,
    stop: proposal.stop,
    target: proposal.target,
    conditions: proposal.conditions ?? [],
    riskPerUnit: null,
    leverage: null,
    quantity: prices === null ? null : askedQuantity(proposal, prices),
  }
}

/**
 * The worst price is rounded toward the reference, so that the order's limit is never beyond the allowed slippage. A limit
 * of the one who asks can only bring it nearer.
 */
const entryPrices = (direction: Direction, view: RiskView, limit: Price | null): EntryPrices | null => {
  if (view.mark === null) return null
  const reference = dec(view.mark.price)
  const slippage = reference.times(view.limits.slippageRatioMax)
  const tick = view.instrument.tickSize
  const bound = limit === null ? null : readDecimal(limit)
  const allowed = direction === 'long' ? reference.plus(slippage) : reference.minus(slippage)
  const worst =
    direction === 'long'
      ? dec(roundToTick(Decimal.min(allowed, bound ?? allowed), tick, 'down'))
      : dec(roundToTick(Decimal.max(allowed, bound ?? allowed), tick, 'up'))
  if (reference.lte(0) || worst.lte(0)) return null
  // With no slippage allowed, rounding can carry the worst price past a mark that lies between two ticks.
  const low = Decimal.min(reference, worst)
  const high = Decimal.max(reference, worst)
  const better = dec(roundToTick(reference.plus(slippage), tick, 'down'))
  return direction === 'long'
    ? { direction, reference, worst, low, high, adverse: high, dearest: high }
    : { direction, reference, worst, low, high, adverse: low, dearest: Decimal.max(high, better) }
}

/**
 * The units wanted, or the wanted notional in units at the reference price; `null` when as much as allowed is wanted, or it
 * is unreadable.
 */
const askedQuantity = ({ allocation, manual }: Proposal, prices: EntryPrices): Decimal | null => {
  if (manual?.quantity != null) return readDecimal(manual.quantity)
  const wanted = allocation === null ? null : readDecimal(allocation)
  return wanted === null ? null : wanted.div(prices.reference)
}
