/** Accounts compared: one row each, best return first. */
import { z } from '@hono/zod-openapi'
import type { AccountSummary } from '../../actors/engine-view.ts'
import type { Metrics } from './performance.ts'
import { amount, count, number, text } from './shape.ts'

export const Standing = z
  .strictObject({
    rank: count('1 is the best return.'),
    account_id: text('Account.'),
    label: text('Name for people.'),
    strategy: text('Who proposes.'),
    status: text('`active`, `paused`, `halted`, `degraded` or `stopped`.'),
    equity: amount('Balance + open profit at mark.'),
    return_percent: amount('(equity − deposit) ÷ deposit, in percent.'),
    drawdown_percent: amount('Distance below peak equity now, in percent of the peak.'),
    fees: amount('Fees paid.'),
    positions_open: count('Open positions.'),
    sharpe: number('Annualised Sharpe ratio.').nullable(),
    sortino: number('Annualised Sortino ratio.').nullable(),
    max_drawdown_percent: number('Largest fall from a peak.').nullable(),
    win_rate_percent: number('Closed trades with a net profit, of all closed trades.').nullable(),
    profit_factor: number('Gross profit ÷ gross loss.').nullable(),
    trades: count('Closed trades.').nullable(),
  })
  .openapi('Standing')

export type Standing = z.infer<typeof Standing>

export const presentStanding = (rank: number, account: AccountSummary, metrics: Metrics): Standing => ({
  rank,
  account_id: account.id,
  label: account.label,
  strategy: account.strategy,
  status: account.status,
  equity: account.equity,
  return_percent: account.returnPercent,
  drawdown_percent: account.drawdownPercent,
  fees: account.fees,
  positions_open: account.positionsOpen,
  sharpe: metrics.sharpe,
  sortino: metrics.sortino,
  max_drawdown_percent: metrics.max_drawdown_percent,
  win_rate_percent: metrics.win_rate_percent,
  profit_factor: metrics.profit_factor,
  trades: metrics.trades,
})

export const standingExample: Standing = {
  rank: 1,
  account_id: 'default',
  label: 'Default',
  strategy: 'signals',
  status: 'active',
  equity: '1030',
  return_percent: '3',
  drawdown_percent: '0',
  fees: '1.2',
  positions_open: 1,
  sharpe: 7.404663,
  sortino: 19.26173,
  max_drawdown_percent: 0.990099,
  win_rate_percent: 60,
  profit_factor: 2.4,
  trades: 5,
}
