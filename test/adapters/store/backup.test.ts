/** A backup holds everything and tells when it does not; both kinds of database read what either wrote. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUp, countTables, RestoreRefused, restore } from '../../../adapters/store/backup.ts'
import { BackupDamaged, verifyBackup, writeBackup } from '../../../adapters/store/backup-file.ts'
import { type Database, openPglite, openPostgres } from '../../../adapters/store/database.ts'
import { openStore } from '../../../adapters/store/open-store.ts'
import type { Store } from '../../../domain/ports.ts'
import { Journal, requestOf, STARTED_AT, tradeOf } from '../../contracts/journal.ts'
import { startPostgres } from './postgres-server.ts'

const home = mkdtempSync(join(tmpdir(), 'latch-backup-'))
const file = join(home, 'latch.jsonl.gz')
const AT = Date.UTC(2026, 0, 2, 3, 4, 5)
afterAll(() => rmSync(home, { recursive: true }))

/** Texts and numbers that a careless format would lose. */
const AWKWARD = 'a "quote", a \\ and a ? $1 \u2028 line\nof ü😀'

const givenLives = async (store: Store): Promise<void> => {
  for (const accountId of ['main', 'other']) {
    const journal = new Journal(accountId)
    journal.add({
      type: 'account.started',
      deposit: '1000.10' as never,
      strategy: AWKWARD,
      assets: ['BTC'],
      interval: '5m',
      mode: 'paper',
    })
    journal.decide('d1')
    const entry = requestOf('e1')
    journal.intend(entry)
    journal.update(entry, { status: 'filled', filledQuantity: '0.5' as never, reason: AWKWARD })
    journal.open({ entryPrice: '60000.123456789012345678' })
    journal.fill('t1', { price: '60000.123456789012345678' as never })
    journal.protect()
    for (let count = 0; count < 1_200; count += 1) journal.mark(`${1_000 + count}.000000000000000001`)
    journal.add({ type: 'trade.closed', trade: tradeOf('p1') })
    await store.write({
      facts: journal.facts,
      snapshots: [
        { accountId, version: 1, at: STARTED_AT, body: { value: AWKWARD, deep: { list: [1, null] } } },
      ],
      documents: [{ key: `k-${accountId}`, body: accountId === 'main' ? { now: STARTED_AT } : null }],
    })
  }
}

/** Everything the store can be asked for. */
const contentsOf = async (store: Store) => {
  const query = { limit: 10_000 }
  return {
    facts: await store.facts(query),
    orders: await store.orders(query),
    fills: await store.fills(query),
    trades: await store.trades(query),
    decisions: await store.decisions(query),
    diary: await store.diary(query),
    equity: await store.equity(query),
    snapshots: await store.snapshots(),
    documents: [await store.document('k-main'), await store.document('k-other')],
    lastSeq: await store.lastSeq(),
  }
}

const withDatabase = async <Value>(
  place: { dataDir: string } | { url: string },
  work: (database: Database) => Promise<Value>,
): Promise<Value> => {
  const database = await ('url' in place ? openPostgres(place.url, 1) : openPglite(place.dataDir))
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

const contentsAt = async (dataDir: string, databaseUrl: string | null = null) => {
  const store = await openStore({ dataDir, databaseUrl })
  try {
    return await contentsOf(store)
  } finally {
    await store.close()
  }
}

const source = join(home, 'source')
let original: Awaited<ReturnType<typeof contentsOf>>
beforeAll(async () => {
  const store = await openStore({ dataDir: source, databaseUrl: null })
  await givenLives(store)
  original = await contentsOf(store)
  await store.close()
  await withDatabase({ dataDir: source }, database => backUp(database, file, AT))
})

describe('a backup of the embedded database', () => {
  test('says what it holds, is readable by its owner only, and leaves nothing beside it', async () => {
    const header = await verifyBackup(file)
    expect(header).toMatchObject({
      format: 'latch-backup',
      version: 1,
      createdAt: '2026-01-02T03:04:05.000Z',
    })
    expect(header.tables.find(each => each.name === 'facts')?.rows).toBe(original.facts.total)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(home).filter(name => name.includes('.tmp'))).toEqual([])
  })

  test('restores into an empty one to the last digit, and the engine goes on from it', async () => {
    const dataDir = join(home, 'target')
    const { movedTo } = await withDatabase({ dataDir }, database =>
      restore(database, file, { force: false, at: AT }),
    )
    expect(movedTo).toBeNull()
    expect(await contentsAt(dataDir)).toEqual(original)
    const again = join(home, 'again.gz')
    const headers = [
      await withDatabase({ dataDir }, database => backUp(database, again, AT)),
      await verifyBackup(file),
    ]
    expect(headers[0]?.tables).toEqual(headers[1]?.tables)
  })

  test('is refused by a database with rows, unless forced: then they are kept aside', async () => {
    const dataDir = join(home, 'full')
    const store = await openStore({ dataDir, databaseUrl: null })
    await store.write({ facts: [new Journal('mine').mark()], snapshots: [], documents: [] })
    const before = await contentsOf(store)
    await store.close()
    await withDatabase({ dataDir }, async database => {
      const refused = await restore(database, file, { force: false, at: AT }).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(RestoreRefused)
      expect(String(refused)).toMatch(/holds 2 rows.*--force/)
    })
    expect(await contentsAt(dataDir)).toEqual(before)
    const { movedTo } = await withDatabase({ dataDir }, database =>
      restore(database, file, { force: true, at: AT }),
    )
    expect(movedTo).toBe('latch_before_20260102030405')
    expect(await contentsAt(dataDir)).toEqual(original)
    await withDatabase({ dataDir }, async database => {
      const kept = await database.orm.em.fork().execute(`select account_id from ${movedTo}.facts`)
      expect(kept).toEqual([{ account_id: 'mine' }])
    })
  })
})

