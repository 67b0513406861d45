/** Equity at the end of each UTC day, folded mark by mark: what a Sharpe ratio is made of, without keeping every mark. */
import { DAY_MS } from '../interval.ts'
import type { PerformanceSettings } from '../settings.ts'
import type { Money } from '../units.ts'
import { dailyReturns, type EquityPoint, type Flow, knownReturns } from './daily.ts'
import { plainOrNull } from './plain.ts'
import { sharpe } from './ratios.ts'

/** Days end at 00:00 UTC, and a mark at exactly 00:00 is the last of the day that ends there. */
const dayOf = (at: number): number => Math.ceil(at / DAY_MS)

export class DailyCloses {
  readonly #settings: PerformanceSettings
  #opening: Money | null = null
  readonly #closes: EquityPoint[] = []
  readonly #flows: Flow[] = []
  #known: { days: number; sharpe: string | null } = { days: 0, sharpe: null }
  #countedAt = 0

  constructor(settings: PerformanceSettings) {
    this.#settings = settings
  }

  /** What the account began with. */
  open(deposit: Money): void {
    this.#opening ??= deposit
  }

  mark(at: number, equity: Money): void {
    const last = this.#closes.at(-1)
    if (last !== undefined && dayOf(last.at) === dayOf(at))
      this.#closes[this.#closes.length - 1] = { at, equity }
    else this.#closes.push({ at, equity })
  }

  /** Money paid in, or out when negative. */
  flow(at: number, amount: Money): void {
    this.#flows.push({ at, amount })
  }

  /** Of the days that are over, so that it changes once a day; `days` is the number of their returns. */
  sharpe(): { sharpe: string | null; days: number } {
    const over = this.#closes.length - 1
    if (over < 1) return { days: 0, sharpe: null }
    if (over !== this.#countedAt) {
      const returns = knownReturns(dailyReturns(this.#closes.slice(0, over), this.#flows, this.#opening))
      this.#known = { days: returns.length, sharpe: plainOrNull(sharpe(returns, this.#settings)) }
      this.#countedAt = over
    }
    return this.#known
  }
}
