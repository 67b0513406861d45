/** Closed trades of an account in groups; who decided on them is looked up in the store. */
import { type Grouping, type TradeGroup, tradeGroups } from '../domain/performance/groups.ts'
import { type Window, within } from '../domain/performance/window.ts'
import type { StoreReader } from '../domain/ports.ts'
import type { EngineView } from './engine-view.ts'

const PAGE = 1_000

/** Strategy of each decision that was let through. */
const strategiesOf = async (reader: StoreReader, accountId: string): Promise<Map<string, string>> => {
  const found = new Map<string, string>()
  for (let cursor: string | undefined; ; ) {
    const page = await reader.signals({
      accountId: [accountId],
      status: 'approved',
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { decisionId, strategy } of page.items) found.set(decisionId, strategy)
    if (page.next === null) return found
    cursor = page.next
  }
}

export const tradeGroupsView = async (
  engine: Pick<EngineView, 'reader' | 'measured'>,
  accountId: string,
  grouping: Grouping,
  window: Window,
): Promise<TradeGroup[]> => {
  const { trades } = within(engine.measured(accountId), window)
  if (grouping !== 'strategy') return tradeGroups(trades, grouping)
  const strategies = await strategiesOf(engine.reader, accountId)
  return tradeGroups(trades, grouping, decisionId => strategies.get(decisionId))
}
