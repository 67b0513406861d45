/** Metrics outward: decimal strings, rounded where nobody reads on. */
import { Decimal } from '../units.ts'

const PLACES = 12

/** Never in exponent form, never −0, at most twelve places (half to even). */
export const plain = (value: Decimal): string => {
  const rounded = value.toDecimalPlaces(PLACES, Decimal.ROUND_HALF_EVEN)
  return rounded.isZero() ? '0' : rounded.toFixed()
}

export const plainOrNull = (value: Decimal | null): string | null => (value === null ? null : plain(value))
