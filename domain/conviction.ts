/**
 * How sure a strategy has to be to leave a position against its plan, before repetition is asked for.
 *
 * Rules say it by a score: a reversal needs the entry threshold plus a margin; an explicit close is obeyed. A model says
 * it by a confidence: a reversal needs 80, and so does a close while a plan is alive, which for rules is a decision and
 * for a model often is a mood. Version 2 has a confidence, so that leaving it out is not being sure. Version 1 has none;
 * there only the repetition counts. A proposal that carries a score comes from rules, also where a model is the account's
 * strategy (a hybrid, or a fallback), and is judged as theirs.
 */
import type { PositionSummary } from './position-state.ts'
import type { AccountSettings } from './settings.ts'
import type { Proposal } from './strategy.ts'

/** Percent, from which a model may turn or leave a position against its plan. */
export const MODEL_CONFIDENCE_MIN = 80

const MODEL_STRATEGIES: readonly string[] = ['llm', 'hybrid', 'replay']

export type Conviction = { isEnough: true } | { isEnough: false; limit: string; actual: string }

/** True when a model was asked for this proposal. */
export const isOfModel = ({ model, strategy }: AccountSettings, proposal: Proposal): boolean =>
  model !== null && MODEL_STRATEGIES.includes(strategy.name) && proposal.score === null

/** A stop, and a way out besides: a target, or conditions that are enforced. */
export const hasLivePlan = (position: PositionSummary): boolean =>
  position.stopPrice !== null && (position.targetPrice !== null || position.conditions.length > 0)

/** Of one decision to reverse, or of a model's to close against a live plan. */
export const convictionOf = (settings: AccountSettings, proposal: Proposal): Conviction => {
  if (isOfModel(settings, proposal)) {
    if (settings.model?.schemaVersion === 1) return { isEnough: true }
    const { confidence } = proposal
    if (confidence !== null && confidence >= MODEL_CONFIDENCE_MIN) return { isEnough: true }
    const actual = confidence === null ? 'no confidence' : `confidence ${confidence}`
    return { isEnough: false, limit: `confidence ${MODEL_CONFIDENCE_MIN}`, actual }
  }
  const { entryScore, reversalMargin } = settings.strategy
  const strength = entryScore + reversalMargin
  if (proposal.score === null || Math.abs(proposal.score) >= strength) return { isEnough: true }
  return { isEnough: false, limit: strength.toFixed(4), actual: Math.abs(proposal.score).toFixed(4) }
}
