/** `latch decisions replay`: recorded questions to another model or in other words, compared; nothing is traded. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { asksModel } from '../actors/load-strategy.ts'
import type { SecondAsker } from '../actors/model/ask-again.ts'
import { type Replay, type ReplayOptions, replayDecisions } from '../actors/model/replay-decisions.ts'
import { loadTemplate } from '../actors/model/template.ts'
import { isScripted } from '../adapters/config/convert-model.ts'
import { Cassette, CassetteModel } from '../adapters/model/cassette-model.ts'
import { recordedModel } from '../adapters/model/recorded-model.ts'
import { acquireLock } from '../adapters/store/lock.ts'
import { openStore } from '../adapters/store/open-store.ts'
import type { AccountSettings, EngineSettings } from '../domain/settings.ts'
import { visible } from '../domain/text.ts'
import { accountModel } from './account-model.ts'
import { replayReport } from './decisions-replay-report.ts'
import { UsageError } from './exit.ts'
import { openFeed } from './feed.ts'
import { loadConfig } from './load-config.ts'
import { timeOf } from './models-command.ts'
import { terminalOf } from './output/terminal.ts'

type Options = {
  from?: string
  to?: string
  account?: string
  model?: string
  prompt?: string
  limit: string
  horizon: string
  cassette?: string
  cassetteOnly?: boolean
  config?: string
  profile?: string
  dataDir?: string
  databaseUrl?: string
  json?: boolean
}

const HOUR_MS = 3_600_000

const above = (name: string, text: string, isWhole: boolean): number => {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value) && (!isWhole || Number.isInteger(value))) return value
  const kind = isWhole ? 'a whole number' : 'a number'
  throw new UsageError(`--${name} is ${visible(text)}, but must be ${kind} above 0`)
}

const accountsOf = ({ accounts }: EngineSettings, id: string | undefined): AccountSettings[] => {
  const asking = accounts.filter(each => each.model !== null && asksModel(each.strategy.name))
  if (id === undefined && asking.length > 0) return asking
  const found = asking.filter(each => each.id === id)
  if (found.length > 0) return found
  const known = asking.map(each => each.id).join(', ') || 'none'
  throw new UsageError(`No account ${id ?? ''} of this configuration asks a model; those that do: ${known}`)
}

/** All accounts share one cassette: what one had answered is not asked again. */
const askers = (settings: EngineSettings, options: Options): ((account: AccountSettings) => SecondAsker) => {
  const template = options.prompt === undefined ? null : loadTemplate(options.prompt)
  const cassette = options.cassette === undefined ? null : new Cassette(resolve(options.cassette))
  if (options.cassetteOnly === true && cassette === null) {
    throw new UsageError('--cassette-only needs --cassette: without one there is nobody to ask')
  }
  return ({ id, model: own }) => {
    if (own === null) throw new UsageError(`Account ${id} has no model`)
    const name = options.model ?? null
    const asked = name ?? own.name
    const kind = isScripted(asked) ? 'scripted' : 'openai'
    if (kind === 'openai' && own.baseUrl === '') {
      throw new UsageError(`Account ${id} has no endpoint to ask ${asked} at: set LLM_BASE_URL or a key`)
    }
    const model = { ...own, name: asked, kind } as const
    const inner = options.cassetteOnly === true ? null : accountModel({ id, model }, settings.modelSecrets)
    if (cassette !== null)
      return { model: new CassetteModel(cassette, inner), settings: model, name, template }
    if (inner === null) throw new UsageError(`Account ${id} has nobody to ask`)
    return { model: inner, settings: model, name, template }
  }
}

/** Everything but the store, so that wrong words are refused before anything is opened. */
const prepared = (settings: EngineSettings, options: Options): Omit<ReplayOptions, 'reader'> => ({
  settings,
  accounts: accountsOf(settings, options.account),
  from: timeOf('from', options.from),
  to: timeOf('to', options.to),
  limit: above('limit', options.limit, true),
  horizonMs: above('horizon', options.horizon, false) * HOUR_MS,
  askerOf: askers(settings, options),
  recorded: recordedModel,
  openFeed: () => openFeed(settings, { allowGaps: true }),
  onNote: text => process.stderr.write(`note: ${visible(text)}\n`),
})

const replay = async (options: Options): Promise<void> => {
  const { config, profile, dataDir, databaseUrl } = options
  const { settings, warnings } = loadConfig({ config, profile }, { dataDir, databaseUrl, api: false })
  for (const text of warnings) process.stderr.write(`warning: ${visible(text)}\n`)
  const asked = prepared(settings, options)
  const lock = await acquireLock(settings.dataDir)
  let result: Replay
  try {
    const store = await openStore({ dataDir: settings.dataDir, databaseUrl: settings.databaseUrl })
    try {
      result = await replayDecisions({ ...asked, reader: store })
    } finally {
      await store.close()
    }
  } finally {
    await lock.release()
  }
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ results: 'paper', ...result }, null, 2)}\n`
      : replayReport(result, terminalOf(process.stdout, process.env)),
  )
}

export const decisionsReplayCommand = (): Command =>
  new Command('replay')
    .description("ask a stopped engine's recorded questions again and compare; nothing is traded")
    .option('--from <time>', 'first question, ISO-8601')
    .option('--to <time>', 'end, ISO-8601, not included')
    .option('--account <id>', 'only this account; default all that ask a model')
    .option('--model <name>', "another model at the account's endpoint, or scripted/…")
    .option('--prompt <file>', 'another template: agent, arena, or a file')
    .option('--limit <n>', 'most questions of each account', '100')
    .option('--horizon <hours>', 'how long a replayed entry may last', '24')
    .option('--cassette <file>', 'answers are read from here first, new ones are added to it')
    .option('--cassette-only', 'ask nobody what is not on the cassette')
    .option('-c, --config <file>', 'configuration file of the recorded run')
    .option('--profile <name>', 'ready configuration by name')
    .option('--data-dir <folder>', 'data folder of the engine')
    .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
    .option('--json', 'print one JSON document')
    .action(replay)
