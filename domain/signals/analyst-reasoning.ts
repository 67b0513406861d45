/** The analyst's score in words: which indicators drove it, and which spoke against. */
import { ANALYST_WEIGHTS, type AnalystPart, type AnalystReading, analystScore } from './analyst-score.ts'

const SAID: Record<AnalystPart, (reading: AnalystReading, rises: boolean) => string> = {
  ema: (_, rises) => `EMA 9/21/50/200 stacked ${rises ? 'upward' : 'downward'}`,
  macd: (_, rises) => `MACD ${rises ? 'bullish' : 'bearish'}`,
  rsi: ({ rsi }) => `RSI ${rsi.toFixed(1)}${rsi > 70 ? ' overbought' : rsi < 30 ? ' oversold' : ''}`,
  stochastic: ({ stochasticK }) => `Stochastic %K ${stochasticK.toFixed(1)}`,
  bollinger: (_, rises) => `close ${rises ? 'above' : 'below'} the Bollinger middle`,
  obv: (_, rises) => `OBV ${rises ? 'rising' : 'falling'}`,
  vwap: (_, rises) => `price ${rises ? 'above' : 'below'} VWAP`,
}

const DRIVERS_MAX = 4
/** Points below which a part is not worth a word. */
const POINTS_MIN = 0.5

const signed = (points: number): string => `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`

/** E.g. `Score +62.3: EMA 9/21/50/200 stacked upward (+30.0), OBV rising (+9.1); against: RSI 24.0 oversold (−3.1)`. */
export const analystReasoning = (reading: AnalystReading): string => {
  const score = analystScore(reading)
  const points = (Object.keys(ANALYST_WEIGHTS) as AnalystPart[])
    .map(part => ({ part, points: reading.votes[part] * ANALYST_WEIGHTS[part] * reading.calm }))
    .filter(each => Math.abs(each.points) >= POINTS_MIN)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
  const text = (each: { part: AnalystPart; points: number }) =>
    `${SAID[each.part](reading, each.points > 0)} (${signed(each.points)})`
  const agrees = (each: { points: number }) => each.points > 0 === score > 0
  const drivers = points.filter(agrees).slice(0, DRIVERS_MAX).map(text)
  const against = points
    .filter(each => !agrees(each))
    .slice(0, 2)
    .map(text)
  const sentences = [
    `Score ${signed(score)}: ${drivers.length === 0 ? 'no indicator leans either way' : drivers.join(', ')}`,
    ...(against.length === 0 ? [] : [`against: ${against.join(', ')}`]),
    ...(reading.calm < 1 ? [`scaled down, ATR is ${(reading.rangeRatio * 100).toFixed(1)} % of price`] : []),
  ]
  return sentences.join('; ')
}
