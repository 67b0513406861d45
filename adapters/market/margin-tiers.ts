/** Margin tiers of the instruments used on paper, in three classes of liquidity. */
import type { MarginTier } from '../../domain/instrument.ts'
import { dec, type Money, money, ratio, ZERO_MONEY } from '../../domain/units.ts'

/** Upper bound of notional (`null`: none), maintenance ratio, highest leverage. */
type TierLine = readonly [notionalMax: string | null, maintenanceRatio: string, leverageMax: number]
export type LiquidityClass = 'major' | 'large' | 'small'

/** In the manner of the published USDT-margined tiers of the large venues, fewer and rounder. */
const LINES: Readonly<Record<LiquidityClass, readonly TierLine[]>> = {
  major: [
    ['50000', '0.004', 125],
    ['600000', '0.005', 100],
    ['3000000', '0.0065', 75],
    ['12000000', '0.01', 50],
    ['70000000', '0.02', 25],
    ['230000000', '0.05', 10],
    [null, '0.125', 4],
  ],
  large: [
    ['50000', '0.005', 100],
    ['250000', '0.01', 50],
    ['2000000', '0.02', 25],
    ['10000000', '0.05', 10],
    [null, '0.125', 4],
  ],
  small: [
    ['10000', '0.01', 50],
    ['50000', '0.02', 25],
    ['500000', '0.05', 10],
    ['2000000', '0.1', 5],
    [null, '0.25', 2],
  ],
}

/**
 * The tiers of a class. Each amount follows from the one before so that maintenance margin has no step at a bound:
 * `amountₙ = amountₙ₋₁ + boundₙ₋₁ × (rateₙ − rateₙ₋₁)`. `leverageMax` caps the leverage of every tier.
 */
export const marginTiersOf = (liquidity: LiquidityClass, leverageMax: number | null): MarginTier[] => {
  const tiers: MarginTier[] = []
  for (const [notionalMax, maintenanceRatio, leverage] of LINES[liquidity]) {
    const before = tiers.at(-1)
    const maintenanceAmount: Money =
      before === undefined
        ? ZERO_MONEY
        : money(
            dec(maintenanceRatio)
              .minus(before.maintenanceRatio)
              .times(before.notionalMax ?? 0)
              .plus(before.maintenanceAmount),
          )
    tiers.push({
      notionalMax: notionalMax === null ? null : money(notionalMax),
      maintenanceRatio: ratio(maintenanceRatio),
      maintenanceAmount,
      leverageMax: leverageMax === null ? leverage : Math.min(leverage, leverageMax),
    })
  }
  return tiers
}
