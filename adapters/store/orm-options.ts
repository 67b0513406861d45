/** How MikroORM is set up, for the engine and for `mikro-orm.config.ts` alike. */
import type { PGlite } from '@electric-sql/pglite'
import type { Options } from '@mikro-orm/core'
import { Migrator } from '@mikro-orm/migrations'
import { PgliteDriver } from '@mikro-orm/pglite'
import { PostgreSqlDriver } from '@mikro-orm/postgresql'
import { MIGRATIONS } from '../../migrations/index.ts'
import { ENTITIES } from './entities/index.ts'

export type OrmOptions = Partial<Options>

const CONNECT_MS_MAX = 10_000

/** Each migration is a transaction of its own, so that one may opt out of it (`create index concurrently`). */
const COMMON = {
  entities: ENTITIES,
  extensions: [Migrator],
  migrations: { migrationsList: MIGRATIONS, snapshot: false, allOrNothing: false, silent: true },
  /** Errors reach the caller; the ORM's own lines would bypass the engine's logger. */
  logger: () => undefined,
} satisfies OrmOptions

/** Embedded PostgreSQL with its files in `folder`; left out, `pglite` is made here and works in this thread. */
export const pgliteOptions = (folder: string, pglite?: PGlite): OrmOptions => ({
  ...COMMON,
  driver: PgliteDriver,
  dbName: folder,
  ...(pglite === undefined ? {} : { driverOptions: { pglite } }),
})

/** A PostgreSQL server. Parameters of the address, such as `sslmode`, are left to the `pg` library. */
export const postgresOptions = (databaseUrl: string, poolMax: number): OrmOptions => ({
  ...COMMON,
  driver: PostgreSqlDriver,
  clientUrl: databaseUrl,
  pool: { min: 0, max: poolMax },
  driverOptions: {
    application_name: 'latch',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    ...(new URL(databaseUrl).search === '' ? {} : { connectionString: databaseUrl }),
  },
})
