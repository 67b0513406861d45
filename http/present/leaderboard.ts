/** Accounts compared: one row each, best net return first. */
import { z } from '@hono/zod-openapi'
import type { LeaderboardRow } from '../../actors/leaderboard-view.ts'
import { INTERVAL_SHARE, type Interval } from '../../domain/performance/bootstrap.ts'
import { TRADES_MIN } from '../../domain/performance/leaderboard.ts'
import type { Metrics } from './performance.ts'
import { amount, choice, count, flag, number, text } from './shape.ts'

const share = `${INTERVAL_SHARE * 100} %`
const Between = z.strictObject({ low: number('Lower end.'), high: number('Upper end.') })

/** In words, because a rank without them is believed. */
const VERDICTS = {
  too_few_trades: 'too few trades to tell',
  may_be_luck: 'may be luck',
  ahead: 'ahead of the next',
  last: 'last',
} as const

export const Standing = z
  .strictObject({
    rank: count('1 is the best net return.'),
    account_id: text('Account.'),
    label: text('Name for people.'),
    model: text('Name of the model it asks; `null`: none.').nullable(),
    strategy: text('Who proposes.'),
    results: choice(['paper', 'backtest'], 'What kind of results these are: no real money made them.'),
    shadow: flag('Whether it is the shadow of another account.'),
    shadow_of: text('The account whose shadow it is; `null`: none.').nullable(),
    status: text('`active`, `paused`, `halted`, `degraded` or `stopped`.'),
    deposit: amount('Money put in, in quote currency.'),
    equity: amount('Balance + open profit at mark.'),
    return_percent: amount('(equity − deposit) ÷ deposit, in percent.'),
    fees: amount('Fees paid; already in the equity.'),
    funding: amount('Funding paid, negative when received; already in the equity.'),
    model_cost_usd: amount('What its model has cost; not in the equity.'),
    net_result: amount('equity − deposit − model cost.'),
    net_return_percent: number('Net result in percent of the deposit: what ranks are by.').nullable(),
    interval_percent: Between.openapi({
      description: `Where ${share} of net returns lie when the closed trades are drawn anew; \`null\` below ${TRADES_MIN}.`,
    }).nullable(),
    ahead_percent: Between.openapi({
      description: `How far ahead of the next rank, percentage points, in ${share} of draws; below zero: behind.`,
    }).nullable(),
    probability: number('That it is better than the next rank, 0 to 1.').nullable(),
    rank_is_luck: flag('Whether that is less than 0.95; `null` where nobody can tell.').nullable(),
    verdict: text('The same in words.'),
    drawdown_percent: amount('Distance below peak equity now, in percent of the peak.'),
    positions_open: count('Open positions, and entries on their way.'),
    sharpe: number('Annualised Sharpe ratio.').nullable(),
    sortino: number('Annualised Sortino ratio.').nullable(),
    max_drawdown_percent: number('Largest fall from a peak.').nullable(),
    win_rate_percent: number('Closed trades with a net profit, of all closed trades.').nullable(),
    profit_factor: number('Gross profit ÷ gross loss.').nullable(),
    trades: count('Closed trades.'),
  })
  .openapi('Standing')

export type Standing = z.infer<typeof Standing>

/** Percent to the hundredth of a basis point: more would be noise of the draws. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000
const between = (interval: Interval | null): { low: number; high: number } | null =>
  interval === null ? null : { low: rounded(interval.low), high: rounded(interval.high) }

export const presentStanding = ({ standing, account }: LeaderboardRow, metrics: Metrics): Standing => ({
  rank: standing.rank,
  account_id: account.id,
  label: account.label,
  model: account.model,
  strategy: account.strategy,
  results: account.mode === 'backtest' ? 'backtest' : 'paper',
  shadow: standing.isShadow,
  shadow_of: account.shadowOf,
  status: account.status,
  deposit: account.deposit,
  equity: account.equity,
  return_percent: account.returnPercent,
  fees: account.fees,
  funding: account.funding,
  model_cost_usd: account.modelCostUsd,
  net_result: standing.netResult,
  net_return_percent: standing.netReturnPercent === null ? null : Number(standing.netReturnPercent),
  interval_percent: between(standing.intervalPercent),
  ahead_percent: between(standing.aheadPercent),
  probability: standing.probability === null ? null : rounded(standing.probability),
  rank_is_luck: standing.rankIsLuck,
  verdict: VERDICTS[standing.verdict],
  drawdown_percent: account.drawdownPercent,
  positions_open: account.positionsOpen,
  sharpe: metrics.sharpe,
  sortino: metrics.sortino,
  max_drawdown_percent: metrics.max_drawdown_percent,
  win_rate_percent: standing.winRatePercent === null ? null : Number(standing.winRatePercent),
  profit_factor: metrics.profit_factor,
  trades: standing.trades,
})

export const standingExample: Standing = {
  rank: 1,
  account_id: 'default',
  label: 'Default',
  model: null,
  strategy: 'signals',
  results: 'paper',
  shadow: false,
  shadow_of: null,
  status: 'active',
  deposit: '1000',
  equity: '1030',
  return_percent: '3',
  fees: '1.2',
  funding: '0.3',
  model_cost_usd: '0',
  net_result: '30',
  net_return_percent: 3,
  interval_percent: { low: -1.2, high: 7.4 },
  ahead_percent: { low: -2.5, high: 6.1 },
  probability: 0.74,
  rank_is_luck: true,
  verdict: VERDICTS.may_be_luck,
  drawdown_percent: '0',
  positions_open: 1,
  sharpe: 7.404663,
  sortino: 19.26173,
  max_drawdown_percent: 0.990099,
  win_rate_percent: 60,
  profit_factor: 2.4,
  trades: 25,
}
