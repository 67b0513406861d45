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

type ModelRow = {
  id: string
  model: NonNullable<BacktestAccount['model']>
  hits: number
  account: BacktestAccount
}

const MODEL_COLUMNS: Column<ModelRow>[] = [
  { title: 'account', value: row => row.id },
  { title: 'model', value: row => row.model.name },
  { title: 'calls', value: row => row.model.calls },
  { title: 'from cassette', value: row => row.hits },
  { title: 'tokens', value: row => row.model.tokens },
  { title: 'cost USD', value: row => row.account.modelCostUsd },
  { title: 'of unknown price', value: row => row.model.unpriced },
  { title: 'equity after model', value: row => two(row.account.equityAfterModel) },
]

/** What models cost and how often they were asked; nothing where none was. */
const modelLines = (
  accounts: readonly BacktestAccount[],
  hits: ReadonlyMap<string, number>,
  terminal: Terminal,
): string[] => {
  const rows = accounts.flatMap(account => {
    const { id, model } = account
    return model === null ? [] : [{ id, model, hits: hits.get(id) ?? 0, account }]
  })
  return rows.length === 0 ? [] : [table(MODEL_COLUMNS, rows, terminal), '']
}

/** `hits` are questions answered from a cassette, by account. */
export const backtestReport = (
  result: BacktestResult,
  hits: ReadonlyMap<string, number>,
  terminal: Terminal,
): string => {
  const lines = [
    '',
    `${paint(terminal, 'bold', 'Backtest, paper results')}  ${day(result.from)} – ${day(result.to)} UTC`,
    '',
    table(COLUMNS, result.accounts, terminal),
    '',
    ...modelLines(result.accounts, hits, terminal),
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
