/** What the strategies by score share: an entry or a turn, with stop and target left to the rules. */
import { openingSide, type Side } from '../order.ts'
import { nothing, type Proposal, type StrategyView } from '../strategy.ts'

/** Side that opened the position of this view; `null` while flat. */
export const holdingSide = (view: StrategyView): Side | null =>
  view.position === null ? null : openingSide(view.position.direction)

/**
 * The score stands `closeScore` or more against the open position: a long closes at −0.3 by 0.3, a short at 0.3. Exactly
 * at the limit closes; `null` never does.
 */
export const turnedAgainst = (view: StrategyView, score: number, closeScore: number | null): boolean => {
  const side = holdingSide(view)
  if (side === null || closeScore === null) return false
  return side === 'buy' ? score <= -closeScore : score >= closeScore
}

/** Closes all of it: a close by rules is obeyed at once, however the evidence for a turn stands. */
export const proposeClose = (
  symbol: string,
  evidence: Pick<Proposal, 'score' | 'confidence' | 'rationale'>,
): Proposal => ({
  ...nothing(symbol),
  action: 'close',
  confidence: evidence.confidence,
  score: evidence.score,
  rationale: evidence.rationale,
})

const EXIT_PLAN = 'Stop and target by the risk rules; closes early when the score turns to the other side'

/** `buy` or `sell` with as much as the rules allow; the stop is derived by the rules, the target from the stop. */
export const proposeSide = (
  symbol: string,
  action: Side,
  evidence: Pick<Proposal, 'score' | 'confidence' | 'sizeFactor' | 'rationale'>,
): Proposal => ({
  ...nothing(symbol),
  action,
  sizeFactor: evidence.sizeFactor,
  confidence: evidence.confidence,
  score: evidence.score,
  exitPlan: EXIT_PLAN,
  rationale: evidence.rationale,
})
