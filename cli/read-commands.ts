/** `latch accounts|positions|orders|trades|decisions`: reads a running engine through its HTTP interface. */
import { Command } from 'commander'
import { accountCommands } from './accounts-command.ts'
import { ask, type ClientOptions, withClientOptions } from './engine-client.ts'
import { type Column, table } from './output/table.ts'
import { terminalOf } from './output/terminal.ts'

type Row = Record<string, unknown>
type Options = ClientOptions & { account?: string; limit?: string; status?: string; json?: boolean }

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
      'position_id',
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

type Body = { items?: Row[]; total?: number }
type Shown = {
  keys: readonly string[]
  /** What the rows are called. */
  name: string
}

/** Prints a list of a running engine as a table, or as the JSON it came as. */
export const printRows = (options: { json?: boolean }, body: Body, shown: Shown): void => {
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(body, null, 2)}\n`)
    return
  }
  const items = body.items ?? []
  const keys = shown.keys.filter(key => items.length === 0 || items.some(item => key in item))
  const columns = keys.map(key => column(key))
  process.stdout.write(`${table(columns, items, terminalOf(process.stdout, process.env))}\n`)
  process.stdout.write(`${items.length} of ${body.total ?? items.length} ${shown.name}\n`)
}

type Question = Shown & { path: string; parameters: Record<string, string | undefined> }

/** Asks a running engine for a list, and prints it as a table or as JSON. */
export const printList = async (
  options: ClientOptions & { json?: boolean },
  { path, parameters, ...shown }: Question,
): Promise<void> => printRows(options, await ask<Body>(options, { path, parameters }), shown)

const read = (name: string, options: Options): Promise<void> => {
  const { account, limit, status } = options
  const parameters = { account_id: account, limit, status }
  return printList(options, { path: `/${name}`, parameters, keys: TABLES[name]?.keys ?? [], name })
}

export const readCommands = (): Command[] =>
  Object.entries(TABLES).map(([name, { about }]) => {
    const command = withClientOptions(
      new Command(name)
        .description(`${about} (of a running engine)`)
        .option('--account <id>', 'only this account'),
    ).action((options: Options) => read(name, options))
    if (name === 'accounts') for (const each of accountCommands()) command.addCommand(each)
    else command.option('--limit <n>', 'number of rows').option('--status <status>', 'only this status')
    return command
  })
