/** Tempers of the scripted model: a lean from -1 (sell) to 1 (buy) by the numbers of an asset, and how sure it must be. */
import type { Figures } from './reading.ts'

export type Temper = {
  lean: (figures: Figures) => number
  /** |lean| from which it acts. */
  acts: number
  /** Share of equity it asks for. */
  share: number
  /** Distance of its stop from the price; its target is twice as far. */
  stop: number
}

const clamp = (value: number): number => Math.max(-1, Math.min(1, value))

/** Distance from the EMA of 20 candles, where 0.5 % is all of it; 0 without the numbers. */
const fromEma = ({ price, ema20 }: Figures): number =>
  price === null || ema20 === null || ema20 <= 0 ? 0 : clamp((price - ema20) / ema20 / 0.005)
/** RSI 70 is 1, RSI 30 is -1; 0 without it. */
const fromRsi = ({ rsi14 }: Figures): number => (rsi14 === null ? 0 : clamp((rsi14 - 50) / 20))

const trend = (figures: Figures): number => 0.6 * fromEma(figures) + 0.4 * fromRsi(figures)

export const TEMPERS = {
  /** Goes with the move. */
  trend: { lean: trend, acts: 0.3, share: 0.1, stop: 0.015 },
  /** Goes against a move that has gone far. */
  contrarian: { lean: figures => -fromRsi(figures), acts: 0.6, share: 0.08, stop: 0.02 },
  /** Goes with the move where everything agrees, with little. */
  cautious: {
    lean: figures => (fromEma(figures) * fromRsi(figures) > 0 ? trend(figures) : 0),
    acts: 0.6,
    share: 0.04,
    stop: 0.01,
  },
  /** As `trend`, and now and then its answer is fenced, wordy, cut, of the wrong type or against the rules. */
  erratic: { lean: trend, acts: 0.1, share: 0.5, stop: 0.02 },
} as const satisfies Record<string, Temper>

export type TemperName = keyof typeof TEMPERS
export const TEMPER_NAMES = Object.keys(TEMPERS) as TemperName[]
