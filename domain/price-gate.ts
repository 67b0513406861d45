/**
 * The gate every candle of a symbol passes before anything is made of it: what is no candle is refused, and what is too
 * far from the market to be believed is held back until another candle says the same.
 *
 * A price is an outlier when it is both more than `times` above or below the last accepted close, and further from it
 * than `ranges` usual candle ranges (high − low, averaged over about 20 accepted candles; until one is known, the first
 * condition alone). The second condition keeps wild markets open, the first keeps the gate out of everything that
 * trades. The next candle confirms it when its close is nearer, as a ratio, to the price that was held back than to the
 * last accepted close: it is accepted, and the market goes on from there. The one that was held back stays out: to those
 * who decide it is a candle that is missing.
 */
import type { Candle } from './candle.ts'

export const CANDLE_REFUSALS = ['candle_invalid', 'price_outlier'] as const
export type CandleRefusalReason = (typeof CANDLE_REFUSALS)[number]

export type CandleRefusal = {
  reason: CandleRefusalReason
  /** The price that was not believed; `null` where the candle has none. */
  price: number | null
  /** Last accepted close; `null` before the first. */
  reference: number | null
}

export type OutlierLimits = {
  /** Above 1: 3 is three times the last close, or a third of it. */
  times: number
  /** In usual ranges of a candle. */
  ranges: number
}

/** Candles the usual range is an average of. */
const RANGE_CANDLES = 20

/** Finite, positive, low ≤ open, close ≤ high. Whatever is no number is none of these, whatever its type. */
const isCandle = ({ open, high, low, close, volume }: Candle): boolean =>
  Number.isFinite(high) &&
  Number.isFinite(low) &&
  Number.isFinite(open) &&
  Number.isFinite(close) &&
  Number.isFinite(volume) &&
  low > 0 &&
  low <= open &&
  low <= close &&
  high >= open &&
  high >= close &&
  volume >= 0

/** How many times one price is the other, at least 1. */
const ratio = (a: number, b: number): number => (a > b ? a / b : b / a)

const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

export class PriceGate {
  /** `null`: nothing is an outlier. */
  readonly #limits: OutlierLimits | null
  #close: number | null = null
  #range: number | null = null
  #accepted = 0
  #held: number | null = null

  constructor(limits: OutlierLimits | null) {
    this.#limits = limits
  }

  /** Why the candle is not to be used; `null`: it is accepted, and is what the next one is compared with. */
  refusal(candle: Candle): CandleRefusal | null {
    if (!isCandle(candle)) {
      return { reason: 'candle_invalid', price: numberOrNull(candle.close), reference: this.#close }
    }
    const far = this.#outlier(candle)
    if (far === null) {
      this.#accept(candle)
      return null
    }
    const reference = this.#close
    if (this.#isConfirmed(candle.close)) {
      this.#accepted = 0
      this.#range = null
      this.#accept(candle)
      return null
    }
    this.#held = far
    return { reason: 'price_outlier', price: far, reference }
  }

  /** The price of the candle that is too far away, its close before its extremes; `null` when none is. */
  #outlier({ high, low, close }: Candle): number | null {
    if (!this.#isFar(high) && !this.#isFar(low)) return null
    if (this.#isFar(close)) return close
    return this.#isFar(high) ? high : low
  }

  #isFar(price: number): boolean {
    const close = this.#close
    if (close === null || this.#limits === null) return false
    const { times, ranges } = this.#limits
    if (price <= close * times && price * times >= close) return false
    return this.#range === null || Math.abs(price - close) > ranges * this.#range
  }

  #isConfirmed(close: number): boolean {
    if (this.#held === null || this.#close === null) return false
    return ratio(close, this.#held) < ratio(close, this.#close)
  }

  #accept({ high, low, close }: Candle): void {
    this.#held = null
    this.#close = close
    this.#accepted = Math.min(RANGE_CANDLES, this.#accepted + 1)
    const range = high - low
    this.#range = this.#range === null ? range : this.#range + (range - this.#range) / this.#accepted
  }
}
