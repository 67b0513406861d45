/** What comes from the feed passes here, before the market, the venue of a simulation or an account sees any of it. */
import type { Candle } from '../domain/candle.ts'
import type { MarketStep } from '../domain/feed.ts'
import { type CandleRefusal, type OutlierLimits, PriceGate } from '../domain/price-gate.ts'

export type RefusalListener = (symbol: string, openAt: number, refusal: CandleRefusal) => void

export class FeedGate {
  readonly #symbols: readonly string[]
  readonly #gates: readonly PriceGate[]
  readonly #onRefusal: RefusalListener
  /** The step that was let through last, as it came and as it went on. */
  #passed: { raw: MarketStep; step: MarketStep } | null = null

  constructor(symbols: readonly string[], limits: OutlierLimits | null, onRefusal: RefusalListener) {
    this.#symbols = symbols
    this.#gates = symbols.map(() => new PriceGate(limits))
    this.#onRefusal = onRefusal
  }

  /**
   * The step without the candles that are refused, which are then as good as missing. The moments of a step ask one after
   * the other; it is judged at the first.
   */
  pass(raw: MarketStep): MarketStep {
    if (this.#passed?.raw === raw) return this.#passed.step
    let candles: (Candle | null)[] | null = null
    for (let index = 0; index < raw.candles.length; index += 1) {
      const candle = raw.candles[index] as Candle | null
      if (candle === null) continue
      const refusal = (this.#gates[index] as PriceGate).refusal(candle)
      if (refusal === null) continue
      candles ??= [...raw.candles]
      candles[index] = null
      this.#onRefusal(this.#symbols[index] as string, raw.openAt, refusal)
    }
    const step = candles === null ? raw : { ...raw, candles }
    this.#passed = { raw, step }
    return step
  }
}
