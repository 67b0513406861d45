/** `latch leaderboard|predictions`: accounts of a running engine against each other, and words against results. */
import { Command } from 'commander'
import { dec } from '../domain/units.ts'
import { ask, askAll, type ClientOptions, withClientOptions } from './engine-client.ts'
import { type Column, table } from './output/table.ts'
import { type Terminal, terminalOf } from './output/terminal.ts'

type Between = { low: number; high: number }

export type StandingRow = {
  rank: number
  account_id: string
  model: string | null
  strategy: string
  results: string
  shadow_of: string | null
  deposit: string
  equity: string
  fees: string
  funding: string
  model_cost_usd: string
  net_return_percent: number | null
  interval_percent: Between | null
  probability: number | null
  verdict: string
  sharpe: number | null
  max_drawdown_percent: number | null
  win_rate_percent: number | null
  trades: number
}

export type QualityRow = {
  model: string
  asset: string | null
  count: number
  mean_error_percent: number | null
  mean_absolute_error_percent: number | null
  sign_hit_rate_percent: number | null
  rated: number
  brier_score: number | null
  calibration: {
    from_percent: number
    to_percent: number
    count: number
    stated_percent: number | null
    won_percent: number | null
  }[]
}

type Options = ClientOptions & { account?: string; model?: string; asset?: string; json?: boolean }

const two = (value: number | string | null): string | null => (value === null ? null : dec(value).toFixed(2))
const interval = (value: Between | null): string | null =>
  value === null ? null : `${value.low.toFixed(2)} to ${value.high.toFixed(2)}`

const STANDINGS: Column<StandingRow>[] = [
  { title: 'rank', value: row => row.rank },
  {
    title: 'account',
    value: row =>
      row.shadow_of === null ? row.account_id : `${row.account_id} (shadow of ${row.shadow_of})`,
  },
  { title: 'decides', value: row => row.model ?? row.strategy },
  { title: 'deposit', value: row => two(row.deposit) },
  { title: 'equity', value: row => two(row.equity) },
  { title: 'fees', value: row => two(row.fees) },
  { title: 'funding', value: row => two(row.funding) },
  { title: 'model USD', value: row => two(row.model_cost_usd) },
  {
    title: 'net %',
    value: row => two(row.net_return_percent),
    style: row => ((row.net_return_percent ?? 0) < 0 ? 'red' : 'green'),
  },
  { title: '90 % of draws', value: row => interval(row.interval_percent), align: 'right' },
  { title: 'trades', value: row => row.trades },
  { title: 'win %', value: row => two(row.win_rate_percent) },
  { title: 'sharpe', value: row => two(row.sharpe) },
  { title: 'max dd %', value: row => two(row.max_drawdown_percent) },
  {
    title: 'better than the next',
    value: row =>
      row.probability === null ? row.verdict : `${Math.round(row.probability * 100)} %, ${row.verdict}`,
    align: 'left',
  },
]

/** The rows as a table, with what a reader has to know about them. */
export const leaderboardText = (rows: readonly StandingRow[], terminal: Terminal): string => {
  const kinds = [...new Set(rows.map(row => row.results))].join(' and ') || 'paper'
  return [
    table(STANDINGS, rows, terminal),
    `These are ${kinds} results. Net is after fees, funding and what the model cost; draws are of the closed trades, anew.`,
    '',
  ].join('\n')
}

const QUALITY: Column<QualityRow>[] = [
  { title: 'model', value: row => row.model },
  { title: 'asset', value: row => row.asset ?? 'all' },
  { title: 'closed', value: row => row.count },
  { title: 'mean error', value: row => two(row.mean_error_percent) },
  { title: 'mean size', value: row => two(row.mean_absolute_error_percent) },
  { title: 'sign right %', value: row => two(row.sign_hit_rate_percent) },
  { title: 'rated', value: row => row.rated },
  { title: 'brier', value: row => (row.brier_score === null ? null : row.brier_score.toFixed(4)) },
]

type BinRow = QualityRow['calibration'][number] & { model: string }

const CALIBRATION: Column<BinRow>[] = [
  { title: 'model', value: row => row.model },
  { title: 'confidence', value: row => `${row.from_percent} to ${row.to_percent}`, align: 'right' },
  { title: 'closed', value: row => row.count },
  { title: 'stated %', value: row => two(row.stated_percent) },
  { title: 'won %', value: row => two(row.won_percent) },
]

/** Predicted against actual returns, then stated confidence against what was won. */
export const predictionsText = (quality: readonly QualityRow[], terminal: Terminal): string => {
  const bins = quality
    .filter(row => row.asset === null)
    .flatMap(({ model, calibration }) => calibration.map(bin => ({ ...bin, model })))
    .filter(bin => bin.count > 0)
  const errors = `${table(QUALITY, quality, terminal)}\nErrors are actual less predicted, in percent of the entry; Brier: 0 is perfect, 0.25 a coin.\n`
  return bins.length === 0 ? errors : `${errors}\n${table(CALIBRATION, bins, terminal)}\n`
}

const json = (body: unknown): void => void process.stdout.write(`${JSON.stringify(body, null, 2)}\n`)
const terminal = (): Terminal => terminalOf(process.stdout, process.env)

const showLeaderboard = async (options: Options): Promise<void> => {
  const body = await askAll<StandingRow>(options, {
    path: '/performance/leaderboard',
    parameters: { account_id: options.account },
  })
  if (options.json === true) json(body)
  else process.stdout.write(leaderboardText(body.items, terminal()))
}

const showPredictions = async (options: Options): Promise<void> => {
  const { account: account_id, model, asset } = options
  const body = await ask<{ quality: QualityRow[] }>(options, {
    path: '/performance/predictions',
    parameters: { account_id, model, asset },
  })
  if (options.json === true) json(body)
  else process.stdout.write(predictionsText(body.quality, terminal()))
}

export const compareCommands = (): Command[] => [
  withClientOptions(
    new Command('leaderboard')
      .description('accounts by net return, and how much of a rank may be luck (of a running engine)')
      .option('--account <id>', 'only this account, or several parted by commas'),
  ).action(showLeaderboard),
  withClientOptions(
    new Command('predictions')
      .description('what decisions predicted against what came of them (of a running engine)')
      .option('--account <id>', 'only this account')
      .option('--model <name>', 'only this model')
      .option('--asset <symbol>', 'only this asset'),
  ).action(showPredictions),
]
