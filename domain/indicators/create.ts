/** Makes the indicator a spec names. */

import { DirectionalIndex } from './adx.ts'
import { AverageRange } from './atr.ts'
import { Bands } from './bollinger.ts'
import type { Indicator } from './indicator.ts'
import { ConvergenceDivergence } from './macd.ts'
import { ExponentialAverage, SimpleAverage, VolumeAverage } from './moving-average.ts'
import { RelativeStrength } from './rsi.ts'
import { type IndicatorName, type IndicatorSpec, indicatorKey } from './spec.ts'
import { Kdj, Stochastic } from './stochastic.ts'
import { DailyAveragePrice, OnBalanceVolume } from './volume.ts'

type Maker = (parameters: readonly number[], spec: IndicatorSpec) => Indicator

/** What each position of `parameters` is called in an error. */
const PARAMETERS: Readonly<Record<IndicatorName, readonly string[]>> = {
  sma: ['length'],
  ema: ['length'],
  rsi: ['length'],
  macd: ['fast', 'slow', 'signal'],
  atr: ['length'],
  bollinger: ['length', 'deviations'],
  stochastic: ['length', 'smoothK', 'smoothD'],
  kdj: ['length', 'smoothK', 'smoothD'],
  obv: [],
  vwap: [],
  adx: ['length'],
  volume_average: ['length'],
}

const MAKERS: Readonly<Record<IndicatorName, Maker>> = {
  sma: ([length = 0]) => new SimpleAverage(length),
  ema: ([length = 0], spec) => new ExponentialAverage(length, spec.seed ?? 'first'),
  rsi: ([length = 0]) => new RelativeStrength(length),
  macd: ([fast = 0, slow = 0, signal = 0]) => new ConvergenceDivergence(fast, slow, signal),
  atr: ([length = 0]) => new AverageRange(length),
  bollinger: ([length = 0, deviations = 0]) => new Bands(length, deviations),
  stochastic: ([length = 0, smoothK = 0, smoothD = 0]) => new Stochastic(length, smoothK, smoothD),
  kdj: ([length = 0, smoothK = 0, smoothD = 0]) => new Kdj(length, smoothK, smoothD),
  obv: () => new OnBalanceVolume(),
  vwap: () => new DailyAveragePrice(),
  adx: ([length = 0]) => new DirectionalIndex(length),
  volume_average: ([length = 0]) => new VolumeAverage(length),
}

const LENGTH_MAX = 500

/** What is wrong with a spec, in words; `null` when it can be computed. */
export const specProblem = (spec: IndicatorSpec): string | null => {
  const names = Object.hasOwn(PARAMETERS, spec.name) ? PARAMETERS[spec.name] : null
  if (names === null) {
    return `Indicator ${spec.name} is unknown; known are ${Object.keys(PARAMETERS).join(', ')}`
  }
  const key = indicatorKey(spec)
  if (spec.parameters.length !== names.length) {
    return `Indicator ${key} takes ${names.length} parameters (${names.join(', ')}), got ${spec.parameters.length}`
  }
  for (const [index, name] of names.entries()) {
    const value = spec.parameters[index] as number
    if (name === 'deviations') {
      if (!(value > 0 && Number.isFinite(value)))
        return `Indicator ${key}: deviations must be above 0, got ${value}`
      continue
    }
    // An RSI of one candle has no change to look at.
    const least = spec.name === 'rsi' ? 2 : 1
    if (!Number.isInteger(value) || value < least || value > LENGTH_MAX) {
      return `Indicator ${key}: ${name} must be a whole number from ${least} to ${LENGTH_MAX}, got ${value}`
    }
  }
  if (spec.name === 'macd' && (spec.parameters[0] as number) >= (spec.parameters[1] as number)) {
    return `Indicator ${key}: fast must be below slow, got ${spec.parameters[0]} and ${spec.parameters[1]}`
  }
  return null
}

/** A fresh indicator that has seen nothing. Throws an `Error` that says what to change when the spec is unusable. */
export const createIndicator = (spec: IndicatorSpec): Indicator => {
  const problem = specProblem(spec)
  if (problem !== null) throw new Error(problem)
  return MAKERS[spec.name](spec.parameters, spec)
}
