/**
 * Backup and restore of a whole database, embedded or server alike: every table of it, as one moment saw them, row by row
 * as the database writes them. What one kind wrote the other reads.
 */
import { IsolationLevel } from '@mikro-orm/core'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import {
  BackupDamaged,
  type BackupHeader,
  rowsOf,
  verifyBackup,
  type WrittenTable,
  writeBackup,
} from './backup-file.ts'
import type { Database } from './database.ts'

/** The database is not one that this backup may be restored into. It was not changed. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused'
}

export type TableCount = { name: string; rows: number }
export type Restored = {
  header: BackupHeader /** Schema that keeps the rows that were there. */
  movedTo: string | null
}

const FETCH_ROWS = 1_000
/** Rows, and characters of them, that go into the database with one statement. */
const INSERT_ROWS = 500
const INSERT_CHARACTERS = 1_000_000

const MIGRATIONS = 'mikro_orm_migrations'
const TABLES = `
  select table_name as name from information_schema.tables
  where table_schema = current_schema() and table_type = 'BASE TABLE' and table_name <> '${MIGRATIONS}' order by 1`
const COLUMNS = `
  select column_name as name from information_schema.columns
  where table_schema = current_schema() and table_name = ? and is_generated = 'NEVER' order by ordinal_position`

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const listed = (names: readonly string[]): string => names.map(quoted).join(', ')

const tablesOf = async (em: SqlEntityManager): Promise<string[]> =>
  (await em.execute<{ name: string }[]>(TABLES)).map(row => row.name)

const columnsOf = async (em: SqlEntityManager, table: string): Promise<string[]> =>
  (await em.execute<{ name: string }[]>(COLUMNS, [table])).map(row => row.name)

const countOf = async (em: SqlEntityManager, table: string): Promise<number> => {
  const [row] = await em.execute<{ rows: string }[]>(`select count(*) as rows from ${quoted(table)}`)
  return Number(row?.rows ?? 0)
}

const migrationsOf = async (database: Database): Promise<string[]> =>
  (await database.orm.migrator.getExecuted()).map(each => each.name)

/** Every table with its rows, by name. */
export const countTables = async (database: Database): Promise<TableCount[]> => {
  const em = database.orm.em.fork()
  const counts: TableCount[] = []
  for (const name of await tablesOf(em)) counts.push({ name, rows: await countOf(em, name) })
  return counts
}

/** Writes every table as one moment saw it. Returns the header of the file, which is complete when this returns. */
export const backUp = async (database: Database, file: string, at: number): Promise<BackupHeader> => {
  const contents = { createdAt: new Date(at).toISOString(), migrations: await migrationsOf(database) }
  return database.orm.em.fork().transactional(em => writeBackup(file, contents, () => everyRow(em)), {
    isolationLevel: IsolationLevel.REPEATABLE_READ,
    readOnly: true,
  })
}

async function* everyRow(em: SqlEntityManager): AsyncGenerator<string, WrittenTable[]> {
  const written: WrittenTable[] = []
  for (const name of await tablesOf(em)) {
    const columns = await columnsOf(em, name)
    const select = `select ${listed(columns)} from ${quoted(name)}`
    await em.execute(
      `declare latch_backup no scroll cursor for select row_to_json(r)::text as line from (${select}) r`,
    )
    let rows = 0
    for (;;) {
      const page = await em.execute<{ line: string }[]>(`fetch forward ${FETCH_ROWS} from latch_backup`)
      for (const { line } of page) yield line
      rows += page.length
      if (page.length < FETCH_ROWS) break
    }
    await em.execute('close latch_backup')
    written.push({ name, columns, rows })
  }
  return written
}

/**
 * Puts the rows of a backup into a database without rows; with `force` the rows that are there are kept aside in a schema
 * of their own. All of it or nothing.
 *
 * @throws BackupDamaged when the file is not whole, RestoreRefused when the database is not one to restore into.
 */
export const restore = async (
  database: Database,
  file: string,
  options: { force: boolean; at: number },
): Promise<Restored> => {
  const header = await verifyBackup(file)
  const own = await migrationsOf(database)
  if (header.migrations.join() !== own.join()) throw otherVersion(file, header.migrations, own)
  return database.orm.em.fork().transactional(async em => {
    await checkTables(em, file, header)
    const movedTo = await makeRoom(em, options)
    await insertRows(em, file, header)
    for (const { name, rows } of header.tables) {
      const found = await countOf(em, name)
      if (found !== rows) throw new Error(`Invariant: ${name} has ${found} rows after restoring ${rows}`)
    }
    return { header, movedTo }
  })
}

const otherVersion = (file: string, theirs: string[], own: string[]): RestoreRefused => {
  const isNewer = theirs.some(name => !own.includes(name))
  return new RestoreRefused(
    `The backup ${file} was made by ${isNewer ? 'a newer' : 'an older'} version of the engine ` +
      `(its last migration is ${theirs.at(-1) ?? 'none'}, this one's ${own.at(-1) ?? 'none'}). ` +
      (isNewer
        ? 'Restore it with that version.'
        : 'Restore it with that version; the next start of this one brings the database up to date.'),
  )
}

/** Names in the file become SQL, so they must be names the database has. */
const checkTables = async (em: SqlEntityManager, file: string, header: BackupHeader): Promise<void> => {
  const known = await tablesOf(em)
  const same = (a: readonly string[], b: readonly string[]) => a.toSorted().join() === b.toSorted().join()
  if (
    !same(
      header.tables.map(each => each.name),
      known,
    )
  ) {
    throw new BackupDamaged(file, `its tables are not those of the database (${known.join(', ')})`)
  }
  for (const { name, columns } of header.tables) {
    if (!same(columns, await columnsOf(em, name))) {
      throw new BackupDamaged(file, `the columns of its table ${name} are not those of the database`)
    }
  }
}

const makeRoom = async (
  em: SqlEntityManager,
  { force, at }: { force: boolean; at: number },
): Promise<string | null> => {
  const counts: TableCount[] = []
  for (const name of await tablesOf(em)) counts.push({ name, rows: await countOf(em, name) })
  const rows = counts.reduce((sum, each) => sum + each.rows, 0)
  if (rows === 0) return null
  if (!force) {
    throw new RestoreRefused(
      `The database holds ${rows} rows. Restore into an empty one, or give --force: what is there is then kept aside.`,
    )
  }
  const schema = `latch_before_${new Date(at).toISOString().slice(0, 19).replace(/\D/g, '')}`
  await em.execute(`create schema ${quoted(schema)}`)
  for (const { name } of counts) {
    await em.execute(`create table ${quoted(schema)}.${quoted(name)} as table ${quoted(name)}`)
    await em.execute(`truncate ${quoted(name)}`)
  }
  return schema
}

const insertRows = async (em: SqlEntityManager, file: string, header: BackupHeader): Promise<void> => {
  const lines = rowsOf(file)
  for (const { name, columns, rows } of header.tables) {
    const insert =
      `insert into ${quoted(name)} (${listed(columns)}) ` +
      `select ${listed(columns)} from jsonb_populate_recordset(null::${quoted(name)}, ?::jsonb)`
    let held: string[] = []
    let characters = 0
    for (let count = 1; count <= rows; count += 1) {
      const { value } = await lines.next()
      held.push(String(value))
      characters += String(value).length
      if (count < rows && held.length < INSERT_ROWS && characters < INSERT_CHARACTERS) continue
      await em.execute(insert, [`[${held.join(',')}]`])
      held = []
      characters = 0
    }
  }
}
