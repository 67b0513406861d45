import { afterAll, describe, expect, test } from 'vitest'
import { openPostgres } from '../../../adapters/store/database.ts'
import { openStore } from '../../../adapters/store/open-store.ts'
import { StoreUnreachable } from '../../../adapters/store/store-error.ts'
import type { Store } from '../../../domain/ports.ts'
import { testStoreContract } from '../../contracts/store.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

const open = (databaseUrl: string) => openStore({ dataDir: 'unused', databaseUrl })

const CONNECTIONS = `select count(*)::int as n from pg_stat_activity where application_name = 'latch'`

const testServer = (server: PostgresServer): void => {
  afterAll(() => server.stop())

  testStoreContract('store in PostgreSQL', true, async () => {
    let store: Store = await open(server.url)
    const reopen = async () => {
      await store.close()
      store = await open(server.url)
      return store
    }
    return { store, reopen, close: () => store.close() }
  })

  test('a hundred requests at once use ten connections at most', async () => {
    const store = await open(server.url)
    const watch = await openPostgres(server.url, 1)
    const requests = Promise.all(Array.from({ length: 100 }, () => store.facts({ limit: 1 })))
    const counts: number[] = []
    for (let count = 0; count < 20; count++) {
      const [row] = await watch.orm.driver.getConnection().execute<{ n: number }[]>(CONNECTIONS)
      counts.push(row?.n ?? 0)
    }
    await requests
    await store.close()
    await watch.close()
    expect(Math.max(...counts), 'ten, and the one that counts').toBeLessThanOrEqual(11)
    expect(Math.max(...counts)).toBeGreaterThan(2)
  })

  test('parameters of the address reach the driver', async () => {
    const store = await open(`${server.url}?sslmode=disable&application_name=other`)
    expect(await store.lastSeq()).toBeTypeOf('object')
    await store.close()
  })

  test('a password that the server repeats is blotted out', async () => {
    const error = await open(`postgresql://nobody:nobody@${server.host}/latch`).catch(
      (caught: unknown) => caught,
    )
    expect((error as Error).message).toContain('password authentication failed for user "***"')
  })

  test.each([
    ['a wrong password', server.url.replace('s3cret', 'hunter2'), /password authentication failed/],
    ['a server that is not there', server.url.replace(server.host, '127.0.0.1:1'), /ECONNREFUSED/],
  ])('%s is told without the password', async (_what, url, words) => {
    const error = await open(url).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(StoreUnreachable)
    const { message } = error as StoreUnreachable
    expect(message).toMatch(words)
    expect(message).toContain('DATABASE_URL')
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/hunter2|s3cret/)
  })
}

const server = await startPostgres()
if ('missing' in server)
  describe.skip(`store in PostgreSQL, skipped: ${server.missing}`, () => test('-', () => {}))
else testServer(server)

test.each(['mysql://user:hunter2@host/db', 'hunter2', 'postgres://user:hunter2%zz@host/db'])(
  'an address that is none is told without being repeated (%#)',
  async url => {
    const error = await open(url).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(StoreUnreachable)
    expect((error as Error).message).toContain('postgresql://user:password@host:5432/database')
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2')
  },
)
