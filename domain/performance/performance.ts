/** All metrics of an account from its equity, its deposits and withdrawals, and its closed trades. */
import type { ClosedTrade } from '../fact.ts'
import type { PerformanceSettings } from '../settings.ts'
import { dec, type Money } from '../units.ts'
import { chain, dailyReturns, type EquityPoint, type Flow, knownReturns } from './daily.ts'
import { maxDrawdown } from './drawdown.ts'
import { byDay, byMonth, byWeek, type PeriodReturn } from './periods.ts'
import { plain, plainOrNull } from './plain.ts'
import { sharpe, sortino } from './ratios.ts'
import { type TradeMetrics, tradeMetrics, tradeMetricsByAsset } from './trades.ts'

export type PerformanceInput = {
  /** Equity with unrealised profit, fees and funding in it, oldest first. */
  equity: readonly EquityPoint[]
  /** Deposits and withdrawals, oldest first: after the first equity point, or after `opening` where that is given. */
  flows: readonly Flow[]
  trades: readonly ClosedTrade[]
  settings: PerformanceSettings
  /**
   * Equity the account began with. With it the first day counts; without it that day's last equity is where
   * returns start.
   */
  opening?: Money | string | null
}

export type Target = {
  metric: 'sharpe' | 'maxDrawdownPercent' | 'winRatePercent'
  wanted: 'above' | 'below'
  target: string
  value: string | null
  /** `null` while there is no value. */
  met: boolean | null
}

/** Plain JSON. Numbers as decimal strings, `null` where there is not enough data to say it. */
export type Performance = TradeMetrics & {
  equity: string | null
  totalReturnPercent: string | null
  sharpe: string | null
  sortino: string | null
  maxDrawdownPercent: string | null
  maxDrawdownPeakAt: number | null
  maxDrawdownTroughAt: number | null
  /** Number of daily returns the ratios are made of. */
  days: number
  annualisationDays: number
  daily: PeriodReturn[]
  weekly: PeriodReturn[]
  monthly: PeriodReturn[]
  byAsset: Record<string, TradeMetrics>
  targets: Target[]
}

const target = (
  metric: Target['metric'],
  wanted: Target['wanted'],
  line: string,
  value: string | null,
): Target => {
  const met = value === null ? null : wanted === 'above' ? dec(value).gt(line) : dec(value).lt(line)
  return { metric, wanted, target: line, value, met }
}

/** Formulas: daily.ts, ratios.ts, drawdown.ts, trades.ts. */
export const performanceOf = (input: PerformanceInput): Performance => {
  const { equity, flows, trades, settings, opening = null } = input
  const days = dailyReturns(equity, flows, opening)
  const returns = knownReturns(days)
  const fall = maxDrawdown(equity, flows, opening)
  const traded = tradeMetrics(trades)
  const sharpeRatio = plainOrNull(sharpe(returns, settings))
  const drawdownPercent = plainOrNull(fall === null ? null : fall.ratio.times(100))
  const last = equity.at(-1)
  return {
    ...traded,
    equity: last === undefined ? null : plain(dec(last.equity)),
    totalReturnPercent: plainOrNull(returns.length === 0 ? null : chain(days).times(100)),
    sharpe: sharpeRatio,
    sortino: plainOrNull(sortino(returns, settings)),
    maxDrawdownPercent: drawdownPercent,
    maxDrawdownPeakAt: fall?.peakAt ?? null,
    maxDrawdownTroughAt: fall?.troughAt ?? null,
    days: returns.length,
    annualisationDays: settings.annualisationDays,
    daily: byDay(days),
    weekly: byWeek(days),
    monthly: byMonth(days),
    byAsset: tradeMetricsByAsset(trades),
    targets: [
      target('sharpe', 'above', '1.5', sharpeRatio),
      target('maxDrawdownPercent', 'below', '15', drawdownPercent),
      target('winRatePercent', 'above', '50', traded.winRatePercent),
    ],
  }
}
