/** Puts together what watches a running engine: log files, alerts, metrics, and the jobs beside trading. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../actors/engine.ts'
import { DailySummary } from '../actors/operations/daily-summary.ts'
import { Dispatcher } from '../actors/operations/dispatcher.ts'
import { FactLog } from '../actors/operations/fact-log.ts'
import { Watch } from '../actors/operations/watch.ts'
import { logFiles } from '../adapters/log/log-files.ts'
import { createLog, type Level, type Logger } from '../adapters/log/logger.ts'
import { MachineMeter } from '../adapters/machine/meter.ts'
import { notifiersOf } from '../adapters/notify/notifiers.ts'
import type { OpenStore } from '../adapters/store/open-store.ts'
import type { LogSettings, OperationsSettings, RetentionSettings } from '../domain/operations.ts'
import type { AccountSettings } from '../domain/settings.ts'
import { scrub } from '../domain/scrub.ts'
import { wall } from './wall.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

export type OpenLog = ReturnType<typeof openLog>

/** Lines go to the files of the data folder, and as far as the settings say to the standard error. */
export const openLog = (dataDir: string, settings: LogSettings, level: Level) =>
  createLog({
    dataDir,
    settings,
    level,
    scrub,
    now: wall.now,
    console: { write: line => shows(settings.console, line) && process.stderr.write(line) },
  })

const shows = (console: LogSettings['console'], line: string): boolean =>
  console === 'all' || (console === 'problems' && /^\{"level":"(WARNING|ERROR|CRITICAL)"/.test(line))

/** File of a month's rows of one table. */
export const archiveFile =
  (dataDir: string, now: number) =>
  (table: string): string =>
    join(dataDir, 'archive', `${table}-${new Date(now).toISOString().slice(0, 7)}.jsonl.gz`)

/** How long the rows of each account are kept. */
export const retentionOf = (accounts: readonly AccountSettings[]): Map<string, RetentionSettings> =>
  new Map(accounts.map(each => [each.id, each.retention]))

type Parts = {
  engine: Engine
  store: Pick<OpenStore, 'prune'>
  operations: OperationsSettings
  dataDir: string
  log: OpenLog
}

const dispatcherOf = ({ alerts }: OperationsSettings, logger: Logger): Dispatcher =>
  new Dispatcher({
    notifiers: notifiersOf(alerts),
    perHourMax: alerts.perHourMax,
    now: wall.now,
    wait: ms => sleep(ms, undefined, { ref: false }),
    onFailure: (name, error) => logger.error({ component: 'alerts', err: error }, `${name} was not told`),
  })

const writeFacts = (engine: Engine, logger: Logger): (() => void) => {
  const facts = new FactLog()
  return engine.subscribe(event => {
    const line = event.kind === 'fact' ? facts.line(event.fact) : null
    if (line !== null) logger[line.level](line.fields, line.message)
  })
}

const prune = async ({ store, dataDir, log, engine }: Parts, settings: RetentionSettings): Promise<void> => {
  const { now } = engine.status()
  const accounts = retentionOf(engine.settings.accounts)
  const pruned = await store.prune({ settings, accounts, now, archiveFile: archiveFile(dataDir, now) })
  for (const { table, rows, before, accountId } of pruned) {
    if (rows > 0)
      log.logger.info(
        { component: 'retention', table, rows, before, ...(accountId && { account_id: accountId }) },
        'rows archived and removed',
      )
  }
}

export type Watching = { watch: Watch; stop: () => Promise<void> }

/** Longest wait for notices that are under way when the engine ends. */
const LAST_NOTICES_MS = 1_000

export const startWatching = (parts: Parts): Watching => {
  const { engine, operations, dataDir, log } = parts
  const { logger, access } = log
  const meter = new MachineMeter(dataDir)
  const dispatcher = dispatcherOf(operations, logger)
  const alertLog = logger.child({ component: 'alerts' })
  const watch = new Watch({
    engine,
    thresholds: operations.alerts.thresholds,
    now: wall.now,
    meter,
    dispatcher,
    logs: logFiles(dataDir, operations.logs.filesKept),
    onNews: ({ event, level, code, accountId, message }) =>
      alertLog[event === 'cleared' ? 'info' : level === 'critical' ? 'error' : 'warn'](
        { event, code, account_id: accountId },
        message,
      ),
    onRequest: ({ seconds, requestId, ...note }) =>
      access.info(
        { component: 'http', ...note, request_id: requestId, ms: Math.round(seconds * 1e5) / 100 },
        'request',
      ),
    onError: (job, error) => logger.error({ component: 'jobs', job, err: error }, `job ${job} failed`),
  })
  watch.start()
  watch.jobs.start({ name: 'retention', everyMs: HOUR_MS, work: () => prune(parts, operations.retention) })
  if (operations.alerts.dailySummary) {
    const summary = new DailySummary(wall.now())
    const tell = (): void => {
      const notice = summary.due(wall.now(), engine.accounts())
      if (notice !== null) dispatcher.send(notice)
    }
    watch.jobs.start({ name: 'daily summary', everyMs: MINUTE_MS, work: tell })
  }
  const forgetFacts = writeFacts(engine, logger)
  logger.info({ component: 'engine', accounts: engine.accounts().length }, 'engine started')
  return {
    watch,
    async stop() {
      forgetFacts()
      watch.stop()
      meter.close()
      await Promise.race([dispatcher.idle(), sleep(LAST_NOTICES_MS, undefined, { ref: false })])
      logger.info({ component: 'engine' }, 'engine stopped')
      log.close()
    },
  }
}
