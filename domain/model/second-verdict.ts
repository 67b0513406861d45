/**
 * What the account's rules say of another answer to a recorded question: judged by the risk staircase with the state of
 * that moment where it is known again, by the recorded decision where that says the same, and by nothing else.
 */
import { type Deliberation, deliberate } from '../deliberate.ts'
import type { DecisionOutcome, DecisionRecord } from '../fact.ts'
import type { EntryPlan } from '../risk/verdict.ts'
import type { Proposal } from '../strategy.ts'
import { canonicalJson } from './canonical.ts'

export type SecondVerdict = {
  /** `not_rebuilt`: the state of that moment is not known, so nobody can say. */
  outcome: DecisionOutcome | 'not_rebuilt'
  code: string | null
  limit: string | null
  actual: string | null
  /** Of an approved entry; `null` otherwise, and where only the record speaks. */
  plan: EntryPlan | null
}

/** What is enforced of a proposal; words are not. */
const wishOf = (proposal: Proposal): string => {
  const { exitPlan: _plan, rationale: _why, warnings: _warnings, predictedRoiPct: _roi, ...wish } = proposal
  return canonicalJson({ ...wish, conditions: wish.conditions ?? [] })
}

export const isSameWish = (one: Proposal, other: Proposal): boolean => wishOf(one) === wishOf(other)

const plain = (outcome: SecondVerdict['outcome'], code: string | null = null): SecondVerdict => ({
  outcome,
  code,
  limit: null,
  actual: null,
  plan: null,
})

/** One verdict for each proposal, in their order. `facts` is the state of that moment; `null`: it is not known. */
export const judgeAgain = (
  facts: Deliberation | null,
  recorded: ReadonlyMap<string, DecisionRecord>,
  proposals: readonly Proposal[],
): SecondVerdict[] => {
  if (facts === null) return proposals.map(each => byRecord(recorded.get(each.symbol), each))
  const { decisions, commands } = deliberate(facts, proposals)
  return decisions.map(({ symbol, outcome, code, limit, actual }) => {
    const entry = commands.find(each => each.symbol === symbol)?.command
    return { outcome, code, limit, actual, plan: entry?.type === 'entry.approved' ? entry.plan : null }
  })
}

const byRecord = (record: DecisionRecord | undefined, proposal: Proposal): SecondVerdict => {
  if (proposal.action === 'hold') return plain('held')
  if (record === undefined) return plain('not_rebuilt', 'no_recorded_decision')
  if (!isSameWish(record.proposal, proposal)) return plain('not_rebuilt', 'state_not_known')
  const { outcome, code, limit, actual } = record
  return { outcome, code, limit, actual, plan: null }
}
