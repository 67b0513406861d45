/** Metrics of one account as the outside reads them, computed from its closed trades and equity snapshots. */
import { performanceOf } from '../domain/performance/performance.ts'
import type { AccountSettings, PerformanceSettings } from '../domain/settings.ts'
import { money, subtractMoney } from '../domain/units.ts'
import type { History } from './history.ts'
import type { Spend } from './model/spend.ts'

export const performanceView = (
  history: History,
  { id: accountId, deposit }: Pick<AccountSettings, 'id' | 'deposit'>,
  settings: PerformanceSettings,
  spend: Spend,
): Record<string, unknown> => {
  const metrics = performanceOf({
    equity: history.equity(accountId),
    flows: history.flows(accountId),
    trades: history.trades(accountId),
    settings,
    opening: deposit,
  })
  const spent = spend.total(accountId)
  return {
    ...metrics,
    modelCostUsd: spent.costUsd,
    modelCalls: spent.calls,
    modelCallsUnpriced: spent.unpriced,
    modelTokens: spent.tokens,
    netPnlAfterModel: subtractMoney(money(metrics.netPnl), spent.costUsd),
    tradesWon: metrics.wins,
    tradesLost: metrics.losses,
    dailyReturnPercent: metrics.daily.at(-1)?.percent ?? null,
    weeklyReturnPercent: metrics.weekly.at(-1)?.percent ?? null,
    monthlyReturnPercent: metrics.monthly.at(-1)?.percent ?? null,
  }
}
