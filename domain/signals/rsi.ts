/** RSI as a signal: oversold buys, overbought sells, softly neutral between. */
import { rsi } from '../indicators/spec.ts'
import { defineSignal } from './signal.ts'

/** Score at the thresholds themselves; from there to 0 or 100 it grows to 1. */
const THRESHOLD_SCORE = 0.5

/**
 * Falls from +1 at RSI 0 to −1 at RSI 100 without a break.
 *
 * Inside the zone it is ∓½·u², with u the distance from the middle in half zones: next to nothing near the middle
 * and ½ at a threshold. Outside it goes in a straight line from ½ to 1.
 */
export const rsiScore = (value: number, buyBelow: number, sellAbove: number): number => {
  if (value < buyBelow) return THRESHOLD_SCORE + ((1 - THRESHOLD_SCORE) * (buyBelow - value)) / buyBelow
  if (value > sellAbove) {
    return -THRESHOLD_SCORE - ((1 - THRESHOLD_SCORE) * (value - sellAbove)) / (100 - sellAbove)
  }
  const distance = (buyBelow + sellAbove - 2 * value) / (sellAbove - buyBelow)
  return THRESHOLD_SCORE * distance * Math.abs(distance)
}

export const rsiSignal = defineSignal({
  name: 'rsi',
  parameters: { length: 14, buyBelow: 30, sellAbove: 70 },
  indicators: ({ length }) => ({ strength: rsi(length) }),
  problem: ({ buyBelow, sellAbove }) =>
    buyBelow >= 0 && buyBelow < sellAbove && sellAbove <= 100
      ? null
      : `Signal rsi: 0 ≤ buyBelow < sellAbove ≤ 100 must hold, got ${buyBelow} and ${sellAbove}`,
  score: (market, { strength }, { buyBelow, sellAbove }) => {
    const value = market.value(strength)
    return value === null ? null : rsiScore(value, buyBelow, sellAbove)
  },
})
