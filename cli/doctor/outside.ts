/** What the doctor asks of the outside: the database, the models, the venue, the ways of alerts, the port. */
import { createServer } from 'node:net'
import { databaseFolder, holdsDatabase } from '../../adapters/store/database-folder.ts'
import { acquireLock } from '../../adapters/store/lock.ts'
import { openStore } from '../../adapters/store/open-store.ts'
import { DataFolderLocked } from '../../adapters/store/store-error.ts'
import type { Notifier } from '../../domain/alert.ts'
import type { Model, ModelFailure } from '../../domain/model/port.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import type { OpenFeed } from '../feed.ts'
import { wall } from '../wall.ts'
import { type Finding, failed, ok, textOf, warning } from './check.ts'

/** Opens it as the engine would; a running engine has it open already, and is left alone. */
export const checkDatabase = async ({ dataDir, databaseUrl }: EngineSettings): Promise<Finding> => {
  const remedy = 'Check DATABASE_URL and DATA_DIR; latch db restore brings a backup back.'
  try {
    const lock = await acquireLock(dataDir)
    try {
      if (databaseUrl === null && !(await holdsDatabase(databaseFolder(dataDir))))
        return ok('database', 'none yet: the first start makes it')
      const store = await openStore({ dataDir, databaseUrl })
      try {
        const accounts = Object.keys(await store.lastSeq()).length
        return ok('database', `${store.kind}, facts of ${accounts} accounts`)
      } finally {
        await store.close()
      }
    } finally {
      await lock.release()
    }
  } catch (error) {
    if (error instanceof DataFolderLocked) return ok('database', 'in use by a running engine')
    return failed('database', textOf(error), remedy)
  }
}

const ASK_MS = 20_000
const ANSWER_BYTES_MAX = 1_000_000

const REMEDIES: Partial<Record<ModelFailure, string>> = {
  model_not_found: 'The endpoint has no model of this name: correct LLM_MODEL or model.name.',
  unauthorised: 'Correct the key: OPENROUTER_API_KEY or LLM_API_KEY.',
  no_credit: 'Add credit at the provider.',
  unreachable: 'Check the address (LLM_BASE_URL) and the network.',
  timeout: 'Check the address (LLM_BASE_URL) and the network, or take a faster model.',
}

/** Asks each model for one word. */
export const checkModels = async (
  models: ReadonlyMap<string, Model>,
  { accounts }: Pick<EngineSettings, 'accounts'>,
): Promise<Finding[]> => {
  const asking = accounts.filter(each => models.has(each.id))
  if (asking.length === 0) return [ok('model', 'no account asks one')]
  const findings: Finding[] = []
  for (const { id, model } of asking) {
    const port = models.get(id)
    if (model === null || port === undefined) continue
    const name = `model of ${id}`
    if (model.kind === 'scripted') {
      findings.push(ok(name, `${model.name}, built in`))
      continue
    }
    const reply = await port.ask(
      {
        model: model.name,
        messages: [{ role: 'user', content: 'Answer with the word ok.' }],
        format: null,
        tools: [],
        temperature: null,
        reasoningEffort: null,
        tokensMax: 256,
      },
      { deadlineMs: ASK_MS, bytesMax: ANSWER_BYTES_MAX },
    )
    // Whoever answered anything is there, even if the answer was cut off.
    const isThere = reply.ok || ['cut_off', 'empty', 'refused', 'not_recorded'].includes(reply.failure)
    if (isThere) findings.push(ok(name, `${model.name} answered in ${Math.round(reply.latencyMs)} ms`))
    else if (!reply.ok) {
      const remedy = REMEDIES[reply.failure] ?? 'Ask again later; latch models log has the details.'
      findings.push(failed(name, `${model.name}: ${reply.failure}: ${reply.message}`, remedy))
    }
  }
  return findings
}

/** The paper venue trades what the feed knows. */
export const checkExchange = async (
  settings: EngineSettings,
  openFeed: (settings: EngineSettings) => Promise<Pick<OpenFeed, 'source'>>,
): Promise<Finding> => {
  const remedy = 'Correct assets and feed in the configuration; latch data fetches candles.'
  try {
    const { source } = await openFeed(settings)
    const known = new Set(source.instruments.map(each => each.symbol))
    const missing = settings.accounts.flatMap(each => each.assets).filter(symbol => !known.has(symbol))
    if (missing.length > 0) return failed('exchange', `paper has no ${missing.join(', ')}`, remedy)
    return ok('exchange', `paper, ${known.size} instruments, candles of ${source.interval}`)
  } catch (error) {
    return failed('exchange', textOf(error), remedy)
  }
}

/** Ways of alerts, told a test notice when asked to; and the port, which is free or an engine's. */
export const checkMonitoring = async (
  { api }: EngineSettings,
  notifiers: readonly Notifier[],
  tells: boolean,
): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const notifier of tells ? notifiers : []) {
    const notice = { event: 'told', level: 'info', code: 'test', accountId: null } as const
    const message = 'A test by latch doctor: notices arrive here.'
    try {
      await notifier.send({ ...notice, message, at: wall.now(), heldBack: 0 })
      findings.push(ok(`alerts by ${notifier.name}`, 'a test notice was taken'))
    } catch (error) {
      findings.push(failed(`alerts by ${notifier.name}`, textOf(error), 'Correct its address or token.'))
    }
  }
  if (notifiers.length === 0) {
    const remedy =
      'Set ALERT_WEBHOOK_URL, or another way of .env.example, to be told when something is wrong.'
    findings.push(warning('monitoring', 'nobody is told of alerts', remedy))
  } else if (!tells) {
    const names = notifiers.map(each => each.name).join(', ')
    findings.push(ok('monitoring', `alerts go to ${names}; --notify sends a test`))
  }
  if (api.enabled) findings.push(await checkPort(api))
  return findings
}

const checkPort = async ({ host, port }: { host: string; port: number }): Promise<Finding> => {
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
  if (await isFree(host, port)) return ok('port', `${host}:${port} is free`)
  try {
    const answer = await fetch(`http://${name}:${port}/health`, { signal: AbortSignal.timeout(2_000) })
    const { status } = (await answer.json()) as { status?: string }
    if (status !== undefined) return ok('port', `an engine answers at ${name}:${port}: ${status}`)
  } catch {
    // Whoever listens there is no engine.
  }
  return failed('port', `another program listens at ${host}:${port}`, 'Stop it, or set API_PORT.')
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
