/** The embedded database works in a thread of its own, and is used as if it were here. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { UniqueConstraintViolationException } from '@mikro-orm/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openPglite } from '../../../adapters/store/database.ts'
import { EmbeddedDatabase } from '../../../adapters/store/embedded/thread.ts'

const root = mkdtempSync(join(tmpdir(), 'latch-embedded-'))
let opened: Database

beforeAll(async () => {
  opened = await openPglite(root)
})

afterAll(async () => {
  await opened.close()
  rmSync(root, { recursive: true })
})

const execute = (sql: string) => opened.orm.driver.getConnection().execute(sql)

test('while a long statement runs, the engine has its turns', async () => {
  const asked = { isAnswered: false }
  const answer = execute('select count(*) as n from generate_series(1, 2000000)').then(rows => {
    asked.isAnswered = true
    return rows
  })
  let turns = 0
  for (; !asked.isAnswered; turns += 1) await turn()
  expect(await answer).toEqual([{ n: 2_000_000 }])
  expect(turns).toBeGreaterThan(1_000)
})

test('an error keeps the code by which it is told apart', async () => {
  await execute('create table once (id int primary key)')
  await execute('insert into once values (1)')
  await expect(execute('insert into once values (1)')).rejects.toMatchObject({ code: '23505' })
  const em = opened.orm.em.fork()
  const twice = em.transactional(inside => inside.execute('insert into once values (2), (2)'))
  await expect(twice).rejects.toThrow(/duplicate key/)
  await expect(twice.catch((error: Error) => error.constructor.name)).resolves.toBe(
    UniqueConstraintViolationException.name,
  )
  expect(await execute('select id from once')).toEqual([{ id: 1 }])
})

test('a transaction has the database to itself, and what it undoes was never there', async () => {
  const database = new EmbeddedDatabase(join(root, 'other'))
  await database.query('create table step (id int)')
  const seen: unknown[] = []
  const undone = database
    .transaction(async inside => {
      await inside.query('insert into step values (1)')
      seen.push(await inside.query('select id from step'))
      throw new Error('no')
    })
    .catch((error: Error) => error.message)
  const after = database.query('select id from step')
  expect(await undone).toBe('no')
  expect(seen).toMatchObject([{ rows: [{ id: 1 }] }])
  expect(await after).toMatchObject({ rows: [] })
  await database.transaction(inside => inside.query('insert into step values (2)'))
  expect(await database.query('select id from step')).toMatchObject({ rows: [{ id: 2 }] })
  await database.close()
  await database.close()
  await expect(database.query('select 1')).rejects.toThrow('closed')
})

test('a folder that cannot be opened is told to whoever asks, and keeps nobody waiting', async () => {
  const database = new EmbeddedDatabase('/dev/null/nowhere')
  await expect(database.waitReady).rejects.toThrow(/\S/)
  await expect(database.query('select 1')).rejects.toThrow(/\S/)
  await database.close()
})

test('a question that cannot go to another thread fails by itself, and nobody waits for its answer', async () => {
  const database = new EmbeddedDatabase(join(root, 'third'))
  await expect(database.query('select $1', [() => 1])).rejects.toThrow(/could not be cloned/)
  expect(await database.query('select 1 as one')).toMatchObject({ rows: [{ one: 1 }] })
  await database.close()
})
