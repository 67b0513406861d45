/** Names an indicator with its parameters. Plain JSON: equal specs are one computation, whoever asks. */
import type { Interval } from '../interval.ts'

export type IndicatorName =
  | 'sma'
  | 'ema'
  | 'rsi'
  | 'macd'
  | 'atr'
  | 'bollinger'
  | 'stochastic'
  | 'kdj'
  | 'obv'
  | 'vwap'
  | 'adx'
  | 'volume_average'

export type IndicatorSpec = {
  readonly name: IndicatorName
  /** E.g. `[12, 26, 9]` for MACD. */
  readonly parameters: readonly number[]
  /** How an EMA starts: with its first input, or with the mean of its first `length` inputs. */
  readonly seed?: 'first' | 'sma'
  /** Timeframe it is folded on; `null` means the decision interval of whoever asks. */
  readonly timeframe: Interval | null
}

export const indicatorKey = (spec: IndicatorSpec): string =>
  `${spec.name}(${spec.parameters.join(',')}${spec.seed === 'sma' ? ',sma' : ''})`

const make =
  (name: IndicatorName) =>
  (parameters: number[], timeframe: Interval | null = null): IndicatorSpec => ({
    name,
    parameters,
    timeframe,
  })

export const sma = (length: number, timeframe: Interval | null = null) => make('sma')([length], timeframe)
export const ema = (
  length: number,
  options: { seed?: 'first' | 'sma'; timeframe?: Interval | null } = {},
): IndicatorSpec => ({
  name: 'ema',
  parameters: [length],
  seed: options.seed ?? 'first',
  timeframe: options.timeframe ?? null,
})
export const rsi = (length = 14, timeframe: Interval | null = null) => make('rsi')([length], timeframe)
/** Lines `macd`, `signal`, `histogram`. */
export const macd = (fast = 12, slow = 26, signal = 9, timeframe: Interval | null = null) =>
  make('macd')([fast, slow, signal], timeframe)
export const atr = (length = 14, timeframe: Interval | null = null) => make('atr')([length], timeframe)
/** Lines `upper`, `middle`, `lower`. */
export const bollinger = (length = 20, deviations = 2, timeframe: Interval | null = null) =>
  make('bollinger')([length, deviations], timeframe)
/** Lines `k`, `d`. */
export const stochastic = (length = 14, smoothK = 3, smoothD = 3, timeframe: Interval | null = null) =>
  make('stochastic')([length, smoothK, smoothD], timeframe)
/** Lines `k`, `d`, `j`. */
export const kdj = (length = 9, smoothK = 3, smoothD = 3, timeframe: Interval | null = null) =>
  make('kdj')([length, smoothK, smoothD], timeframe)
export const obv = (timeframe: Interval | null = null) => make('obv')([], timeframe)
/** Volume-weighted average price since 00:00 UTC. */
export const vwap = (timeframe: Interval | null = null) => make('vwap')([], timeframe)
export const adx = (length = 14, timeframe: Interval | null = null) => make('adx')([length], timeframe)
export const volumeAverage = (length = 20, timeframe: Interval | null = null) =>
  make('volume_average')([length], timeframe)
