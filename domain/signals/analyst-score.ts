/**
 * The technical analyst: eleven indicators turned into one score from −100 to +100.
 *
 * Seven parts vote from −1 to 1 and are weighted to 100 together. Distances are measured in ATR, so that one scale
 * fits every market, and a market too wild (ATR above 5 % of price) scores less.
 */
import { atr, bollinger, ema, macd, obv, rsi, stochastic, volumeAverage, vwap } from '../indicators/spec.ts'
import type { MarketView } from '../strategy.ts'
import { confidenceOf } from './action.ts'
import { scoreNumber } from './aggregate.ts'
import { inUnitsOf } from './signal.ts'

const OBV_CANDLES = 10

const EMA_9 = ema(9)
const EMA_21 = ema(21)
const EMA_50 = ema(50)
const EMA_200 = ema(200)
const MACD = macd()
const RSI = rsi()
const STOCHASTIC = stochastic()
const BOLLINGER = bollinger()
const ATR = atr()
const OBV = obv()
const VWAP = vwap()
const VOLUME = volumeAverage(OBV_CANDLES)

/** Everything the analyst reads, on the decision interval. */
export const ANALYST_INDICATORS = [
  EMA_9,
  EMA_21,
  EMA_50,
  EMA_200,
  MACD,
  RSI,
  STOCHASTIC,
  BOLLINGER,
  ATR,
  OBV,
  VWAP,
  VOLUME,
] as const

/** Largest share each part has in the score; 100 together. */
export const ANALYST_WEIGHTS = {
  ema: 30,
  macd: 15,
  rsi: 15,
  stochastic: 10,
  bollinger: 10,
  obv: 10,
  vwap: 10,
} as const
export type AnalystPart = keyof typeof ANALYST_WEIGHTS

/** ATR ÷ price above which the score is scaled down. */
const CALM_RANGE_RATIO = 0.05

/** Votes from −1 to 1 by part, and the numbers the reasoning names. */
export type AnalystReading = {
  votes: Record<AnalystPart, number>
  /** 1 in a calm market, less in a wild one. */
  calm: number
  rsi: number
  stochasticK: number
  rangeRatio: number
}

const cut = (value: number): number => (value > 1 ? 1 : value < -1 ? -1 : value)

/**
 * Momentum of an oscillator from 0 to 100: rises from 0 at 50 to ±1 at the edge of its extreme zone, then fades to 0
 * at the very end, where a move has used itself up.
 */
const momentum = (value: number, edge: number): number => {
  const distance = Math.abs(value - 50)
  const strength = distance <= edge - 50 ? distance / (edge - 50) : (100 - 50 - distance) / (100 - edge)
  return value < 50 ? -strength : strength
}

/** What the indicators say about the newest candle, which closed at `close`; `null` while one of them is warming up. */
export const readAnalyst = (market: MarketView, close: number): AnalystReading | null => {
  const e9 = market.value(EMA_9)
  const e21 = market.value(EMA_21)
  const e50 = market.value(EMA_50)
  const e200 = market.value(EMA_200)
  if (e9 === null || e21 === null || e50 === null || e200 === null) return null
  const line = market.value(MACD, 'macd')
  const histogram = market.value(MACD, 'histogram')
  const strength = market.value(RSI)
  const k = market.value(STOCHASTIC, 'k')
  const d = market.value(STOCHASTIC, 'd')
  if (line === null || histogram === null || strength === null || k === null || d === null) return null
  const upper = market.value(BOLLINGER, 'upper')
  const middle = market.value(BOLLINGER, 'middle')
  const range = market.value(ATR)
  const dayPrice = market.value(VWAP)
  if (upper === null || middle === null || range === null || dayPrice === null) return null
  const balance = market.value(OBV)
  const balanceBefore = market.value(OBV, 'value', OBV_CANDLES)
  const volume = market.value(VOLUME)
  if (balance === null || balanceBefore === null || volume === null) return null
  const unit = (value: number) => inUnitsOf(value, range)
  return {
    votes: {
      // Half an ATR between neighbours is a full vote for 9 over 21; slower pairs drift further apart.
      ema: (cut(2 * unit(e9 - e21)) + cut(unit(e21 - e50)) + cut(unit(e50 - e200) / 2)) / 3,
      macd: (cut(unit(line)) + cut(4 * unit(histogram))) / 2,
      rsi: momentum(strength, 70),
      stochastic: (momentum(k, 80) + cut((k - d) / 20)) / 2,
      bollinger: cut(inUnitsOf(close - middle, upper - middle)),
      obv: cut(inUnitsOf(balance - balanceBefore, volume * OBV_CANDLES)),
      vwap: cut(unit(close - dayPrice) / 2),
    },
    calm: range > CALM_RANGE_RATIO * close ? (CALM_RANGE_RATIO * close) / range : 1,
    rsi: strength,
    stochasticK: k,
    rangeRatio: inUnitsOf(range, close),
  }
}

const PARTS = Object.keys(ANALYST_WEIGHTS) as AnalystPart[]

/** −100 to 100. */
export const analystScore = (reading: AnalystReading): number => {
  let sum = 0
  for (const part of PARTS) sum += reading.votes[part] * ANALYST_WEIGHTS[part]
  return scoreNumber(sum * reading.calm)
}

/** Confidence in percent of a score from −100 to 100: 50 + |score| ÷ 2. */
export const analystConfidence = (score: number): number => confidenceOf(score / 100)
