/** What the venue charges, as named pure values. Every rounding goes against the trader (docs/fills.md). */
import type { Fill, Side } from '../../../domain/order.ts'
import type { PaperSettings } from '../../../domain/settings.ts'
import {
  Decimal,
  type DecimalInput,
  dec,
  type Money,
  money,
  type Price,
  roundToTick,
} from '../../../domain/units.ts'

/** Smallest amount of money the venue books. */
const MONEY_PLACES = 8

export type Terms = {
  feeRatio: Record<Fill['liquidity'], Decimal>
  /** 1 ± slippage: what a price becomes for a taker of this side. */
  slippageFactor: Record<Side, Decimal>
  /** One way, order to venue. */
  latencyMs: number
  /** `null`: an order may take any size. */
  volumeShareMax: Decimal | null
}

export const termsOf = (settings: PaperSettings): Terms => ({
  feeRatio: { maker: dec(settings.makerFeeRatio), taker: dec(settings.takerFeeRatio) },
  slippageFactor: { buy: dec(1).plus(settings.slippageRatio), sell: dec(1).minus(settings.slippageRatio) },
  latencyMs: settings.latencyMs,
  volumeShareMax: settings.volumeShareMax === null ? null : dec(settings.volumeShareMax),
})

/** An amount to pay, rounded up to 1e-8; an amount received (negative) shrinks by the same rounding. */
export const roundPayment = (value: Decimal): Money =>
  money(value.toDecimalPlaces(MONEY_PLACES, Decimal.ROUND_CEIL))

/** Price a taker gets: the market's price moved by slippage and to the tick, both against the taker. */
export const takerPrice = (terms: Terms, base: DecimalInput, side: Side, tick: Price): Price => {
  const slipped = roundToTick(
    dec(base).times(terms.slippageFactor[side]),
    tick,
    side === 'buy' ? 'up' : 'down',
  )
  return dec(slipped).lte(0) ? tick : slipped
}

export const feeFor = (terms: Terms, size: Decimal, at: Price, liquidity: Fill['liquidity']): Money =>
  roundPayment(size.times(at).times(terms.feeRatio[liquidity]))

/** True when `value` is worse than `bound` for this side: dearer for a buyer, cheaper for a seller. */
export const isWorse = (side: Side, value: DecimalInput, bound: DecimalInput): boolean =>
  side === 'buy' ? dec(value).gt(bound) : dec(value).lt(bound)
