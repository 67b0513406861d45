/** What the strategies by score share: an entry or a turn, with stop and target left to the rules. */
import { openingSide, type Side } from '../order.ts'
import type { Proposal, StrategyView } from '../strategy.ts'

/** Side that opened the position of this view; `null` while flat. */
export const holdingSide = (view: StrategyView): Side | null =>
  view.position === null ? null : openingSide(view.position.direction)

const EXIT_PLAN = 'Stop and target by the risk rules; closes early when the score turns to the other side'

/** `buy` or `sell` with as much as the rules allow; the stop is derived by the rules, the target from the stop. */
export const proposeSide = (
  symbol: string,
  action: Side,
  evidence: Pick<Proposal, 'score' | 'confidence' | 'sizeFactor' | 'rationale'>,
): Proposal => ({
  symbol,
  action,
  allocation: null,
  sizeFactor: evidence.sizeFactor,
  leverage: null,
  stop: null,
  target: null,
  closeFraction: null,
  confidence: evidence.confidence,
  score: evidence.score,
  exitPlan: EXIT_PLAN,
  rationale: evidence.rationale,
})
