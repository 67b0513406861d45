/**
 * One market, told twice: minute by minute to the venue as it is, and candle by candle to the engine as a feed may
 * garble it.
 */
import type { Candle } from '../../domain/candle.ts'
import type { CandleSource, MarketStep } from '../../domain/feed.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import { dec } from '../../domain/units.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import type { Plan } from './plan.ts'

/** Faults of the market are felt by decisions, not by protection: they are kept apart from those of the engine. */
export const MARKET = 'market'
/** Candles a new process folds into its indicators. */
const HISTORY_MAX = 150
const DAY_MS = 86_400_000

export class MarketFeed {
  /** As the engine sees it: the decision interval, and no `next`, for its candles are brought to it. */
  readonly source: CandleSource
  readonly history: MarketStep[] = []
  readonly #minutes: CandleSource
  readonly #faults: Faults
  readonly #intervalMs: number
  /** Jumps so far, as a factor on the generated price. */
  readonly #scale: number[]
  #open: (Candle | null)[]
  #fundingRates: readonly (number | null)[] = []
  #silentUntil = 0

  constructor(plan: Plan, faults: Faults, minutes: CandleSource) {
    this.#minutes = minutes
    this.#faults = faults
    this.#intervalMs = INTERVAL_MS[plan.interval]
    this.#scale = minutes.symbols.map(() => 1)
    this.#open = minutes.symbols.map(() => null)
    const { symbols, instruments } = minutes
    this.source = {
      interval: plan.interval,
      symbols,
      instruments,
      stepsTotal: null,
      next: () => null,
      state: () => null,
    }
  }

  /** The next minute as it is. A gap lies before its open. */
  nextMinute(): MarketStep {
    const step = this.#minutes.next()
    if (step === null) throw new Error('Invariant: the market has ended')
    const candles = step.candles.map((candle, index) => this.#scaled(candle, index))
    this.#fundingRates = step.fundingRates
    candles.forEach((candle, index) => this.#merge(candle, index))
    return { ...step, candles }
  }

  /** The price of a symbol jumps by this factor before the next minute. */
  jump(index: number, factor: number): void {
    const scale = (this.#scale[index] ?? 1) * factor
    this.#scale[index] = Math.min(20, Math.max(0.05, scale))
  }

  /** Steps the engine gets at `at`: usually the candle that closes now, sometimes none, sometimes one twice. */
  closing(at: number): MarketStep[] {
    if (at % this.#intervalMs !== 0) return []
    const candles = this.#open
    this.#open = candles.map(() => null)
    const whole = { openAt: at - this.#intervalMs, candles, fundingRates: this.#fundingRates }
    if (candles.some(candle => candle === null)) return []
    return this.#garbled(whole, at)
  }

  #garbled(whole: MarketStep, at: number): MarketStep[] {
    if (this.#strikes('market_silent', 3 * this.#intervalMs)) this.#silentUntil = at + 3 * this.#intervalMs
    if (at < this.#silentUntil && !this.#faults.isOver) return []
    const step = { ...whole, candles: [...whole.candles], fundingRates: [...whole.fundingRates] }
    const index = this.#faults.dice('feed').between(0, step.candles.length - 1)
    if (this.#strikes('candle_missing', this.#intervalMs)) step.candles[index] = null
    if (this.#strikes('price_outlier', this.#intervalMs))
      step.candles[index] = this.#outlier(step.candles[index])
    if (this.#strikes('funding_spike', this.#intervalMs)) step.fundingRates[index] = 0.03
    if (this.#strikes('funding_flipped', this.#intervalMs)) step.fundingRates[index] = -0.01
    if (this.#strikes('funding_missing', this.#intervalMs)) step.fundingRates[index] = null
    this.history.push(step)
    if (this.history.length > HISTORY_MAX) this.history.shift()
    return this.#strikes('candle_twice', 0) ? [step, step] : [step]
  }

  #outlier(candle: Candle | null | undefined): Candle | null {
    if (candle == null) return null
    const factor = this.#faults.dice('feed').pick([10, 0.1])
    const close = candle.close * factor
    return { ...candle, close, high: Math.max(candle.high, close), low: Math.min(candle.low, close) }
  }

  /** Once per closed candle; `ms` is how long decisions may be based on it. */
  #strikes(kind: FaultKind, ms: number): boolean {
    const rate = this.#faults.rate(kind, MARKET) * (this.#intervalMs / DAY_MS)
    if (rate === 0 || this.#faults.isOver || !this.#faults.dice(`feed/${kind}`).chance(rate)) return false
    this.#faults.note(kind, MARKET, ms)
    return true
  }

  #merge(candle: Candle | null, index: number): void {
    const open = this.#open[index] ?? null
    if (candle === null) return
    this.#open[index] =
      open === null
        ? { ...candle }
        : {
            ...open,
            high: Math.max(open.high, candle.high),
            low: Math.min(open.low, candle.low),
            close: candle.close,
            volume: open.volume + candle.volume,
          }
  }

  #scaled(candle: Candle | null, index: number): Candle | null {
    const scale = this.#scale[index] ?? 1
    if (candle === null || scale === 1) return candle
    const tick = Number(this.#minutes.instruments[index]?.tickSize ?? 1)
    const places = dec(tick).decimalPlaces()
    const to = (price: number) =>
      Number((Math.max(1, Math.round((price * scale) / tick)) * tick).toFixed(places))
    const { open, high, low, close } = candle
    return { ...candle, open: to(open), high: to(high), low: to(low), close: to(close) }
  }
}