describe('a damaged backup', () => {
  const damaged = (name: string, change: (lines: string[]) => string[] | Buffer): string => {
    const path = join(home, name)
    const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n')
    const changed = change(lines)
    writeFileSync(path, Buffer.isBuffer(changed) ? changed : gzipSync(changed.join('\n')))
    return path
  }
  const whole = () => readFileSync(file)

  test.each([
    [
      'a row that was changed',
      () => damaged('1', lines => lines.with(5, (lines[5] ?? '').replace('1', '2'))),
      /checksum/,
    ],
    ['a row that is missing', () => damaged('2', lines => lines.toSpliced(5, 1)), /rows and its header says/],
    [
      'rows in another order',
      () => damaged('3', ([a, b, c, ...rest]) => [a, c, b, ...rest] as string[]),
      /checksum/,
    ],
    ['a file that was cut off', () => damaged('4', () => whole().subarray(0, whole().length / 2)), /cut off/],
    ['no gzip', () => damaged('5', () => Buffer.from('hello')), /not gzip/],
    ['another kind of file', () => damaged('6', () => ['{"a":1}']), /header is not that of a backup/],
    [
      'a later version',
      () => damaged('7', ([a = '', ...rest]) => [a.replace('"version":1', '"version":2'), ...rest]),
      /version 2/,
    ],
    ['no file', () => join(home, 'absent'), /no such file/],
    ['an empty file', () => damaged('8', () => Buffer.from('')), /not gzip/],
  ] as [string, () => string, RegExp][])(
    '%s is told, and nothing is restored',
    async (_what, make, words) => {
      const path = make()
      const error = await verifyBackup(path).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(BackupDamaged)
      expect((error as Error).message).toMatch(words)
    },
  )

  test('tables and columns that the database does not have never reach its language', async () => {
    const dataDir = join(home, 'strict')
    const rename = (from: string, to: string) =>
      damaged(`rename-${to.length}`, ([header = '', ...rest]) => [header.replace(from, to), ...rest])
    await withDatabase({ dataDir }, async database => {
      for (const [from, to] of [
        ['"name":"facts"', '"name":"facts; drop table facts"'],
        ['"symbol"', '"symbol) select 1; --"'],
      ] as const) {
        const error = await restore(database, rename(from, to), { force: true, at: AT }).catch(
          (caught: unknown) => caught,
        )
        expect(error).toBeInstanceOf(BackupDamaged)
      }
      expect((await countTables(database)).every(each => each.rows === 0)).toBe(true)
    })
  })

  test.each([
    ['a newer', (names: string[]) => [...names, 'migration-99990101000000-later'], /newer version/],
    ['an older', (names: string[]) => names.slice(0, -1), /older version/],
  ] as const)('one of %s engine is refused', async (_age, change, words) => {
    const path = damaged('migrations', ([header = '', ...rest]) => {
      const parsed = JSON.parse(header) as { migrations: string[] }
      return [JSON.stringify({ ...parsed, migrations: change(parsed.migrations) }), ...rest]
    })
    await withDatabase({ dataDir: join(home, 'strict') }, async database => {
      const error = await restore(database, path, { force: true, at: AT }).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(RestoreRefused)
      expect(String(error)).toMatch(words)
    })
  })

  test('a backup that cannot be finished leaves the one that was there', async () => {
    const path = join(home, 'kept.gz')
    writeFileSync(path, 'old')
    const contents = { createdAt: new Date(AT).toISOString(), migrations: [] }
    const rows = async function* (): AsyncGenerator<string, never> {
      yield '{}'
      throw new Error('planted')
    }
    await expect(writeBackup(path, contents, rows)).rejects.toThrow('planted')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(existsSync(`${path}.tmp`) || existsSync(`${path}.body.tmp`)).toBe(false)
  })
})

const server = await startPostgres()
if ('missing' in server) {
  describe.skip(`PostgreSQL, skipped: ${server.missing}`, () => test('-', () => {}))
} else {
  describe('a PostgreSQL server', () => {
    afterAll(() => server.stop())

    test('takes the backup of the embedded database, and gives one back to it', async () => {
      await withDatabase(server, database => restore(database, file, { force: false, at: AT }))
      expect(await contentsAt('unused', server.url)).toEqual(original)
      const back = join(home, 'server.gz')
      const header = await withDatabase(server, database => backUp(database, back, AT))
      expect(header.tables).toEqual((await verifyBackup(file)).tables)
      const dataDir = join(home, 'back')
      await withDatabase({ dataDir }, database => restore(database, back, { force: false, at: AT }))
      expect(await contentsAt(dataDir)).toEqual(original)
    })

    test('keeps its rows aside when forced', async () => {
      const { movedTo } = await withDatabase(server, database =>
        restore(database, file, { force: true, at: AT + 1_000 }),
      )
      expect(movedTo).toBe('latch_before_20260102030406')
      expect(await contentsAt('unused', server.url)).toEqual(original)
    })
  })
}
