/** From a score to an action. */
import type { Side } from '../order.ts'
import type { StrategySettings } from '../settings.ts'

/** Confidence in percent of a score from −1 to 1: 50 + 50 × |score|. */
export const confidenceOf = (score: number): number => {
  // Rounded so that binary error cannot hold back a score standing exactly on a limit.
  const confidence = 50 + 50 * Math.abs(score)
  return Math.round(confidence * 1e10) / 1e10
}

export type ActionLimits = Pick<StrategySettings, 'entryScore' | 'confidenceMin'>

/**
 * `buy` or `sell` when |score| reaches `entryScore` and its confidence reaches `confidenceMin`, else `hold`.
 * Exactly at a limit acts: 0.4 has a confidence of 70 and acts on limits of 0.4 and 70. A score of 0 never acts.
 */
export const actionOf = (score: number, limits: ActionLimits): Side | 'hold' => {
  if (score === 0 || Math.abs(score) < limits.entryScore || confidenceOf(score) < limits.confidenceMin)
    return 'hold'
  return score > 0 ? 'buy' : 'sell'
}
