/** Sharpe and Sortino ratios of daily returns, by the exact formulas; nothing here comes from an indicator library. */
import type { PerformanceSettings } from '../settings.ts'
import { Decimal, dec } from '../units.ts'

/** Below this a deviation is the rounding of 40-digit arithmetic, not a deviation. */
export const NOTHING = dec('1e-30')

const mean = (values: readonly Decimal[]): Decimal =>
  values.reduce((sum, value) => sum.plus(value), dec(0)).div(values.length)

/**
 * mean(r − rf/A) ÷ s(r − rf/A) × √A, s the sample deviation (n − 1), A the annualisation days.
 * `null` with fewer than two returns or without deviation.
 */
export const sharpe = (
  returns: readonly Decimal[],
  settings: Pick<PerformanceSettings, 'riskFreeRatio' | 'annualisationDays'>,
): Decimal | null => {
  if (returns.length < 2) return null
  const riskFree = dec(settings.riskFreeRatio).div(settings.annualisationDays)
  const excess = returns.map(value => value.minus(riskFree))
  const average = mean(excess)
  const squares = excess.reduce((sum, value) => sum.plus(value.minus(average).pow(2)), dec(0))
  const deviation = squares.div(returns.length - 1).sqrt()
  return deviation.lt(NOTHING) ? null : average.div(deviation).times(dec(settings.annualisationDays).sqrt())
}

/**
 * (mean(r) − T/A) ÷ DD × √A, DD = √(Σ min(0, r − T/A)² ÷ n), T the annual target, n all returns or only those below
 * the target, as `sortinoDenominator` says. `null` with fewer than two returns or without any below the target.
 */
export const sortino = (
  returns: readonly Decimal[],
  settings: Pick<PerformanceSettings, 'sortinoTargetRatio' | 'annualisationDays' | 'sortinoDenominator'>,
): Decimal | null => {
  if (returns.length < 2) return null
  const target = dec(settings.sortinoTargetRatio).div(settings.annualisationDays)
  const below = returns.map(value => value.minus(target)).filter(value => value.isNeg())
  const count = settings.sortinoDenominator === 'all' ? returns.length : below.length
  if (count === 0) return null
  const deviation = below
    .reduce((sum, value) => sum.plus(value.pow(2)), dec(0))
    .div(count)
    .sqrt()
  if (deviation.lt(NOTHING)) return null
  return mean(returns).minus(target).div(deviation).times(Decimal.sqrt(settings.annualisationDays))
}
