/** Two moving averages as a signal: which one is above, and how far. */
import { atr, sma } from '../indicators/spec.ts'
import { defineSignal, inUnitsOf, squash } from './signal.ts'

/** The distance is squash((fast − slow) ÷ ATR 14): one ATR apart scores ½, the sign turns at the crossover. */
export const movingAverageSignal = defineSignal({
  name: 'movingAverage',
  parameters: { fast: 10, slow: 20 },
  indicators: ({ fast, slow }) => ({ fast: sma(fast), slow: sma(slow), range: atr(14) }),
  problem: ({ fast, slow }) =>
    fast < slow ? null : `Signal movingAverage: fast must be below slow, got ${fast} and ${slow}`,
  score: (market, { fast, slow, range }) => {
    const fastValue = market.value(fast)
    const slowValue = market.value(slow)
    const rangeValue = market.value(range)
    if (fastValue === null || slowValue === null || rangeValue === null) return null
    return squash(inUnitsOf(fastValue - slowValue, rangeValue))
  },
})
