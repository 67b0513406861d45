import type { Fact } from '../../../domain/fact.ts'
import type { Change, RowLookup } from '../record.ts'

/** A trade id is booked once, however often it is reported. */
export const projectFill = (fact: Fact, rows: RowLookup): Change[] => {
  if (fact.type !== 'fill.booked' || rows.find('fills', fact.accountId, fact.fill.tradeId) !== null) return []
  const { accountId, seq, fill, leg, positionId, realised } = fact
  return [{ table: 'fills', row: { ...fill, accountId, seq, leg, positionId, realised } }]
}
