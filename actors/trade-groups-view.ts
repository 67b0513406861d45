/** Closed trades of an account in groups; who decided on them is looked up among the entries that were let through. */
import { type Grouping, type TradeGroup, tradeGroups } from '../domain/performance/groups.ts'
import { type Window, within } from '../domain/performance/window.ts'
import { approvedEntries } from './approved-entries.ts'
import type { EngineView } from './engine-view.ts'

export const tradeGroupsView = async (
  engine: Pick<EngineView, 'reader' | 'measured'>,
  accountId: string,
  grouping: Grouping,
  window: Window,
): Promise<TradeGroup[]> => {
  const { trades } = within(engine.measured(accountId), window)
  if (grouping !== 'strategy') return tradeGroups(trades, grouping)
  const entries = await approvedEntries(engine.reader)
  return tradeGroups(trades, grouping, decisionId => entries.find(accountId, decisionId)?.decision.strategy)
}
