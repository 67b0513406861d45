/** Sharpe and Sortino ratios return by return, for those who ask after every one; the formulas are those of ratios.ts. */
import type { PerformanceSettings } from '../settings.ts'
import { Decimal, dec } from '../units.ts'
import { NOTHING } from './ratios.ts'

export class RunningRatios {
  readonly #settings: PerformanceSettings
  readonly #riskFree: Decimal
  readonly #target: Decimal
  readonly #year: Decimal
  #count = 0
  #below = 0
  #mean = dec(0)
  /** Sum of the squared distances from the mean (Welford), which keeps every digit that a sum of squares would lose. */
  #squares = dec(0)
  #squaresBelow = dec(0)

  constructor(settings: PerformanceSettings) {
    this.#settings = settings
    this.#riskFree = dec(settings.riskFreeRatio).div(settings.annualisationDays)
    this.#target = dec(settings.sortinoTargetRatio).div(settings.annualisationDays)
    this.#year = dec(settings.annualisationDays).sqrt()
  }

  add(value: Decimal): void {
    this.#count += 1
    const distance = value.minus(this.#mean)
    this.#mean = this.#mean.plus(distance.div(this.#count))
    this.#squares = this.#squares.plus(distance.times(value.minus(this.#mean)))
    const short = value.minus(this.#target)
    if (!short.isNeg()) return
    this.#below += 1
    this.#squaresBelow = this.#squaresBelow.plus(short.pow(2))
  }

  sharpe(): Decimal | null {
    if (this.#count < 2) return null
    const deviation = Decimal.max(0, this.#squares)
      .div(this.#count - 1)
      .sqrt()
    return deviation.lt(NOTHING) ? null : this.#mean.minus(this.#riskFree).div(deviation).times(this.#year)
  }

  sortino(): Decimal | null {
    if (this.#count < 2) return null
    const count = this.#settings.sortinoDenominator === 'all' ? this.#count : this.#below
    if (count === 0) return null
    const deviation = this.#squaresBelow.div(count).sqrt()
    return deviation.lt(NOTHING) ? null : this.#mean.minus(this.#target).div(deviation).times(this.#year)
  }
}
