/** `npm run bench`: what the engine costs, beside a plain loop. How to read it: bench/README.md. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { AccountsRow } from './accounts.ts'
import { measureBacktests } from './backtest.ts'
import { loadCandles } from './candles.ts'
import { measureCycles } from './cycles.ts'
import { measureHttp } from './http.ts'
import { readOptions } from './options.ts'
import { measureRecovery } from './recovery.ts'
import { hardware, type Report, text } from './report.ts'
import { measureStart } from './startup.ts'
import { measureStore } from './store.ts'
import { measureStreams } from './streams.ts'

/** What the clients of the streams follow. */
const STREAMED_ACCOUNTS = 100

const note = (what: string): void => {
  process.stderr.write(`measuring ${what}\n`)
}

/** In a process of its own: what else was measured here would be counted too. */
const measureAccounts = (count: number): AccountsRow => {
  const words = [
    '--expose-gc',
    '--max-old-space-size=4096',
    join(import.meta.dirname, 'accounts.ts'),
    `${count}`,
  ]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as AccountsRow
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2), process.env)
  const { sections } = options
  const report: Report = {
    hardware: hardware(),
    candles: null,
    backtest: [],
    cycles: [],
    accounts: null,
    start: [],
    recovery: null,
    store: [],
    streams: null,
    http: null,
  }
  if (sections.has('backtest') || sections.has('store')) {
    note('candles')
    const { series, origin, load } = await loadCandles(options.candles, options.rounds)
    report.candles = { origin, load }
    if (sections.has('backtest')) {
      note('backtests')
      report.backtest = await measureBacktests(series.slice(0, 1), options.rounds)
      if (series.length > 1) report.backtest.push(...(await measureBacktests(series, options.rounds)))
    }
    if (sections.has('store')) {
      note('the store')
      report.store = await measureStore(series)
    }
  }
  if (sections.has('cycles')) {
    note('decisions and trades')
    report.cycles = await measureCycles(options.rounds)
  }
  if (sections.has('accounts')) {
    note(`${options.accounts} accounts`)
    report.accounts = measureAccounts(options.accounts)
  }
  if (sections.has('start')) {
    note('start-up')
    report.start = await measureStart(options.rounds)
  }
  if (sections.has('recovery')) {
    note(`recovery of ${options.recovering} accounts`)
    report.recovery = measureRecovery(options.recovering, options.rounds)
  }
  if (sections.has('streams')) {
    note(`streams of ${options.clients} clients`)
    report.streams = await measureStreams(options.clients, STREAMED_ACCOUNTS)
  }
  if (sections.has('http')) {
    note(`reads of ${options.recovering} accounts`)
    report.http = await measureHttp(options.recovering)
  }
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : text(report)}\n`)
}

await main()
