/** Metrics of one account as the outside reads them, computed from its closed trades and equity snapshots. */
import { performanceOf } from '../domain/performance/performance.ts'
import type { PerformanceSettings } from '../domain/settings.ts'
import type { Money } from '../domain/units.ts'
import type { History } from './history.ts'

export const performanceView = (
  history: History,
  accountId: string,
  deposit: Money,
  settings: PerformanceSettings,
): Record<string, unknown> => {
  const metrics = performanceOf({
    equity: history.equity(accountId),
    flows: history.flows(accountId),
    trades: history.trades(accountId),
    settings,
    opening: deposit,
  })
  return {
    ...metrics,
    tradesWon: metrics.wins,
    tradesLost: metrics.losses,
    dailyReturnPercent: metrics.daily.at(-1)?.percent ?? null,
    weeklyReturnPercent: metrics.weekly.at(-1)?.percent ?? null,
    monthlyReturnPercent: metrics.monthly.at(-1)?.percent ?? null,
  }
}
