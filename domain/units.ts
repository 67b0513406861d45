/**
 * Money, prices and quantities as branded decimal strings.
 *
 * Strings survive JSON, the journal, `numeric` columns and actor snapshots; `decimal.js` instances do not.
 * Arithmetic is done in one configured `Decimal` and always leaves through `toFixed()`, never in exponent form.
 * Only operations whose unit is lawful have a helper here: price × quantity is money, price × price is nothing.
 */
import { Decimal as BaseDecimal } from 'decimal.js'

export const Decimal = BaseDecimal.clone({ precision: 40, rounding: BaseDecimal.ROUND_HALF_EVEN })
export type Decimal = BaseDecimal
export type DecimalInput = BaseDecimal.Value

declare const unit: unique symbol
export type Unit<Name extends string> = string & { readonly [unit]: Name }

/** Quote currency per unit of base. */
export type Price = Unit<'price'>
/** Amount of base asset; unsigned, direction lives in `side`. */
export type Quantity = Unit<'quantity'>
/** Amount of quote currency; may be negative. */
export type Money = Unit<'money'>
/** A share: 0.02 is two percent. */
export type Ratio = Unit<'ratio'>

export const dec = (value: DecimalInput): Decimal => new Decimal(value)

const fixed = (value: DecimalInput): string => {
  // Most values come out of a calculation and need no second making.
  const text = (value instanceof Decimal ? value : new Decimal(value)).toFixed()
  return text === '-0' ? '0' : text
}

export const price = (value: DecimalInput): Price => fixed(value) as Price
export const quantity = (value: DecimalInput): Quantity => fixed(value) as Quantity
export const money = (value: DecimalInput): Money => fixed(value) as Money
export const ratio = (value: DecimalInput): Ratio => fixed(value) as Ratio

export const ZERO_MONEY = '0' as Money
export const ZERO_QUANTITY = '0' as Quantity

/** |quantity| × price, in quote currency. */
export const notional = (size: Quantity, at: Price): Money => money(dec(size).abs().times(at))

export const addMoney = (...parts: Money[]): Money =>
  money(parts.reduce((sum, part) => sum.plus(part), new Decimal(0)))

export const subtractMoney = (from: Money, take: Money): Money => money(dec(from).minus(take))

export const isZero = (value: string): boolean => dec(value).isZero()

/** Rounds toward zero to a multiple of `step`: a quantity never grows by rounding. */
export const roundDownToStep = (value: DecimalInput, step: Quantity): Quantity =>
  quantity(dec(value).div(step).toDecimalPlaces(0, Decimal.ROUND_DOWN).times(step))

/** Rounds a price to a multiple of `tick`, in the stated direction. */
export const roundToTick = (
  value: DecimalInput,
  tick: Price,
  direction: 'up' | 'down' | 'nearest',
): Price => {
  const mode =
    direction === 'up'
      ? Decimal.ROUND_CEIL
      : direction === 'down'
        ? Decimal.ROUND_FLOOR
        : Decimal.ROUND_HALF_EVEN
  return price(dec(value).div(tick).toDecimalPlaces(0, mode).times(tick))
}

/** A share as a number of two decimals, for text only. */
export const percentText = (share: DecimalInput): string => `${dec(share).times(100).toFixed(2)} %`
