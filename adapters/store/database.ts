/** Opens the database, brings its tables up to date, and says in plain words why it cannot. */
import { MikroORM } from '@mikro-orm/core'
import type { AbstractSqlDriver } from '@mikro-orm/postgresql'
import { EmbeddedDatabase } from './embedded/thread.ts'
import { databaseFolder, holdsDatabase, makeFolder } from './database-folder.ts'
import { type OrmOptions, pgliteOptions, postgresOptions } from './orm-options.ts'
import { restoreOrMove, StoreDamaged, StoreUnreachable } from './store-error.ts'

export type Orm = MikroORM<AbstractSqlDriver>
export type Database = { orm: Orm; kind: 'pglite' | 'postgresql'; close: () => Promise<void> }

/** Throws `StoreDamaged`. */
export const openPglite = async (dataDir: string): Promise<Database> => {
  const folder = databaseFolder(dataDir)
  if (!(await holdsDatabase(folder))) await makeFolder(folder, createPglite)
  const database = await connectPglite(folder)
  await migrate(database.orm, folder, restoreOrMove(folder))
  return database
}

const createPglite = async (folder: string): Promise<void> => {
  const { close } = await connectPglite(folder)
  await close()
}

const connectPglite = async (folder: string): Promise<Database> => {
  const embedded = new EmbeddedDatabase(folder)
  try {
    const orm = await initialise(pgliteOptions(folder, embedded.asPglite))
    await orm.driver.getConnection().execute('select 1')
    const close = async () => {
      await orm.close()
      await embedded.close()
    }
    return { orm, kind: 'pglite', close }
  } catch (error) {
    await embedded.close()
    throw new StoreDamaged(folder, `it does not start (${messageOf(error)})`, restoreOrMove(folder))
  }
}

/** Throws `StoreUnreachable`, or `StoreDamaged` for tables of another version. */
export const openPostgres = async (databaseUrl: string, poolMax: number): Promise<Database> => {
  const address = readAddress(databaseUrl)
  const orm = await initialise(postgresOptions(databaseUrl, poolMax))
  try {
    await migrate(orm, address.shown, 'Restore a backup of it, or name another database in DATABASE_URL.')
    return { orm, kind: 'postgresql', close: () => orm.close() }
  } catch (error) {
    await orm.close().catch(() => undefined)
    if (error instanceof StoreDamaged) throw error
    throw new StoreUnreachable(
      `The database ${address.shown} cannot be used: ${address.conceal(messageOf(error))}. ` +
        'Check the address, user and password in DATABASE_URL, and that the server runs and lets this user in.',
    )
  }
}

const initialise = async (options: OrmOptions): Promise<Orm> =>
  (await MikroORM.init(options)) as unknown as Orm

/** Runs the migrations that are missing. A migration this engine does not know is a newer engine's. */
const migrate = async (orm: Orm, place: string, remedy: string): Promise<void> => {
  const { migrator } = orm
  const executed = (await migrator.getExecuted()).map(each => each.name)
  const known = new Set(orm.config.get('migrations').migrationsList?.map(each => 'name' in each && each.name))
  const unknown = executed.filter(name => !known.has(name))
  if (unknown.length > 0) {
    const what = `it was written by a newer version of the engine (migration ${unknown.join(', ')})`
    throw new StoreDamaged(place, what, `Install that version. ${remedy}`)
  }
  await migrator.up()
}

/** The address without its password, and a way to take the password out of other people's messages. */
const readAddress = (databaseUrl: string): { shown: string; conceal: (text: string) => string } => {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null
  const password = decoded(url?.password ?? '')
  if (url === null || password === null || !['postgres:', 'postgresql:'].includes(url.protocol))
    throw new StoreUnreachable(
      'DATABASE_URL is not the address of a PostgreSQL database. It looks like ' +
        'postgresql://user:password@host:5432/database; characters such as @, / or % in the password are written ' +
        '%40, %2F, %25.',
    )
  const secrets = [url.password, password].filter(secret => secret !== '')
  return {
    shown: `${url.protocol}//${url.username}${url.username === '' ? '' : '@'}${url.host}${url.pathname}`,
    conceal: text => secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text),
  }
}

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Of nested errors the innermost, which names the cause instead of the statement that met it. */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return messageOf(error.cause)
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error.message || error.name
}
