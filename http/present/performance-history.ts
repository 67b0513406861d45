/** How an account stood at the end of a day, week or month. */
import { z } from '@hono/zod-openapi'
import { PERIODS } from '../../domain/performance/periods.ts'
import type { Snapshot } from '../../domain/performance/snapshots.ts'
import { amount, choice, count, flag, iso, moment, number, text } from './shape.ts'

export const PerformanceSnapshot = z
  .strictObject({
    account_id: text('Account.'),
    period: choice(PERIODS, 'UTC day, ISO week (Monday to Sunday) or calendar month.'),
    start_at: moment('It begins at this 00:00 UTC.'),
    end_at: moment('It ends at this 00:00 UTC.'),
    partial: flag('Not all of it counts: the account began later, or it has not ended yet.'),
    equity: amount('Last equity in it.'),
    equity_at: moment('When that was marked.'),
    return_percent: number('Of this period alone; deposits are not profit.').nullable(),
    trades: count('Trades closed in it.'),
    net_pnl: amount('Their profit after fees and funding.'),
    total_return_percent: number('Since the account began, as of the end.').nullable(),
    sharpe: number('Since the account began, as of the end.').nullable(),
    sortino: number('Since the account began, as of the end.').nullable(),
    win_rate_percent: number('Since the account began, as of the end.').nullable(),
    max_drawdown_percent: number('Since the account began, as of the end.').nullable(),
    trades_total: count('Since the account began, as of the end.'),
  })
  .openapi('PerformanceSnapshot')
export type PerformanceSnapshot = z.infer<typeof PerformanceSnapshot>

const numberOrNull = (value: string | null): number | null => (value === null ? null : Number(value))

export const presentSnapshot = (accountId: string, row: Snapshot): PerformanceSnapshot => ({
  account_id: accountId,
  period: row.period,
  start_at: iso(row.startAt),
  end_at: iso(row.endAt),
  partial: row.partial,
  equity: row.equity,
  equity_at: iso(row.markedAt),
  return_percent: numberOrNull(row.returnPercent),
  trades: row.trades,
  net_pnl: row.netPnl,
  total_return_percent: numberOrNull(row.toDate.totalReturnPercent),
  sharpe: numberOrNull(row.toDate.sharpe),
  sortino: numberOrNull(row.toDate.sortino),
  win_rate_percent: numberOrNull(row.toDate.winRatePercent),
  max_drawdown_percent: numberOrNull(row.toDate.maxDrawdownPercent),
  trades_total: row.toDate.trades,
})

export const snapshotExample: PerformanceSnapshot = {
  account_id: 'default',
  period: 'week',
  start_at: '2026-01-05T00:00:00.000Z',
  end_at: '2026-01-12T00:00:00.000Z',
  partial: false,
  equity: '1030',
  equity_at: '2026-01-12T00:00:00.000Z',
  return_percent: 1.98,
  trades: 5,
  net_pnl: '20',
  total_return_percent: 3,
  sharpe: 7.404663,
  sortino: 19.26173,
  win_rate_percent: 60,
  max_drawdown_percent: 0.990099,
  trades_total: 12,
}
