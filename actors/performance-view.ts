/** Metrics of one account as the outside reads them, computed from its closed trades and equity snapshots. */
import type { EquityPoint } from '../domain/performance/daily.ts'
import { performanceOf } from '../domain/performance/performance.ts'
import type { SnapshotInput } from '../domain/performance/snapshots.ts'
import { type Window, within } from '../domain/performance/window.ts'
import { money, subtractMoney } from '../domain/units.ts'
import { readEquity } from './equity.ts'
import type { History } from './history.ts'
import type { Spent } from './model/spend.ts'
import type { System } from './system.ts'

/** Snapshots are minutes apart: the equity of this moment is the last of them. */
const withPresent = (
  equity: readonly EquityPoint[],
  { desk, market, clock }: System,
  accountId: string,
): readonly EquityPoint[] => {
  const { context } = desk.actor(accountId).getSnapshot()
  return [...equity, { at: clock.now(), equity: readEquity(context, market).equity }]
}

/**
 * What the metrics are computed from, since the account began. One that was removed stands where its last snapshot left it.
 * Throws an Error for an id that nothing is known of.
 */
export const measuredOf = (history: History, system: System, accountId: string): SnapshotInput => {
  const { accounts, performance: settings } = system.settings
  const account = accounts.find(each => each.id === accountId)
  const began = history.began(accountId)
  if (account === undefined && began === null) throw new Error(`Account ${accountId} is not known`)
  const equity = history.equity(accountId)
  return {
    equity: account === undefined ? equity : withPresent(equity, system, accountId),
    flows: history.flows(accountId),
    trades: history.trades(accountId),
    settings,
    opening: account?.deposit ?? began?.deposit ?? null,
    beganAt: began?.at ?? null,
    now: system.clock.now(),
  }
}

/** `spent`: what its model has cost, in sum. */
export const performanceView = (
  measured: SnapshotInput,
  spent: Spent,
  window: Window = {},
): Record<string, unknown> => {
  const isWhole = window.from === undefined && window.to === undefined
  const metrics = performanceOf(isWhole ? measured : within(measured, window))
  return {
    ...metrics,
    ...(isWhole
      ? {
          modelCostUsd: spent.costUsd,
          modelCalls: spent.calls,
          modelCallsUnpriced: spent.unpriced,
          modelTokens: spent.tokens,
          netPnlAfterModel: subtractMoney(money(metrics.netPnl), spent.costUsd),
        }
      : {}),
    tradesWon: metrics.wins,
    tradesLost: metrics.losses,
    dailyReturnPercent: metrics.daily.at(-1)?.percent ?? null,
    weeklyReturnPercent: metrics.weekly.at(-1)?.percent ?? null,
    monthlyReturnPercent: metrics.monthly.at(-1)?.percent ?? null,
  }
}
