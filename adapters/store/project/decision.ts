import type { Fact } from '../../../domain/fact.ts'
import type { Change } from '../record.ts'

export const projectDecision = (fact: Fact): Change[] => {
  if (fact.type !== 'decision.recorded') return []
  const { accountId, seq, at, decision } = fact
  return [{ table: 'decisions', row: { ...decision, accountId, seq, at, action: decision.proposal.action } }]
}
