/** `latch run`: a running engine with its HTTP interface, until Ctrl-C; started again, it goes on where it was. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { Engine } from '../actors/engine.ts'
import { loadStrategies } from '../actors/load-strategy.ts'
import type { Watch } from '../actors/operations/watch.ts'
import { TooSlow, within } from '../actors/time-limit.ts'
import { candleCacheStats } from '../adapters/market/candle-cache-stats.ts'
import { acquireLock } from '../adapters/store/lock.ts'
import { checkMasterKeys } from '../adapters/secrets/master-key.ts'
import { openStore } from '../adapters/store/open-store.ts'
import type { Store } from '../domain/ports.ts'
import { scrub } from '../domain/scrub.ts'
import type { EngineSettings } from '../domain/settings.ts'
import { visible } from '../domain/text.ts'
import { createApp } from '../http/app.ts'
import type { AppOptions, Log } from '../http/context.ts'
import { openAuditFile } from '../http/audit-file.ts'
import { faultOfOwnToken, withOwnToken } from '../http/own-token.ts'
import { type RunningServer, startServer } from '../http/server.ts'
import { tlsOf } from '../http/tls.ts'
import { openTokenStore } from '../http/token-store.ts'
import { accountModels } from './account-models.ts'
import { banner, createNews, summary } from './banner.ts'
import { UsageError } from './exit.ts'
import { openFeed } from './feed.ts'
import { loadConfig } from './load-config.ts'
import { type Terminal, terminalOf } from './output/terminal.ts'
import { obeySignals } from './signals.ts'
import { openLog, startWatching } from './operations.ts'
import { openSafe } from './stored-keys.ts'
import { defineFrom, withStored } from './stored-settings.ts'
import { keepToken } from './token.ts'
import { wall } from './wall.ts'

type Options = {
  config?: string
  profile?: string
  assets?: string[]
  interval?: string
  strategy?: string
  deposit?: string
  speed?: string
  seed?: string
  data?: string
  from?: string
  to?: string
  api?: boolean
  host?: string
  port?: string
  dataDir?: string
  databaseUrl?: string
  inspector?: boolean
  logLevel?: string
  multiAccount?: boolean
  allowGaps?: boolean
  quiet?: boolean
}

/** @throws UsageError for one that can be guessed. */
const ownToken = (): string | null => {
  const token = process.env['API_TOKEN']?.trim() ?? ''
  const fault = token === '' ? null : faultOfOwnToken(token)
  if (fault === null) return token === '' ? null : token
  throw new UsageError(`API_TOKEN cannot be a token: ${fault}. Take a random one: openssl rand -hex 32`)
}

const serve = async (engine: Engine, settings: EngineSettings, log: Log, watch: Watch) => {
  const { dataDir, api } = settings
  const { store: kept, created } = openTokenStore(dataDir, wall.now, error =>
    log.error({ component: 'auth', err: error }, 'the tokens could not be read'),
  )
  const store = withOwnToken(kept, ownToken(), wall.now)
  if (created !== null) keepToken(dataDir, created)
  const app = createApp({
    engine,
    auth: store,
    tokens: store,
    audit: openAuditFile(dataDir),
    credentials: openSafe(dataDir),
    exposure: api,
    ...streamBounds(api),
    now: wall.now,
    log,
    operations: watch,
    caches: () => [candleCacheStats(dataDir)],
    ...(settings.inspector ? { inspector: engine } : {}),
  })
  const { host, port } = api
  return { server: await startServer({ app, host, port, tls: tlsOf(api) }), created }
}

const streamBounds = ({ streams }: EngineSettings['api']): Pick<AppOptions, 'stream' | 'websocket'> => {
  const { clientsMax, sseClientsMax, messagesPerSecond, bufferedBytesMax, heartbeatMs } = streams
  return {
    stream: { clientsMax: sseClientsMax, heartbeatMs },
    websocket: { clientsMax, messagesPerSecond, bufferedBytesMax, heartbeatMs },
  }
}

