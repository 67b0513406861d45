/** MACD as a signal: the histogram gives the side and the strength, the zero line says whether the trend agrees. */
import { atr, macd } from '../indicators/spec.ts'
import { defineSignal, inUnitsOf, squash } from './signal.ts'

/** A histogram of a quarter ATR scores ½: it is a difference of differences, much smaller than price moves. */
const HISTOGRAM_PER_RANGE = 4
/** Share left of the score while MACD is still on the other side of zero. */
const AGAINST_TREND = 0.5

/**
 * For one size of histogram the order is: up above zero (s) > up below zero (s/2) > down above zero (−s/2) > down
 * below zero (−s). A turn against the trend counts half until MACD has crossed zero as well.
 */
export const macdScore = (histogram: number, line: number, range: number): number => {
  const strength = squash(inUnitsOf(histogram, range) * HISTOGRAM_PER_RANGE)
  const agrees = histogram > 0 ? line > 0 : line < 0
  return agrees ? strength : strength * AGAINST_TREND
}

export const macdSignal = defineSignal({
  name: 'macd',
  parameters: { fast: 12, slow: 26, signal: 9 },
  indicators: ({ fast, slow, signal }) => ({ macd: macd(fast, slow, signal), range: atr(14) }),
  problem: ({ fast, slow }) =>
    fast < slow ? null : `Signal macd: fast must be below slow, got ${fast} and ${slow}`,
  score: (market, { macd, range }) => {
    const histogram = market.value(macd, 'histogram')
    const line = market.value(macd, 'macd')
    const rangeValue = market.value(range)
    if (histogram === null || line === null || rangeValue === null) return null
    return macdScore(histogram, line, rangeValue)
  },
})
