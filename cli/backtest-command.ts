/** `latch backtest`: the engine over stored candles, in seconds, with the same actors as everywhere. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { type BacktestResult, runBacktest } from '../actors/backtest.ts'
import type { Attention } from '../actors/conductor.ts'
import { loadStrategies } from '../actors/load-strategy.ts'
import type { LoadedSettings } from '../adapters/config/load.ts'
import { DataError } from '../adapters/market/data-error.ts'
import { INTERVALS, isInterval } from '../domain/interval.ts'
import type { EngineSettings } from '../domain/settings.ts'
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
    api: false,
  }
  return loadConfig({ config: options.config, profile: options.profile }, flags, null)
}

/** The cassette of the command line is that of every account that asks a model. */
const withCassette = (
  settings: EngineSettings,
  { cassette, cassetteOnly }: Pick<Options, 'cassette' | 'cassetteOnly'>,
): EngineSettings => ({
  ...settings,
  accounts: settings.accounts.map(account => {
    const { model } = account
    if (model === null) return account
    const file = cassette === undefined ? model.cassette : resolve(cassette)
    return {
      ...account,
      model: { ...model, cassette: file, cassetteOnly: cassetteOnly ?? model.cassetteOnly },
    }
  }),
})

/** What a model may have read of in training, it can remember instead of deciding. */
const warnOfTraining = ({ accounts }: EngineSettings, startAt: number): void => {
  for (const { id, model } of accounts) {
    if (model === null || model.trainedUntil === null || startAt >= model.trainedUntil) continue
    const until = new Date(model.trainedUntil).toISOString().slice(0, 10)
    process.stderr.write(
      `warning: candles before ${until} may be part of what the model of ${visible(id)} was trained on; ` +
        'what it earns there proves little\n',
    )
  }
}

/** Said here in the words of the option; the configuration would call it by its own name. */
const checkFolder = (directory: string): void => {
  if (existsSync(directory)) return
  const message = 'there is no such folder; --candles names a folder of files like BTCUSDT-5m.csv.gz'
  throw new DataError([{ file: directory, line: null, kind: 'folder_missing', message }])
}

const backtest = async (options: Options): Promise<void> => {
  checkFolder(options.candles)
  const { settings: configured, warnings } = settingsOf(options)
  const settings = withCassette(configured, options)
  if (options.json !== true) for (const text of warnings) process.stderr.write(`warning: ${visible(text)}\n`)
  const strategies = await loadStrategies(settings.accounts)
  const models = accountModels(settings)
  const { source, startAt } = await openFeed(settings, { allowGaps: options.allowGaps === true })
  if (options.json !== true) warnOfTraining(settings, startAt)
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
  print(result, options.json === true)
}

const print = (result: BacktestResult, asJson: boolean): void => {
  if (asJson) {
    // The curve is for the terminal; the document stays readable.
    const accounts = result.accounts.map(({ equity: _curve, ...account }) => account)
    process.stdout.write(`${JSON.stringify({ ...result, accounts }, null, 2)}\n`)
    return
  }
  process.stdout.write(backtestReport(result, terminalOf(process.stdout, process.env)))
}

export const backtestCommand = (): Command =>
  new Command('backtest')
    .description('trade stored candles with the whole engine, as fast as it goes; paper results')
    .requiredOption('--candles <folder>', 'folder of SYMBOL-INTERVAL.csv or .csv.gz files')
    .option('--symbols <list>', 'assets of every account, e.g. BTC,ETH')
    .option('--interval <length>', `decision candle: ${INTERVALS.join(', ')}`)
    .option('--strategy <name>', 'signals, analysts, llm, hybrid, replay, or the path of a strategy file')
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
