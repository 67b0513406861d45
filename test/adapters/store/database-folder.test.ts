import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPglite } from '../../../adapters/store/database.ts'
import { openStore } from '../../../adapters/store/open-store.ts'
import { StoreDamaged } from '../../../adapters/store/store-error.ts'
import { batchOf, Journal } from '../../contracts/journal.ts'

let home = ''
/** A data folder with one fact in it, to be copied and damaged. */
let good = ''
let copies = 0

const open = (dataDir: string) => openStore({ dataDir, databaseUrl: null })

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'latch-folder-'))
  good = join(home, 'good')
  const store = await open(good)
  await store.write(batchOf(new Journal('a').mark()))
  await store.close()
})
afterAll(() => rm(home, { recursive: true }))

const copy = async (): Promise<string> => {
  const dataDir = join(home, `copy-${++copies}`)
  await cp(good, dataDir, { recursive: true })
  return dataDir
}

const refusalOf = async (dataDir: string): Promise<string> => {
  const caught = await open(dataDir).then(
    () => null,
    (error: unknown) => error,
  )
  expect(caught).toBeInstanceOf(StoreDamaged)
  return (caught as StoreDamaged).message
}

test('a fresh folder is for its owner only and nothing is left beside the database', async () => {
  expect((await stat(good)).mode & 0o777).toBe(0o700)
  expect((await stat(join(good, 'db'))).mode & 0o777).toBe(0o700)
  expect(await readdir(good)).toEqual(['db'])
})

const damages: { what: string; damage: (db: string) => Promise<unknown>; words: RegExp }[] = [
  {
    what: 'garbage in PG_VERSION',
    damage: db => writeFile(join(db, 'PG_VERSION'), 'garbage'),
    words: /its PG_VERSION is not a version number/,
  },
  {
    what: 'another major version',
    damage: db => writeFile(join(db, 'PG_VERSION'), '17\n'),
    words: /made by PostgreSQL 17 and this engine has 18/,
  },
  {
    what: 'no PG_VERSION',
    damage: db => rm(join(db, 'PG_VERSION')),
    words: /holds files but no PG_VERSION/,
  },
  {
    what: 'a truncated control file',
    damage: db => truncate(join(db, 'global/pg_control'), 10),
    words: /does not start/,
  },
  {
    what: 'an overwritten control file',
    damage: db => writeFile(join(db, 'global/pg_control'), Buffer.alloc(8192)),
    words: /does not start/,
  },
  {
    what: 'no log',
    damage: db => rm(join(db, 'pg_wal'), { recursive: true }),
    words: /does not start/,
  },
  {
    what: 'no tables',
    damage: db => rm(join(db, 'base'), { recursive: true }),
    words: /does not start/,
  },
]
test.each(damages)(
  'a folder with $what is refused and nothing in it is removed',
  async ({ damage, words }) => {
    const dataDir = await copy()
    const db = join(dataDir, 'db')
    await damage(db)
    const before = await readdir(db)
    const message = await refusalOf(dataDir)
    expect(message).toMatch(words)
    expect(message).toContain(`The database in ${db} cannot be used`)
    expect(message).toContain(`Restore a backup over it, or move ${db} away`)
    expect(await readdir(db)).toEqual(expect.arrayContaining(before))
  },
)

test('a database that is a file is refused', async () => {
  const dataDir = join(home, 'file')
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'db'), 'x')
  expect(await refusalOf(dataDir)).toMatch(/ENOTDIR/)
})

test('a database of a newer engine is refused by the name of its migration', async () => {
  const dataDir = await copy()
  const { orm, close } = await openPglite(dataDir)
  await orm.driver
    .getConnection()
    .execute("insert into mikro_orm_migrations (name) values ('migration-2999-moon')")
  await close()
  const message = await refusalOf(dataDir)
  expect(message).toContain('written by a newer version of the engine (migration migration-2999-moon)')
  expect(message).toContain('Install that version.')
})

test('a database of an older engine becomes the same as a new one, with its rows', async () => {
  const shapeOf = async (dataDir: string) => {
    const { orm, close } = await openPglite(dataDir)
    const run = orm.driver.getConnection()
    const indexes = await run.execute(
      "select indexdef from pg_indexes where schemaname = 'public' order by indexname",
    )
    const facts = await run.execute('select account_id, seq, type from facts')
    await close()
    return { indexes, facts }
  }
  const older = await copy()
  const { orm, close } = await openPglite(older)
  for (const statement of [
    'drop index facts_type, decisions_outcome',
    "delete from mikro_orm_migrations where name = 'migration-20260501000000-reads'",
  ]) {
    await orm.driver.getConnection().execute(statement)
  }
  await close()
  const shape = await shapeOf(older)
  expect(shape).toEqual(await shapeOf(good))
  expect(JSON.stringify(shape.indexes)).toContain('ON public.facts USING btree (type, at, account_id, seq)')
  expect(shape.facts).toHaveLength(1)
})

