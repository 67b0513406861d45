/** Enters at every candle it is flat at, in turn long and short, and closes after a few: as many orders as can be had. */
import { defineStrategy, sma } from '../../strategy.ts'

const STOP_RATIO = Number(process.env['KILL_TEST_STOP_RATIO'] ?? 0.02)
const TRADE = {
  allocation: 1_000,
  stop: { ratio: STOP_RATIO },
  target: { ratio: 2 * STOP_RATIO },
  confidence: 100,
}
const CANDLE_MS = 60_000
const HELD_CANDLES = Number(process.env['KILL_TEST_HELD_CANDLES'] ?? 1)

export default defineStrategy({
  name: 'busy',
  indicators: { last: sma(2) },
  decide: ({ at, position, long, short, close, hold }) => {
    if (position !== null) {
      return at - position.openedAt < HELD_CANDLES * CANDLE_MS * 0.5
        ? hold('young')
        : close({ reason: 'old' })
    }
    return (at / CANDLE_MS) % 4 < 2 ? long(TRADE) : short(TRADE)
  },
})