const runEngine = async (
  engine: Engine,
  { settings, log, watch }: { settings: EngineSettings; log: Log; watch: Watch },
  options: Options,
  terminal: Terminal,
) => {
  const write = (text: string) => process.stdout.write(text)
  const { server, created }: { server: RunningServer | null; created: string | null } = settings.api.enabled
    ? await serve(engine, settings, log, watch)
    : { server: null, created: null }
  // Before a word is said: whoever reads the banner may send a signal.
  const forget = obeySignals(engine, text => process.stderr.write(text), openAuditFile(settings.dataDir))
  write(banner(engine, settings, { url: server?.url ?? null, token: created, terminal }))
  if (options.quiet !== true) {
    const newsOf = createNews(terminal)
    engine.subscribe(event => {
      const line = newsOf(event)
      if (line !== null) write(line)
    })
  }
  try {
    await engine.run()
  } finally {
    forget()
    await server?.close()
  }
  write(summary(engine, terminal))
}

/** Longest wait for the database to close: one that hangs would keep the process, or end it with its lock held. */
const CLOSE_MS = 1_000

/** False when it did not close in time; it is left as a crash would leave it. */
const isClosed = async (store: Pick<Store, 'close'>): Promise<boolean> => {
  try {
    await within(store.close(), CLOSE_MS, 'to close the database')
    return true
  } catch (error) {
    if (!(error instanceof TooSlow)) throw error
    process.stderr.write(`engine: ${error.message}\n`)
    return false
  }
}

const run = async (options: Options): Promise<void> => {
  const { config, profile, ...flags } = options
  const choice = { config, profile }
  const loaded = loadConfig(choice, flags)
  const { operations, warnings } = loaded
  ownToken()
  for (const text of warnings) process.stderr.write(`warning: ${visible(text)}\n`)
  const { dataDir, databaseUrl, logLevel } = loaded.settings
  checkMasterKeys(dataDir, process.env)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const lock = await acquireLock(dataDir)
  const log = openLog(dataDir, operations.logs, logLevel)
  let hasLeft = false
  try {
    const store = await openStore({ dataDir, databaseUrl })
    try {
      const { settings, stored } = await withStored(store, loaded, choice, flags)
      const { source, startAt, warmSteps } = await openFeed(settings, {
        allowGaps: options.allowGaps === true,
      })
      const engine = await Engine.open({
        settings,
        stored,
        define: defineFrom(choice, flags),
        source,
        strategies: await loadStrategies(settings.accounts),
        models: accountModels(settings),
        store,
        startAt,
        warmSteps,
        wall,
        exitsFile: join(dataDir, 'exits.jsonl'),
        onError: error => {
          log.logger.error({ component: 'engine', err: error }, 'the engine met an error')
          process.stderr.write(
            `engine: ${scrub(visible(error instanceof Error ? error.message : String(error)))}\n`,
          )
        },
      })
      const { watch, stop } = startWatching({ engine, store, operations, dataDir, log })
      const parts = { settings, log: log.logger, watch }
      try {
        await runEngine(engine, parts, options, terminalOf(process.stdout, process.env))
      } finally {
        await stop()
      }
      engine.close()
      hasLeft = engine.hasLeft
    } finally {
      if (!(await isClosed(store))) hasLeft = true
    }
  } finally {
    await lock.release()
  }
  // A service that never answers would keep the process alive.
  if (hasLeft) process.exit()
}

export const runCommand = (): Command =>
  new Command('run')
    .alias('start')
    .description('run the engine on paper, with its HTTP interface, until Ctrl-C')
    .option('-c, --config <file>', 'configuration file; default latch.yaml here, else the default profile')
    .option('--profile <name>', 'ready configuration by name')
    .option('--assets <symbols...>', 'assets of every account')
    .option('--interval <length>', 'decision candle')
    .option('--strategy <name>', 'signals, analysts, llm, hybrid, replay, or the path of a strategy file')
    .option('--deposit <amount>', 'starting balance of a new account')
    .option('--speed <factor>', 'market seconds per real second, or max')
    .option('--seed <number>', 'seed of the generated market')
    .option('--data <folder>', 'trade stored candles instead of a generated market')
    .option('--from <time>', 'first stored candle, ISO-8601')
    .option('--to <time>', 'end of the stored candles, ISO-8601')
    .option('--allow-gaps', 'trade although candles are missing')
    .option('--no-api', 'do not listen')
    .option('--host <address>', 'address to listen on')
    .option('--port <number>', 'port to listen on')
    .option('--data-dir <folder>', 'where everything is kept')
    .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
    .option('--inspector', 'serve /inspect/ws to developers on this machine')
    .option('--log-level <level>', 'debug, info, warning, error or critical')
    .option('--multi-account', 'accounts come from the file or the environment')
    .option('--quiet', 'print no news')
    .action(run)
