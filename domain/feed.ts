/** Market data as the engine consumes it: one step per candle length, all symbols at once, oldest first. */
import type { Candle } from './candle.ts'
import type { Instrument } from './instrument.ts'
import type { Interval } from './interval.ts'

export type MarketStep = {
  /** Open of every candle in the step. */
  openAt: number
  /** Aligned with `CandleSource.symbols`; `null` where a symbol has no candle (not listed yet, or a gap). */
  candles: readonly (Candle | null)[]
  /** Funding rate per 8 hours in force, aligned likewise; `null` when unknown. */
  fundingRates: readonly (number | null)[]
}

export interface CandleSource {
  readonly interval: Interval
  readonly symbols: readonly string[]
  readonly instruments: readonly Instrument[]
  /** Number of steps when known, for progress. */
  readonly stepsTotal: number | null
  /** Next step in time; `null` at the end. Never returns a step twice or out of order. */
  next(): MarketStep | null
  /** Plain JSON from which the same kind of source continues exactly here; `null` if it need not. */
  state(): unknown
}
