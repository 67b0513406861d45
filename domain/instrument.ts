/** What is traded: its granularity, its smallest order and its margin tiers. */
import { dec, type Money, type Price, type Quantity, type Ratio } from './units.ts'

export type MarginTier = {
  /** Upper bound of position notional for this tier; `null` for the last. */
  notionalMax: Money | null
  /** Maintenance margin as a share of notional. */
  maintenanceRatio: Ratio
  /** Amount taken off, so that maintenance margin is continuous across tiers. */
  maintenanceAmount: Money
  leverageMax: number
}

export type Instrument = {
  /** Canonical asset name, e.g. `BTC`. Adapters map it to the venue's own form. */
  symbol: string
  quote: string
  kind: 'perpetual' | 'spot'
  tickSize: Price
  stepSize: Quantity
  minNotional: Money
  /** Largest market order the venue takes; a larger one is sent in slices. `null`: no limit. */
  marketQuantityMax: Quantity | null
  /** Ordered by `notionalMax`, the last one unbounded. */
  marginTiers: MarginTier[]
}

/** What margin depends on. */
type Margined = Pick<Instrument, 'symbol' | 'marginTiers'>

/** The tier that holds a position of this notional. */
export const marginTier = (instrument: Margined, positionNotional: Money): MarginTier => {
  const tier = instrument.marginTiers.find(
    each => each.notionalMax === null || dec(positionNotional).lte(each.notionalMax),
  )
  const found = tier ?? instrument.marginTiers.at(-1)
  if (found === undefined) throw new Error(`Invariant: ${instrument.symbol} has no margin tier`)
  return found
}

/**
 * Mark price at which an isolated position is liquidated, before fees.
 *
 * Equity of the position (margin ± price move) falls to its maintenance margin:
 * long: `(entry × q − margin − amount) / (q × (1 − rate))`, short: `(entry × q + margin + amount) / (q × (1 + rate))`.
 * Source: the venue formula for isolated, one-way, linear contracts (Binance USDⓈ-M documentation).
 */
export const liquidationPrice = (
  instrument: Margined,
  side: 'long' | 'short',
  size: Quantity,
  entryPrice: Price,
  margin: Money,
): Price | null => {
  const q = dec(size)
  if (q.isZero()) return null
  const worth = q.times(entryPrice)
  const tier = marginTier(instrument, worth.toFixed() as Money)
  const rate = dec(tier.maintenanceRatio)
  const value =
    side === 'long'
      ? worth
          .minus(margin)
          .minus(tier.maintenanceAmount)
          .div(q.times(dec(1).minus(rate)))
      : worth
          .plus(margin)
          .plus(tier.maintenanceAmount)
          .div(q.times(dec(1).plus(rate)))
  return value.lte(0) ? null : (value.toFixed() as Price)
}
