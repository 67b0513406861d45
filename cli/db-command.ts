/** `latch db backup|restore|status`: looks after the database of an engine that is not running. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { backUp, countTables, restore, type TableCount } from '../adapters/store/backup.ts'
import { type Database, openPglite, openPostgres } from '../adapters/store/database.ts'
import { databaseFolder, holdsDatabase } from '../adapters/store/database-folder.ts'
import { acquireLock } from '../adapters/store/lock.ts'
import { visible } from '../domain/text.ts'
import { loadConfig } from './load-config.ts'
import { type Column, table } from './output/table.ts'
import { terminalOf } from './output/terminal.ts'
import { leaveAuditRow } from './token-command.ts'
import { wall } from './wall.ts'

type Options = {
  config?: string
  dataDir?: string
  databaseUrl?: string
  json?: boolean
  force?: boolean
}

const COLUMNS: Column<TableCount>[] = [
  { title: 'table', value: row => row.name },
  { title: 'rows', value: row => row.rows },
]

const rowsIn = (counts: readonly { rows: number }[]): number =>
  counts.reduce((sum, each) => sum + each.rows, 0)

/** Opens the database under the lock of its data folder, so that no engine writes meanwhile. */
const withDatabase = async (
  options: Options,
  mayBeMissing: boolean,
  work: (database: Database, dataDir: string) => Promise<void>,
): Promise<void> => {
  const { config, dataDir, databaseUrl } = options
  const { settings } = loadConfig({ config }, { dataDir, databaseUrl })
  const lock = await acquireLock(settings.dataDir)
  try {
    const folder = databaseFolder(settings.dataDir)
    if (!settings.databaseUrl && !mayBeMissing && !(await holdsDatabase(folder))) {
      throw new Error(`There is no database in ${folder}; name the data folder of the engine with --data-dir`)
    }
    const database = await (settings.databaseUrl
      ? openPostgres(settings.databaseUrl, 1)
      : openPglite(settings.dataDir))
    try {
      await work(database, settings.dataDir)
    } finally {
      await database.close()
    }
  } finally {
    await lock.release()
  }
}

const write = (options: Options, document: object, text: string): void => {
  process.stdout.write(options.json === true ? `${JSON.stringify(document, null, 2)}\n` : `${text}\n`)
}

const backupTo = (file: string, options: Options): Promise<void> =>
  withDatabase(options, false, async database => {
    const { createdAt, tables, sha256 } = await backUp(database, resolve(file), wall.now())
    const text = `Backed up ${rowsIn(tables)} rows of ${tables.length} tables to ${visible(file)}.`
    write(options, { file: resolve(file), createdAt, tables, sha256 }, text)
  })

const restoreFrom = (file: string, options: Options): Promise<void> =>
  withDatabase(options, true, async (database, dataDir) => {
    const force = options.force === true
    const { header, movedTo } = await restore(database, resolve(file), { force, at: wall.now() })
    const { createdAt, tables } = header
    leaveAuditRow(dataDir, 'db restore', {
      after: { file: resolve(file), createdAt, rows: rowsIn(tables), movedTo },
    })
    const aside = movedTo === null ? '' : ` What was there is kept in the schema ${movedTo}.`
    const text = `Restored ${rowsIn(tables)} rows of ${tables.length} tables, as of ${createdAt}.${aside}`
    write(options, { file: resolve(file), createdAt, tables, movedTo }, text)
  })

const status = (options: Options): Promise<void> =>
  withDatabase(options, false, async database => {
    const tables = await countTables(database)
    const { kind } = database
    const total = `${rowsIn(tables)} rows in ${kind === 'pglite' ? 'the embedded database' : 'PostgreSQL'}`
    write(
      options,
      { kind, tables },
      `${table(COLUMNS, tables, terminalOf(process.stdout, process.env))}\n${total}`,
    )
  })

export const dbCommand = (): Command => {
  const command = new Command('db').description(
    'back up, restore or look at the database of a stopped engine',
  )
  const withPlace = (sub: Command): Command =>
    sub
      .option('-c, --config <file>', 'configuration file')
      .option('--data-dir <folder>', 'data folder of the engine')
      .option('--database-url <url>', 'PostgreSQL instead of the embedded database')
      .option('--json', 'print JSON')
  withPlace(command.command('backup'))
    .description('write everything to one file; either kind of database can be restored from it')
    .argument('<file>', 'e.g. latch.jsonl.gz; a file that is there is replaced')
    .action(backupTo)
  withPlace(command.command('restore'))
    .description('read everything back into an empty database')
    .argument('<file>', 'a file that latch db backup wrote')
    .option('--force', 'the database is not empty: keep its rows aside in a schema of their own')
    .action(restoreFrom)
  withPlace(command.command('status')).description('tables and their rows').action(status)
  return command
}
