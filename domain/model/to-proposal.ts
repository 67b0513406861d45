/** One decision of the right shape, judged by its sense and turned into a proposal. */
import { hold, type Level, type Proposal } from '../strategy.ts'
import { money, price, ZERO_MONEY } from '../units.ts'
import { type Decision, pathText } from './decision-shape.ts'
import { conditionOf, writtenProblem } from './exit-conditions.ts'
import { exitPlanWarnings } from './exit-plan-text.ts'
import { isReversal, type Legal } from './legal.ts'
import { priceProblem } from './price-sense.ts'
import { plainWords } from './words.ts'

export const RATIONALE_CHARACTERS_MAX = 2_000
export const EXIT_PLAN_CHARACTERS_MAX = 1_000

export type SenseCode =
  | 'action_not_legal'
  | 'allocation_missing'
  | 'allocation_not_zero'
  | 'price_on_wrong_side'
  | 'condition_unreadable'

export type Judged =
  | { ok: true; proposal: Proposal; notes: string[] }
  | { ok: false; code: SenseCode; problem: string }

type Place = { legal: Legal; mark: number | null; path: readonly PropertyKey[] }

/**
 * `buy` and `sell` need an amount, every other action none. Where they turn an open position they open nothing, so 0 is
 * good there too; it stays 0, and should the position be gone by then, nothing is opened either. Prices become levels.
 * A size far above the limits, and a leverage likewise, is no fault: the rules cut it.
 */
export const toProposal = (decision: Decision, place: Place): Judged => {
  const { action } = decision
  const refuse = (code: SenseCode, field: string, problem: string): Judged => ({
    ok: false,
    code,
    problem: `${pathText([...place.path, field])}: ${problem}`,
  })
  if (!place.legal.actions.includes(action)) {
    const legal = place.legal.actions.join(', ')
    return refuse(
      'action_not_legal',
      'action',
      `${action} is not possible for ${decision.asset} now, only ${legal}`,
    )
  }
  for (const [index, written] of decision.exit_conditions.entries()) {
    const fault = writtenProblem(written)
    if (fault !== null) {
      return refuse('condition_unreadable', `exit_conditions[${index}].${fault.field}`, fault.problem)
    }
  }
  if (action !== 'buy' && action !== 'sell') {
    if (decision.allocation_usd !== 0) {
      return refuse('allocation_not_zero', 'allocation_usd', `has to be 0 for ${action}`)
    }
    return { ok: true, proposal: restful(decision), notes: ignored(decision, place.path) }
  }
  if (decision.allocation_usd === 0 && !isReversal(place.legal, action)) {
    return refuse('allocation_missing', 'allocation_usd', `has to be above 0 for ${action}`)
  }
  const fault = priceProblem(action, decision, place.mark)
  if (fault !== null) return refuse('price_on_wrong_side', fault.field, fault.problem)
  return { ok: true, proposal: entry(decision, action), notes: ignored(decision, place.path) }
}

const restful = (decision: Decision): Proposal => ({
  ...hold(decision.asset, plainWords(decision.rationale, RATIONALE_CHARACTERS_MAX)),
  action: decision.action,
  allocation: ZERO_MONEY,
  closeFraction: decision.action === 'close' ? decision.close_fraction : null,
  confidence: decision.confidence,
  predictedRoiPct: decision.predicted_roi_pct,
  exitPlan: plainWords(decision.exit_plan, EXIT_PLAN_CHARACTERS_MAX),
})

const entry = (decision: Decision, action: 'buy' | 'sell'): Proposal => {
  const exitPlan = plainWords(decision.exit_plan, EXIT_PLAN_CHARACTERS_MAX)
  const warnings = exitPlanWarnings(exitPlan, action === 'buy' ? 'long' : 'short')
  return {
    ...hold(decision.asset, plainWords(decision.rationale, RATIONALE_CHARACTERS_MAX)),
    action,
    allocation: money(decision.allocation_usd),
    leverage: decision.leverage,
    stop: level(decision.sl_price),
    target: level(decision.tp_price),
    confidence: decision.confidence,
    predictedRoiPct: decision.predicted_roi_pct,
    exitPlan,
    ...(decision.exit_conditions.length > 0 ? { conditions: decision.exit_conditions.map(conditionOf) } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  }
}

const level = (at: number | null): Level | null => (at === null ? null : { price: price(at) })

/** Fields that say nothing with this action. */
const ignored = ({ action, ...decision }: Decision, path: readonly PropertyKey[]): string[] => {
  const notes: string[] = []
  const note = (field: string) =>
    notes.push(`${pathText([...path, field])}: ignored, it says nothing with ${action}`)
  if (action !== 'close' && decision.close_fraction !== null) note('close_fraction')
  if ((action === 'close' || action === 'hold') && decision.leverage !== null) note('leverage')
  if ((action === 'close' || action === 'hold') && decision.exit_conditions.length > 0)
    note('exit_conditions')
  return notes
}
