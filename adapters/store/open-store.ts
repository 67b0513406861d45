import type { Store } from '../../domain/ports.ts'
import { openPglite, openPostgres } from './database.ts'
import { SqlStore } from './sql-store.ts'

export type StoreSettings = {
  /** The database is its folder `db`, unless there is a server. */
  dataDir: string
  /** Address of a PostgreSQL server; `null` or empty: the embedded database. */
  databaseUrl: string | null
  /** Most connections to a server at one time. */
  poolMax?: number
}

const POOL_MAX = 10

/** A store that says which kind of database holds it. */
export type OpenStore = Store & Pick<SqlStore, 'prune'> & { readonly kind: 'pglite' | 'postgresql' }

/**
 * Opens the store and brings its tables up to date. Throws `StoreDamaged` and `StoreUnreachable`.
 * An embedded database is for one process: hold the lock of the data folder (`acquireLock`) while it is open.
 */
export const openStore = async (settings: StoreSettings): Promise<OpenStore> => {
  const { dataDir, databaseUrl, poolMax = POOL_MAX } = settings
  return new SqlStore(databaseUrl ? await openPostgres(databaseUrl, poolMax) : await openPglite(dataDir))
}
