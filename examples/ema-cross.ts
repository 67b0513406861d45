/**
 * EMA crossover with an RSI filter, as a strategy of one's own.
 *
 * Flat at a candle's close: long when EMA 9 crosses above EMA 21 and RSI 14 is below 70, short when it crosses below
 * and RSI is above 30. Stop 2 %, target 4 %, 1,000 in quote currency each time.
 */
import { defineStrategy, ema, rsi } from '../strategy.ts'

const TRADE = { allocation: 1000, stop: { ratio: 0.02 }, target: { ratio: 0.04 } }

export default defineStrategy({
  name: 'ema-cross',
  indicators: {
    fast: ema(9, { seed: 'sma' }),
    slow: ema(21, { seed: 'sma' }),
    strength: rsi(14),
  },
  decide: ({ ind: { fast, slow, strength }, position, long, short, hold }) => {
    if (position !== null) return hold('in a position')
    const crossedAbove = fast.value > slow.value && fast.previous <= slow.previous
    const crossedBelow = fast.value < slow.value && fast.previous >= slow.previous
    if (crossedAbove && strength.value < 70) return long({ ...TRADE, reason: 'EMA 9 crossed above EMA 21' })
    if (crossedBelow && strength.value > 30) return short({ ...TRADE, reason: 'EMA 9 crossed below EMA 21' })
    return hold('no crossing')
  },
})
