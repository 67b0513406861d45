/** `latch accounts|positions|orders|trades|decisions`: reads a running engine through its HTTP interface. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { UsageError } from './exit.ts'
import { loadConfig } from './load-config.ts'
import { type Column, table } from './output/table.ts'
import { terminalOf } from './output/terminal.ts'
import { TOKEN_FILE } from './token.ts'

type Row = Record<string, unknown>
type Options = {
  url?: string
  token?: string
  account?: string
  limit?: string
  status?: string
  json?: boolean
  dataDir?: string
}

const column = (title: string, key: string = title): Column<Row> => ({
  title: title.replaceAll('_', ' '),
  value: row => {
    const value = row[key]
    return value === null || value === undefined
      ? null
      : typeof value === 'number'
        ? value
        : typeof value === 'string'
          ? value
          : JSON.stringify(value)
  },
})

const TABLES: Record<string, { about: string; keys: string[] }> = {
  accounts: {
    about: 'accounts with their state and money',
    keys: [
      'account_id',
      'status',
      'state',
      'strategy',
      'equity',
      'return_percent',
      'drawdown_percent',
      'positions_open',
      'trades_today',
    ],
  },
  positions: {
    about: 'open positions; --status closed shows finished trades',
    keys: [
      'account_id',
      'asset',
      'side',
      'quantity',
      'entry_price',
      'mark_price',
      'unrealized_pnl',
      'sl_price',
      'tp_price',
      'protected',
      'state',
    ],
  },
  orders: {
    about: 'orders, newest first',
    keys: [
      'created_at',
      'account_id',
      'asset',
      'leg',
      'side',
      'type',
      'quantity',
      'trigger_price',
      'average_price',
      'status',
    ],
  },
  trades: {
    about: 'fills, newest first',
    keys: ['at', 'account_id', 'asset', 'leg', 'side', 'quantity', 'price', 'fee', 'realized_pnl'],
  },
  decisions: {
    about: 'decisions with what became of them, newest first',
    keys: ['at', 'account_id', 'asset', 'action', 'outcome', 'code', 'confidence', 'rationale'],
  },
}

const tokenOf = (options: Options, dataDir: string): string => {
  const given = options.token ?? process.env['API_TOKEN']
  if (given !== undefined && given !== '') return given
  const file = join(dataDir, TOKEN_FILE)
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new UsageError(
    `No token: give --token, set API_TOKEN, or run this where the engine's data folder is (${file})`,
  )
}

const read = async (name: string, options: Options): Promise<void> => {
  const { settings } = loadConfig({}, { dataDir: options.dataDir })
  const host = settings.api.host === '0.0.0.0' ? '127.0.0.1' : settings.api.host
  const url = new URL(`/${name}`, options.url ?? `http://${host}:${settings.api.port}`)
  if (options.account !== undefined) url.searchParams.set('account_id', options.account)
  if (options.limit !== undefined) url.searchParams.set('limit', options.limit)
  if (options.status !== undefined) url.searchParams.set('status', options.status)
  const headers = { authorization: `Bearer ${tokenOf(options, settings.dataDir)}` }
  let response: Response
  try {
    response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) })
  } catch (error) {
    throw new Error(`No engine answers at ${url.origin}; start one with latch run, or name it with --url`, {
      cause: error,
    })
  }
  const body = (await response.json()) as { items?: Row[]; detail?: string; remedy?: string; total?: number }
  if (!response.ok) {
    throw new Error(
      `The engine answered ${response.status}: ${body.detail ?? ''} ${body.remedy ?? ''}`.trim(),
    )
  }
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(body, null, 2)}\n`)
    return
  }
  const items = body.items ?? []
  const keys = (TABLES[name]?.keys ?? []).filter(key => items.length === 0 || items.some(item => key in item))
  const columns = keys.map(key => column(key))
  process.stdout.write(`${table(columns, items, terminalOf(process.stdout, process.env))}\n`)
  process.stdout.write(`${items.length} of ${body.total ?? items.length} ${name}\n`)
}

export const readCommands = (): Command[] =>
  Object.entries(TABLES).map(([name, { about }]) => {
    const command = new Command(name)
      .description(`${about} (of a running engine)`)
      .option('--account <id>', 'only this account')
      .option('--url <address>', 'address of the engine')
      .option('--token <token>', 'access token; default API_TOKEN or the file in the data folder')
      .option('--data-dir <folder>', 'data folder of the engine')
      .option('--json', 'print JSON')
      .action((options: Options) => read(name, options))
    if (name !== 'accounts')
      command.option('--limit <n>', 'number of rows').option('--status <status>', 'only this status')
    return command
  })
