/** One score from many: the weighted sum of signal scores. */
import { dec } from '../units.ts'

export type SignalScore = { name: string; score: number; weight: number }

/** Σ score × weight as an exact decimal: 0.5 × 0.4 + −1 × 0.6 is −0.4, not −0.39999999999999997. */
export const exactScore = (scores: readonly SignalScore[]): string =>
  scores.reduce((sum, { score, weight }) => sum.plus(dec(score).times(weight)), dec(0)).toFixed()

const SCALE = 1e12

/**
 * The same sum as a number, for decisions, from scores and weights added up in binary: rounded to 12 places, which
 * takes away the binary error (some 1e-16 per term), so that a sum standing exactly on a threshold meets it.
 */
export const scoreNumber = (binarySum: number): number =>
  // Adding 0 turns −0 into 0.
  Math.round(binarySum * SCALE) / SCALE + 0
