/** `latch models list|log|cassette`: what models were asked and answered, of a running engine or of a stopped one's store. */

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { acquireLock } from '../adapters/store/lock.ts'
import { openStore } from '../adapters/store/open-store.ts'
import type { RowQuery, StoreReader } from '../domain/ports.ts'
import { visible } from '../domain/text.ts'
import { type ClientOptions, withClientOptions } from './engine-client.ts'
import { UsageError } from './exit.ts'
import { loadConfig } from './load-config.ts'
import { listModels } from './models-list.ts'
import { printList } from './read-commands.ts'
import { everyRow } from '../actors/every-row.ts'

type LogOptions = ClientOptions & {
  account?: string
  model?: string
  outcome?: string
  limit?: string
  json?: boolean
}
type CassetteOptions = {
  out: string
  from?: string
  to?: string
  account?: string
  config?: string
  dataDir?: string
  databaseUrl?: string
  json?: boolean
}

const PAGE = 200
const COLUMNS = [
  'at',
  'account_id',
  'purpose',
  'model',
  'outcome',
  'failure',
  'prompt_tokens',
  'completion_tokens',
  'cost_usd',
  'latency_ms',
  'call_id',
]

const log = (options: LogOptions): Promise<void> => {
  const { account, model, outcome, limit } = options
  return printList(options, {
    path: '/llm/interactions',
    parameters: { account_id: account, model, outcome, limit },
    keys: COLUMNS,
    name: 'calls',
  })
}

/** Epoch ms of a UTC time given as an option; `null`: it was not. */
export const timeOf = (name: string, text: string | undefined): number | null => {
  if (text === undefined) return null
  const at = Date.parse(text)
  if (Number.isFinite(at)) return at
  throw new UsageError(`--${name} is ${visible(text)}, but must be a UTC time such as 2026-01-02T03:00:00Z`)
}

/** Lines of the cassette, oldest first: a call each, as it was recorded. */
async function* cassetteLines(reader: StoreReader, filter: Omit<RowQuery, 'limit'>): AsyncGenerator<string> {
  for await (const row of everyRow(query => reader.interactions(query), filter, PAGE)) {
    const { accountId: _accountId, at: _at, ...call } = row
    yield `${JSON.stringify(call)}\n`
  }
}

const cassette = async (options: CassetteOptions): Promise<void> => {
  const { config, dataDir, databaseUrl, account } = options
  const [from, to] = [timeOf('from', options.from), timeOf('to', options.to)]
  const { settings } = loadConfig({ config }, { dataDir, databaseUrl })
  const lock = await acquireLock(settings.dataDir)
  let calls = 0
  try {
    const store = await openStore({ dataDir: settings.dataDir, databaseUrl: settings.databaseUrl })
    try {
      const file = createWriteStream(resolve(options.out), { mode: 0o600 })
      const filter = {
        ...(account === undefined ? {} : { accountId: [account] }),
        ...(from === null ? {} : { from }),
        ...(to === null ? {} : { to }),
      }
      for await (const line of cassetteLines(store, filter)) {
        calls += 1
        if (!file.write(line)) await once(file, 'drain')
      }
      file.end()
      await once(file, 'finish')
    } finally {
      await store.close()
    }
  } finally {
    await lock.release()
  }
  const text = `${calls} calls on ${visible(options.out)}; replay them with the strategy replay and model.cassette`
  process.stdout.write(
    options.json === true ? `${JSON.stringify({ file: resolve(options.out), calls })}\n` : `${text}\n`,
  )
}

export const modelsCommand = (): Command => {
  const command = new Command('models').description(
    'models of the accounts, and what they were asked and answered',
  )
  command
    .command('list')
    .description('each account with its model, where it is asked, how that goes and what it has cost')
    .option('-c, --config <file>', 'configuration file')
    .option('--profile <name>', 'ready configuration by name')
    .option('--data-dir <folder>', 'data folder of the engine')
    .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
    .option('--json', 'print JSON')
    .action(listModels)
  withClientOptions(command.command('log'))
    .description('calls of a running engine, newest first')
    .option('--account <id>', 'only this account')
    .option('--model <name>', 'only questions to this model')
    .option('--outcome <outcome>', 'accepted, tool_calls, rejected or failed')
    .option('--limit <n>', 'number of rows')
    .action(log)
  command
    .command('cassette')
    .description('write the calls of a stopped engine to a file that answers them again')
    .requiredOption('--out <file>', 'e.g. day.jsonl; a file that is there is replaced')
    .option('--from <time>', 'first call, ISO-8601')
    .option('--to <time>', 'end, ISO-8601, not included')
    .option('--account <id>', 'only this account')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <folder>', 'data folder of the engine')
    .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
    .option('--json', 'print JSON')
    .action(cassette)
  return command
}
