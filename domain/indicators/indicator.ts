/** An indicator folded candle by candle, and the names of what it yields. */
import type { Candle } from '../candle.ts'
import type { IndicatorName } from './spec.ts'

export interface Indicator {
  /** Names of its lines; the last one is the last to warm up. */
  readonly lines: readonly string[]
  /** Folds one closed candle. Candles come in order, each once. The candle may be kept and must not change later. */
  update(candle: Candle): void
  /** Latest value of the line at this index of `lines`; `NaN` while it warms up. */
  read(line: number): number
}

/** Indicators that start anew from time to time, and then have no value for a while; the others keep theirs for good. */
export const STARTS_ANEW: ReadonlySet<IndicatorName> = new Set<IndicatorName>(['vwap'])

const VALUE = ['value'] as const

/** Lines of each indicator, in the order `Indicator.read` counts them. */
export const INDICATOR_LINES: Readonly<Record<IndicatorName, readonly string[]>> = {
  sma: VALUE,
  ema: VALUE,
  rsi: VALUE,
  macd: ['macd', 'signal', 'histogram'],
  atr: VALUE,
  bollinger: ['upper', 'middle', 'lower'],
  stochastic: ['k', 'd'],
  kdj: ['k', 'd', 'j'],
  obv: VALUE,
  vwap: VALUE,
  adx: VALUE,
  volume_average: VALUE,
}
