/** What a person reads after a backtest: a table, the refusals, and each account's equity drawn. */
import type { BacktestAccount, BacktestResult } from '../actors/backtest.ts'
import { dec } from '../domain/units.ts'
import { equityCurve } from './output/equity-curve.ts'
import { type Column, table } from './output/table.ts'
import { paint, type Terminal } from './output/terminal.ts'

const two = (value: string | null): string | null => (value === null ? null : dec(value).toFixed(2))

const COLUMNS: Column<BacktestAccount>[] = [
  { title: 'account', value: row => row.id },
  { title: 'strategy', value: row => row.strategy },
  { title: 'trades', value: row => row.trades.length },
  { title: 'open', value: row => row.openPositions.length },
  { title: 'win %', value: row => two(row.metrics.winRatePercent) },
  { title: 'realised', value: row => two(row.realisedPnl) },
  { title: 'fees', value: row => two(row.fees) },
  { title: 'funding', value: row => two(row.funding) },
  {
    title: 'equity',
    value: row => two(row.equityEnd),
    style: row => (dec(row.equityEnd).lt(row.equityStart) ? 'red' : 'green'),
  },
  {
    title: 'return %',
    value: row => two(dec(row.equityEnd).div(row.equityStart).minus(1).times(100).toFixed()),
  },
  { title: 'max dd %', value: row => two(row.metrics.maxDrawdownPercent) },
  { title: 'sharpe', value: row => two(row.metrics.sharpe) },
  { title: 'profit f.', value: row => two(row.metrics.profitFactor) },
]

const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

export const backtestReport = (result: BacktestResult, terminal: Terminal): string => {
  const lines = [
    '',
    `${paint(terminal, 'bold', 'Backtest, paper results')}  ${day(result.from)} – ${day(result.to)} UTC`,
    '',
    table(COLUMNS, result.accounts, terminal),
    '',
  ]
  for (const account of result.accounts) {
    const points = account.equity.map(({ at, equity }) => ({ at, equity: Number(equity) }))
    if (points.length < 2) continue
    if (result.accounts.length > 1) lines.push(paint(terminal, 'bold', account.id))
    lines.push(equityCurve(points, terminal), '')
  }
  const refusals = Object.entries(result.refusals).sort((a, b) => b[1] - a[1])
  if (refusals.length > 0) {
    lines.push(`Refused by the rules: ${refusals.map(([code, count]) => `${code} ${count}`).join(', ')}`)
  }
  lines.push(
    `Longest time without a confirmed stop: ${result.nakedSecondsMax} s`,
    `${result.candles} candles, ${result.candlesPerSecond} per second; journal ${result.journalHash.slice(0, 16)}…`,
    '',
  )
  return lines.join('\n')
}
