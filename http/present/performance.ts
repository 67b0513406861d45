/**
 * Metrics of an account.
 *
 * The engine gives them as a record; each is picked by its name, so that nothing unforeseen gets out. A metric without
 * enough data is `null`.
 */
import { z } from '@hono/zod-openapi'
import type { PerformanceSettings } from '../../domain/settings.ts'
import { Decimal, money } from '../../domain/units.ts'
import { TradeGroup } from './trade-group.ts'
import { amount, count, flag, type ListOf, listOf, moment, number, text } from './shape.ts'

const Target = z.strictObject({
  metric: text('Metric it is set for.'),
  target: text('The line, in words.'),
  met: flag('Whether the value is beyond the line; `null` without a value.').nullable(),
})

const fields = {
  total_return_percent: number('Chained daily returns; deposits are not profit.').nullable(),
  sharpe: number('Mean daily return over its sample deviation, annualised.').nullable(),
  sortino: number('Mean daily return over its downside deviation, annualised.').nullable(),
  win_rate_percent: number('Closed trades with a net profit, of all closed trades.').nullable(),
  max_drawdown_percent: number('Largest fall from a peak, reported positive.').nullable(),
  max_drawdown_peak_at: moment('When the peak before it was.').nullable(),
  max_drawdown_trough_at: moment('When it was deepest.').nullable(),
  daily_return_percent: number('Return of the current UTC day.').nullable(),
  weekly_return_percent: number('Return of the current ISO week.').nullable(),
  monthly_return_percent: number('Return of the current calendar month.').nullable(),
  profit_factor: number('Gross profit ÷ gross loss.').nullable(),
  expectancy: amount('Net profit per trade, in quote currency.').nullable(),
  win_loss_ratio: number('Average win ÷ average loss.').nullable(),
  trades: count('Closed trades.').nullable(),
  trades_won: count('Closed trades with a net profit.').nullable(),
  trades_lost: count('Closed trades with a net loss.').nullable(),
  net_pnl: amount('Profit after fees and funding, in quote currency.').nullable(),
  fees: amount('Fees paid.').nullable(),
  funding: amount('Funding paid; negative when received.').nullable(),
  model_cost_usd: amount('What its model has cost.').nullable(),
  model_calls: count('Questions to its model.').nullable(),
  model_calls_unpriced: count('Of these, those whose price nobody knows.').nullable(),
  model_tokens: count('Tokens its model read and wrote.').nullable(),
  net_pnl_after_model: amount('Profit after fees, funding and what its model has cost.').nullable(),
  annualization_days: count('Days a year has in Sharpe and Sortino.'),
  risk_free_percent: number('Annual risk-free rate in Sharpe.'),
  sortino_target_percent: number('Annual target return in Sortino.'),
  targets: z.array(Target).openapi({ description: 'Lines a good account is beyond.' }),
}

export const Metrics = z.strictObject(fields).openapi('Metrics')
export type Metrics = z.infer<typeof Metrics>

export const AccountMetrics = z
  .strictObject({
    account_id: text('Account.'),
    ...fields,
    groups: z
      .array(TradeGroup)
      .nullable()
      .openapi({ description: 'Closed trades by `group_by`, in the order of the keys; `null` without it.' }),
  })
  .openapi('AccountMetrics')
export type AccountMetrics = z.infer<typeof AccountMetrics>

const asNumber = (value: unknown): number | null => {
  if (typeof value !== 'number' && typeof value !== 'string') return null
  const parsed = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  return Number.isFinite(parsed) ? parsed : null
}

const asCount = (value: unknown): number | null => {
  const parsed = asNumber(value)
  return parsed === null || parsed < 0 ? null : Math.trunc(parsed)
}

const asAmount = (value: unknown): string | null => {
  const parsed = asNumber(value)
  return parsed === null ? null : money(new Decimal(value as string | number))
}

const asMoment = (value: unknown): string | null => {
  const at = asNumber(value)
  return at === null ? null : new Date(at).toISOString()
}

const targetsOf = (values: { sharpe: number | null; drawdown: number | null; winRate: number | null }) => [
  { metric: 'sharpe', target: '> 1.5', met: values.sharpe === null ? null : values.sharpe > 1.5 },
  {
    metric: 'max_drawdown_percent',
    target: '< 15',
    met: values.drawdown === null ? null : values.drawdown < 15,
  },
  { metric: 'win_rate_percent', target: '> 50', met: values.winRate === null ? null : values.winRate > 50 },
]