test('a start that was killed while it made the database begins again', async () => {
  const dataDir = join(home, 'killed')
  await mkdir(join(dataDir, 'db.incomplete/base'), { recursive: true })
  await mkdir(join(dataDir, 'db'))
  const store = await open(dataDir)
  expect(await store.lastSeq()).toEqual({})
  await store.close()
  expect(await readdir(dataDir)).toEqual(['db'])
})

test('every table of account data has a not-null account, and only documents have none', async () => {
  const { orm, close } = await openPglite(good)
  const columns = await orm.driver
    .getConnection()
    .execute<{ table_name: string; is_nullable: string | null }[]>(
      `select t.table_name, c.is_nullable, c.data_type from information_schema.tables t
     left join information_schema.columns c on c.table_name = t.table_name and c.column_name = 'account_id'
     where t.table_schema = 'public' order by t.table_name collate "C"`,
    )
  await close()
  const shown = columns.map(column => `${column.table_name} ${column.is_nullable}`)
  expect(shown).toEqual([
    'accounts NO',
    'decisions NO',
    'diary NO',
    'documents null',
    'equity NO',
    'facts NO',
    'fills NO',
    'intents NO',
    'interactions NO',
    'mikro_orm_migrations null',
    'orders NO',
    'positions NO',
    'snapshots NO',
  ])
})

type Column = { table: string; column: string; type: string; nullable: boolean }

test('the entities know every column of every table, with its type', async () => {
  const { orm, close } = await openPglite(good)
  const columns = await orm.driver.getConnection().execute<Column[]>(
    `select table_name as table, column_name as column, data_type as type, is_nullable = 'YES' as nullable
     from information_schema.columns where table_schema = 'public' and is_generated = 'NEVER'
     and table_name <> 'mikro_orm_migrations'`,
  )
  const known = [...orm.getMetadata().getAll().values()].flatMap(meta =>
    meta.props.map(prop => ({
      table: meta.tableName,
      column: prop.fieldNames[0],
      type: (prop.columnTypes[0] ?? '').replace(/\(.*/, ''),
      nullable: prop.nullable === true,
    })),
  )
  await close()
  const line = (each: { [Key in keyof Column]: Column[Key] | undefined }) =>
    `${each.table}.${each.column} ${TYPES[each.type ?? ''] ?? each.type} ${each.nullable}`
  expect(columns.map(line).sort()).toEqual(known.map(line).sort())
})

const TYPES: Record<string, string> = {
  int: 'integer',
  real: 'double precision',
  varchar: 'text',
}

test('an engine killed while it writes loses nothing of what it was told is stored', async () => {
  const dataDir = await copy()
  const openStoreUrl = new URL('../../../adapters/store/open-store.ts', import.meta.url).href
  const code = `const { openStore } = await import(${JSON.stringify(openStoreUrl)})
    const store = await openStore({ dataDir: ${JSON.stringify(dataDir)}, databaseUrl: null })
    const fact = { type: 'account.failed', message: 'x', restartAt: null, at: 1, accountId: 'killed' }
    for (let seq = 1; ; seq += 3) {
      const facts = [seq, seq + 1, seq + 2].map(each => ({ ...fact, seq: each }))
      await store.write({ facts, snapshots: [], documents: [] })
      console.log(seq + 2)
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  const gone = once(child, 'exit')
  let told = 0
  child.stdout.on('data', (lines: Buffer) => {
    told = Number(lines.toString().trim().split('\n').at(-1))
    if (told >= 60) child.kill('SIGKILL')
  })
  await gone
  const store = await open(dataDir)
  const { killed } = await store.lastSeq()
  const { total } = await store.facts({ accountId: ['killed'], limit: 1 })
  await store.close()
  expect(told).toBeGreaterThanOrEqual(60)
  expect(killed).toBeGreaterThanOrEqual(told)
  expect([total, total % 3]).toEqual([killed, 0])
})

test('a copy of the folder of a closed store is a whole store', async () => {
  const store = await open(await copy())
  expect(await store.lastSeq()).toEqual({ a: 1 })
  await store.close()
})
