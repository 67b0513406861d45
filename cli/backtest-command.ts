/** `latch backtest`: the engine over stored candles, in seconds, with the same actors as everywhere. */
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { runBacktest } from '../actors/backtest.ts'
import type { Attention } from '../actors/conductor.ts'
import { loadStrategies } from '../actors/load-strategy.ts'
import type { LoadedSettings } from '../adapters/config/load.ts'
import { DataError } from '../adapters/market/data-error.ts'
import { CassetteModel } from '../adapters/model/cassette-model.ts'
import { INTERVAL_MS, INTERVALS, isInterval } from '../domain/interval.ts'
import type { Model } from '../domain/model/port.ts'
import { rememberedDays, warningOf } from '../domain/model/remembered.ts'
import { visible } from '../domain/text.ts'
import { accountModels } from './account-models.ts'
import { backtestReport } from './backtest-report.ts'
import { UsageError } from './exit.ts'
import { openFeed } from './feed.ts'
import { loadConfig } from './load-config.ts'
import { createProgress } from './output/progress.ts'
import { terminalOf } from './output/terminal.ts'

type Options = {
  candles: string
  symbols?: string
  interval?: string
  strategy?: string
  model?: string
  config?: string
  profile?: string
  from?: string
  to?: string
  deposit?: string
  dataDir?: string
  allowGaps?: boolean
  everyCandle?: boolean
  cassette?: string
  cassetteOnly?: boolean
  json?: boolean
}

const settingsOf = (options: Options): LoadedSettings => {
  if (options.interval !== undefined && !isInterval(options.interval)) {
    throw new UsageError(`Interval ${options.interval} is unknown; known are ${INTERVALS.join(', ')}`)
  }
  const flags = {
    data: options.candles,
    assets: options.symbols,
    interval: options.interval,
    strategy: options.strategy,
    from: options.from,
    to: options.to,
    deposit: options.deposit,
    dataDir: options.dataDir,
    model: options.model,
    cassette: options.cassette,
    cassetteOnly: options.cassetteOnly,
    api: false,
  }
  return loadConfig({ config: options.config, profile: options.profile }, flags, null)
}

/** Said here in the words of the option; the configuration would call it by its own name. */
const checkFolder = (directory: string): void => {
  if (existsSync(directory)) return
  const message = 'there is no such folder; --candles names a folder of files like BTCUSDT-5m.csv.gz'
  throw new DataError([{ file: directory, line: null, kind: 'folder_missing', message }])
}

const backtest = async (options: Options): Promise<void> => {
  checkFolder(options.candles)
  const { settings, warnings } = settingsOf(options)
  if (options.json !== true) for (const text of warnings) process.stderr.write(`warning: ${visible(text)}\n`)
  const strategies = await loadStrategies(settings.accounts)
  const models = accountModels(settings)
  const { source, startAt } = await openFeed(settings, { allowGaps: options.allowGaps === true })
  const endAt = startAt + (source.stepsTotal ?? 0) * INTERVAL_MS[source.interval]
  const remembered = rememberedDays(settings, startAt, endAt)
  if (options.json !== true)
    for (const each of remembered) process.stderr.write(`warning: ${warningOf(each)}\n`)
  const progress = createProgress({
    label: 'backtest',
    unit: 'steps',
    total: source.stepsTotal,
    terminal: terminalOf(process.stderr, process.env),
    write: text => process.stderr.write(text),
    now: () => performance.now(),
    silent: options.json === true,
  })
  const attention: Attention = options.everyCandle === true ? 'cycles' : 'changes'
  const result = await runBacktest({
    settings,
    source,
    strategies,
    models,
    startAt,
    attention,
    onProgress: steps => progress.update(steps),
  })
  if (source.stepsTotal !== null) progress.update(source.stepsTotal)
  progress.finish()
  const hits = hitsOf(models)
  if (options.json !== true) {
    process.stdout.write(backtestReport(result, hits, terminalOf(process.stdout, process.env)))
    return
  }
  // The curve is for the terminal; the document stays readable.
  const accounts = result.accounts.map(({ equity: _curve, ...account }) => ({
    ...account,
    model: account.model === null ? null : { ...account.model, cassetteHits: hits.get(account.id) ?? 0 },
  }))
  process.stdout.write(`${JSON.stringify({ ...result, accounts, trainedUntil: remembered }, null, 2)}\n`)
}

/** Questions answered from a recording, by account. */
const hitsOf = (models: ReadonlyMap<string, Model>): Map<string, number> =>
  new Map([...models].map(([id, model]) => [id, model instanceof CassetteModel ? model.hits : 0]))

export const backtestCommand = (): Command =>
  new Command('backtest')
    .description('trade stored candles with the whole engine, as fast as it goes; paper results')
    .requiredOption('--candles <folder>', 'folder of SYMBOL-INTERVAL.csv or .csv.gz files')
    .option('--symbols <list>', 'assets of every account, e.g. BTC,ETH')
    .option('--interval <length>', `decision candle: ${INTERVALS.join(', ')}`)
    .option('--strategy <name>', 'signals, analysts, llm, hybrid, replay, or the path of a strategy file')
    .option('--model <name>', 'model of every account that asks one, or scripted/…')
    .option('-c, --config <file>', 'configuration file')
    .option('--profile <name>', 'ready configuration by name')
    .option('--from <time>', 'first candle, ISO-8601')
    .option('--to <time>', 'end, ISO-8601, not included')
    .option('--deposit <amount>', 'starting balance of every account')
    .option('--data-dir <folder>', 'where the candle cache is kept')
    .option('--allow-gaps', 'trade although candles are missing')
    .option(
      '--every-candle',
      'a full decision cycle for every candle: slower, same trades, every hold recorded',
    )
    .option('--cassette <file>', 'answers of models: read from here first, new ones are added to it')
    .option('--cassette-only', 'ask nobody what is not on the cassette')
    .option('--json', 'print one JSON document')
    .action(backtest)
