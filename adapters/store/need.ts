/** Which stored rows the projectors read for some facts, so that they can be fetched in one go per table. */
import type { Fact } from '../../domain/fact.ts'
import { decisionEntry } from './project/diary-text.ts'
import { orderOf } from './project/order.ts'
import { positionOf } from './project/position.ts'
import type { TableName } from './record.ts'
import type { Rows } from './rows.ts'

/** Row ids by account. */
export type Ids = Map<string, Set<string>>
export type Needs = Map<TableName, Ids>

const add = (needs: Needs, table: TableName, accountId: string, id: string): void => {
  const accounts = needs.get(table) ?? new Map<string, Set<string>>()
  const ids = accounts.get(accountId) ?? new Set<string>()
  needs.set(table, accounts.set(accountId, ids.add(id)))
}

/** Everything but the diary. */
export const needsOf = (facts: readonly Fact[]): Needs => {
  const needs: Needs = new Map()
  for (const fact of facts) {
    const { accountId } = fact
    add(needs, 'facts', accountId, String(fact.seq))
    if (fact.type === 'account.started' || fact.type === 'account.moved')
      add(needs, 'accounts', accountId, '')
    if (fact.type === 'fill.booked') add(needs, 'fills', accountId, fact.fill.tradeId)
    const clientOrderId = orderOf(fact)
    if (clientOrderId !== null) add(needs, 'orders', accountId, clientOrderId)
    const positionId = positionOf(fact)
    if (positionId !== null) add(needs, 'positions', accountId, positionId)
  }
  return needs
}

/** Diary entries of the decisions that the facts, or the orders and positions they concern, go back to. */
export const diaryNeedsOf = (facts: readonly Fact[], rows: Rows): Needs => {
  const needs: Needs = new Map()
  const trades = facts.flatMap(fact =>
    fact.type === 'trade.closed' ? [{ accountId: fact.accountId, decisionId: fact.trade.decisionId }] : [],
  )
  const decided = [...rows.all('orders'), ...rows.all('positions'), ...facts, ...trades]
  for (const each of decided)
    if ('decisionId' in each && each.decisionId !== null)
      add(needs, 'diary', each.accountId, decisionEntry(each.decisionId))
  return needs
}
