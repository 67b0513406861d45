import type { Fact } from '../../../domain/fact.ts'
import type { Change } from '../record.ts'

export const projectEquity = (fact: Fact): Change[] => {
  if (fact.type !== 'equity.marked') return []
  const { accountId, seq, at, equity, balance, unrealised, drawdown, heat, positions } = fact
  return [
    {
      table: 'equity',
      row: { accountId, seq, at, equity, balance, unrealised, drawdown, heat, positions },
    },
  ]
}