/** `record` is what `EngineView.performance` gives: camel case of the names here, times in epoch ms. */
export const presentMetrics = (record: Record<string, unknown>, settings: PerformanceSettings): Metrics => {
  const sharpe = asNumber(record.sharpe)
  const drawdown = asNumber(record.maxDrawdownPercent)
  const winRate = asNumber(record.winRatePercent)
  return {
    total_return_percent: asNumber(record.totalReturnPercent),
    sharpe,
    sortino: asNumber(record.sortino),
    win_rate_percent: winRate,
    max_drawdown_percent: drawdown,
    max_drawdown_peak_at: asMoment(record.maxDrawdownPeakAt),
    max_drawdown_trough_at: asMoment(record.maxDrawdownTroughAt),
    daily_return_percent: asNumber(record.dailyReturnPercent),
    weekly_return_percent: asNumber(record.weeklyReturnPercent),
    monthly_return_percent: asNumber(record.monthlyReturnPercent),
    profit_factor: asNumber(record.profitFactor),
    expectancy: asAmount(record.expectancy),
    win_loss_ratio: asNumber(record.winLossRatio),
    trades: asCount(record.trades),
    trades_won: asCount(record.tradesWon),
    trades_lost: asCount(record.tradesLost),
    net_pnl: asAmount(record.netPnl),
    fees: asAmount(record.fees),
    funding: asAmount(record.funding),
    model_cost_usd: asAmount(record.modelCostUsd),
    model_calls: asCount(record.modelCalls),
    model_calls_unpriced: asCount(record.modelCallsUnpriced),
    model_tokens: asCount(record.modelTokens),
    net_pnl_after_model: asAmount(record.netPnlAfterModel),
    annualization_days: settings.annualisationDays,
    risk_free_percent: settings.riskFreeRatio * 100,
    sortino_target_percent: settings.sortinoTargetRatio * 100,
    targets: targetsOf({ sharpe, drawdown, winRate }),
  }
}

export const metricsExample: Metrics = {
  total_return_percent: 3,
  sharpe: 7.404663,
  sortino: 19.26173,
  win_rate_percent: 60,
  max_drawdown_percent: 0.990099,
  max_drawdown_peak_at: '2026-01-02T00:00:00.000Z',
  max_drawdown_trough_at: '2026-01-03T00:00:00.000Z',
  daily_return_percent: 1.477833,
  weekly_return_percent: 3,
  monthly_return_percent: 3,
  profit_factor: 2.4,
  expectancy: '6',
  win_loss_ratio: 1.6,
  trades: 5,
  trades_won: 3,
  trades_lost: 1,
  net_pnl: '30',
  fees: '1.2',
  funding: '0.1',
  model_cost_usd: '0.42',
  model_calls: 120,
  model_calls_unpriced: 0,
  model_tokens: 512_000,
  net_pnl_after_model: '29.58',
  annualization_days: 252,
  risk_free_percent: 0,
  sortino_target_percent: 0,
  targets: targetsOf({ sharpe: 7.404663, drawdown: 0.990099, winRate: 60 }),
}

export const accountMetricsExample: AccountMetrics = {
  account_id: 'default',
  ...metricsExample,
  groups: null,
}

/** A list of accounts; the main metrics stand at the top as well when there is exactly one. */
export const Performance = z
  .strictObject({
    account_id: text('The only account; `null` with several.').nullable(),
    total_return_percent: fields.total_return_percent,
    sharpe: fields.sharpe,
    sortino: fields.sortino,
    win_rate_percent: fields.win_rate_percent,
    max_drawdown_percent: fields.max_drawdown_percent,
    targets: z.array(Target).nullable(),
    ...listOf(AccountMetrics).shape,
  })
  .openapi('Performance')

export const withOnly = (list: ListOf<AccountMetrics>): z.infer<typeof Performance> => {
  const only = list.total === 1 ? (list.items[0] ?? null) : null
  return {
    account_id: only?.account_id ?? null,
    total_return_percent: only?.total_return_percent ?? null,
    sharpe: only?.sharpe ?? null,
    sortino: only?.sortino ?? null,
    win_rate_percent: only?.win_rate_percent ?? null,
    max_drawdown_percent: only?.max_drawdown_percent ?? null,
    targets: only?.targets ?? null,
    items: list.items,
    total: list.total,
    next: list.next,
  }
}

export const performanceExample = withOnly({ items: [accountMetricsExample], total: 1, next: null })
