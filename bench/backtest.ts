/** Candles per second of whole backtests, by attention, beside the plain loop; every run must make the same trades. */
import { runBacktest } from '../actors/backtest.ts'
import type { Attention } from '../actors/conductor.ts'
import type { CandleSeries } from '../domain/candle.ts'
import type { ClosedTrade } from '../domain/fact.ts'
import { type PlainTrade, plainBacktest } from './baseline.ts'
import { STEP_MS } from './candles.ts'
import { settingsFor, sourceOf, strategiesOf } from './engine.ts'
import { type Sample, rounds, timed } from './measure.ts'

export type BacktestRow = {
  symbols: number
  /** `plain` is the loop by hand. */
  mode: Attention | 'plain'
  candles: number
  trades: number
  candlesPerSecond: number
  bestCandlesPerSecond: number
  /** Time of the plain loop ÷ time of this. */
  timesPlain: number
}

/** The plain loop is over too soon to be timed alone. */
const PLAIN_TURNS = 50
/** Rounds thrown away: the first ones measure the compiler. */
const DISCARDED = 3
const MODES: readonly Attention[] = ['cycles', 'candles', 'changes']

/** Quote currency. The engine cuts quantities to the step of 1e-8, which the loop does not know. */
const PNL_TOLERANCE = 0.001

const isSame = (trade: ClosedTrade, plain: PlainTrade): boolean =>
  trade.symbol === plain.symbol &&
  trade.side === plain.side &&
  trade.entryAt === plain.entryAt &&
  trade.exitAt === plain.exitAt &&
  Math.abs(Number(trade.pnl) - plain.pnl) < PNL_TOLERANCE

const byEntry = (a: { entryAt: number; symbol: string }, b: { entryAt: number; symbol: string }): number =>
  a.entryAt - b.entryAt || a.symbol.localeCompare(b.symbol)

/** Throws when a run did not trade as the plain loop did: speed that changes trades is worth nothing. */
const checkTrades = (mode: string, trades: readonly ClosedTrade[], plain: readonly PlainTrade[]): void => {
  const ours = trades.toSorted(byEntry)
  const theirs = plain.toSorted(byEntry)
  const at = theirs.findIndex((each, index) => ours[index] === undefined || !isSame(ours[index], each))
  if (at < 0 && ours.length === theirs.length) return
  const place = at < 0 ? theirs.length : at
  throw new Error(
    `${mode} makes ${ours.length} trades, the plain loop ${theirs.length}; the first that differs is number ${place}:\n` +
      `  ${mode}: ${JSON.stringify(ours[place])}\n  plain: ${JSON.stringify(theirs[place])}`,
  )
}

export const measureBacktests = async (series: CandleSeries[], count: number): Promise<BacktestRow[]> => {
  const candles = series.reduce((sum, { length }) => sum + length, 0)
  const row = (mode: BacktestRow['mode'], trades: number, sample: Sample, plainMs: number): BacktestRow => ({
    symbols: series.length,
    mode,
    candles,
    trades,
    candlesPerSecond: (candles / sample.median) * 1000,
    bestCandlesPerSecond: (candles / sample.best) * 1000,
    timesPlain: sample.median / plainMs,
  })
  let plain: PlainTrade[] = []
  const plainSample = await rounds(
    count,
    DISCARDED,
    () =>
      timed(() => {
        for (let turn = 0; turn < PLAIN_TURNS; turn += 1) {
          plain = series.flatMap(each => plainBacktest(each, STEP_MS))
        }
      }) / PLAIN_TURNS,
  )
  const rows = [row('plain', plain.length, plainSample, plainSample.median)]
  const settings = settingsFor(series.map(({ symbol }) => symbol))
  const strategies = await strategiesOf(settings)
  const startAt = Math.min(...series.map(({ openAt }) => openAt[0] as number))
  for (const attention of MODES) {
    let trades: ClosedTrade[] = []
    const sample = await rounds(count, DISCARDED, async () => {
      const source = sourceOf(series, settings)
      const result = await runBacktest({ settings, source, strategies, startAt, attention })
      trades = result.accounts.flatMap(account => account.trades)
      return (result.candles / result.candlesPerSecond) * 1000
    })
    checkTrades(attention, trades, plain)
    rows.push(row(attention, trades.length, sample, plainSample.median))
  }
  return rows
}
