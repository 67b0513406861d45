/** Rules about leverage: inside its bounds, and low enough that the stop fires before liquidation. */
import { type Instrument, liquidationPrice, type MarginTier } from '../instrument.ts'
import type { Level } from '../strategy.ts'
import { type Decimal, dec, money, percentText, price, type Quantity, ZERO_MONEY } from '../units.ts'
import type { Draft, EntryPrices } from './draft.ts'
import {
  capAt,
  cut,
  off,
  pass,
  priced,
  type Rule,
  type RuleAnswer,
  refuse,
  shown,
  skip,
  text,
} from './rule.ts'
import type { RiskView } from './view.ts'

/**
 * Share of the entry price kept between stop and liquidation: a stop is a market order fired by the mark price, and
 * needs this room to fill.
 */
export const LIQUIDATION_BUFFER_RATIO = 0.005

/** Notional that a quantity may be worth; `null`: not bounded. */
type NotionalBound = Decimal | null

/**
 * Clamps to the account's bounds, then to what the venue allows, then down to a whole number (venues take no other).
 * The venue allows a leverage only up to some notional: that caps the quantity, so that the leverage never has to be
 * chosen again for another size.
 */
export const leverage: Rule = (draft, view) => {
  const { leverageMin, leverageDefault, leverageMax } = view.limits
  const wanted = draft.proposal.leverage
  const { instrument } = view
  if (instrument.kind === 'spot') return settled('1 on spot', wanted ?? 1, 1)
  const bounds = `${leverageMin} to ${leverageMax}`
  if (wanted !== null && !(Number.isFinite(wanted) && wanted > 0)) return refuse(bounds, shown(wanted))
  const venueMax = Math.max(1, ...instrument.marginTiers.map(tier => tier.leverageMax))
  const asked = wanted ?? leverageDefault
  const clamped = Math.min(Math.max(asked, leverageMin), leverageMax, venueMax)
  const chosen = Math.max(1, Math.floor(clamped))
  const answer = settled(`${bounds}, venue ${venueMax}`, asked, chosen)
  const bound = largestNotional(instrument.marginTiers, tier => tier.leverageMax >= chosen)
  return withBound(answer, bound, draft, view)
}

const settled = (limit: string, asked: number, chosen: number): RuleAnswer => ({
  ...(asked === chosen ? pass(limit, `${chosen}`) : cut(limit, `${shown(asked)}, becomes ${chosen}`)),
  change: { leverage: chosen },
})

/** Adds a cap on notional to an answer. A change of leverage stays a cut whether the cap bites or not. */
const withBound = (answer: RuleAnswer, bound: NotionalBound, draft: Draft, view: RiskView): RuleAnswer => {
  if (bound === null || draft.prices === null) return answer
  const limit = `${answer.limit ?? ''}, up to a notional of ${text(bound)}`
  const capped = capAt(draft, view, bound.div(draft.prices.dearest), limit, answer.actual ?? '')
  return {
    ...capped,
    outcome: answer.outcome === 'cut' ? 'cut' : capped.outcome,
    change: { ...answer.change, ...capped.change },
  }
}

/**
 * Lowers the leverage, one by one down to `leverageMin`, until the stop stands before liquidation. It is never raised.
 * A larger position has a nearer liquidation, so the answer may also cap the quantity.
 */
export const stopBeforeLiquidation: Rule = priced((prices, draft, view) => {
  if (view.instrument.kind === 'spot') return off('no liquidation on spot')
  if (draft.riskPerUnit === null) return skip('no usable stop')
  if (draft.stop === null) return off('no stop')
  if (draft.leverage === null) return skip('no usable leverage')
  const stop = stopAfterAdverseFill(draft.stop, prices)
  const buffer = percentText(LIQUIDATION_BUFFER_RATIO)
  const stopText = `stop ${text(stop)}`
  const lowest = Math.min(draft.leverage, view.limits.leverageMin)
  for (let candidate = draft.leverage; candidate >= lowest; candidate -= 1) {
    const bound = largestNotional(view.instrument.marginTiers, tier =>
      stopIsSafe(tier, candidate, stop, prices, view.instrument),
    )
    if (bound !== null && bound.isZero()) continue
    const limit = `${buffer} before liquidation`
    const isAsked = candidate === draft.leverage
    const answer = isAsked
      ? pass(limit, `${stopText} at ${candidate}`)
      : cut(limit, `${stopText} at ${draft.leverage}, becomes ${candidate}`)
    return withBound({ ...answer, change: { leverage: candidate } }, bound, draft, view)
  }
  return refuse(`${buffer} before liquidation at leverage ${lowest}`, stopText)
})

/** The least favourable fill of an entry. */
type AdverseFill = Pick<EntryPrices, 'direction' | 'adverse'>

/** Where the stop stands when the entry fills at the adverse end of the range. */
export const stopAfterAdverseFill = (stop: Level, prices: AdverseFill): Decimal => {
  if ('price' in stop) return dec(stop.price)
  const distance = prices.adverse.times(stop.ratio)
  return prices.direction === 'long' ? prices.adverse.minus(distance) : prices.adverse.plus(distance)
}

/**
 * Each tier is judged without its maintenance amount. The amount only ever moves liquidation farther away, so the
 * answer holds for every size in the tier.
 */
export const stopIsSafe = (
  tier: MarginTier,
  candidate: number,
  stop: Decimal,
  prices: AdverseFill,
  { symbol }: Pick<Instrument, 'symbol'>,
): boolean => {
  const instrument = {
    symbol,
    marginTiers: [{ ...tier, notionalMax: null, maintenanceAmount: ZERO_MONEY }],
  }
  const margin = money(prices.adverse.div(candidate))
  const liquidation = liquidationPrice(
    instrument,
    prices.direction,
    '1' as Quantity,
    price(prices.adverse),
    margin,
  )
  if (liquidation === null) return true
  const buffer = prices.adverse.times(LIQUIDATION_BUFFER_RATIO)
  return prices.direction === 'long'
    ? stop.gte(dec(liquidation).plus(buffer))
    : stop.lte(dec(liquidation).minus(buffer))
}

/** Notional up to which every tier from the first on is good: zero when the first is not, `null` when all are. */
export const largestNotional = (
  tiers: readonly MarginTier[],
  isGood: (tier: MarginTier) => boolean,
): NotionalBound => {
  let bound: NotionalBound = dec(0)
  for (const tier of tiers) {
    if (!isGood(tier)) return bound
    bound = tier.notionalMax === null ? null : dec(tier.notionalMax)
  }
  return bound
}
