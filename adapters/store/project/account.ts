import type { Fact } from '../../../domain/fact.ts'
import type { Change, RowLookup } from '../record.ts'

/** An account is known from its first start; later starts bring its settings up to date. */
export const projectAccount = (fact: Fact, rows: RowLookup): Change[] => {
  const known = rows.find('accounts', fact.accountId, '')
  if (fact.type === 'account.started') {
    const { deposit, strategy, assets, interval, mode } = fact
    const settings = { deposit, strategy, assets, interval, mode }
    const fresh = {
      accountId: fact.accountId,
      seq: fact.seq,
      at: fact.at,
      state: null,
      until: null,
      reason: null,
    }
    return [{ table: 'accounts', row: { ...(known ?? fresh), ...settings } }]
  }
  if (fact.type === 'account.moved' && known !== null) {
    const { to: state, until, reason } = fact
    return [{ table: 'accounts', row: { ...known, state, until, reason } }]
  }
  return []
}
