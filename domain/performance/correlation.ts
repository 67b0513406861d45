/** How far two measures go together. */
import { type Decimal, dec } from '../units.ts'
import { NOTHING } from './ratios.ts'

/**
 * Correlation by Pearson: Σ(x − x̄)(y − ȳ) ÷ √(Σ(x − x̄)² × Σ(y − ȳ)²), −1 to 1. `null` with fewer than two pairs, or when
 * one of the two never varies.
 */
export const correlation = (pairs: readonly (readonly [Decimal, Decimal])[]): Decimal | null => {
  if (pairs.length < 2) return null
  const total = (values: Decimal[]): Decimal => values.reduce((sum, value) => sum.plus(value), dec(0))
  const meanX = total(pairs.map(([x]) => x)).div(pairs.length)
  const meanY = total(pairs.map(([, y]) => y)).div(pairs.length)
  const off = pairs.map(([x, y]) => ({ x: x.minus(meanX), y: y.minus(meanY) }))
  const both = total(off.map(({ x }) => x.pow(2))).times(total(off.map(({ y }) => y.pow(2))))
  return both.lt(NOTHING) ? null : total(off.map(({ x, y }) => x.times(y))).div(both.sqrt())
}
