/** What went wrong and what was done: how often, when last, and whose. */
import { expect, test } from 'vitest'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import { Journal, batchOf } from '../contracts/journal.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const given = async () => {
  const made = createTestApp()
  const store = new MemoryStore()
  const [main, other] = [new Journal('main'), new Journal('other')]
  main.add({ type: 'account.failed', message: 'x', restartAt: null })
  main.decide('d1')
  main.add({ type: 'account.failed', message: 'y', restartAt: null })
  other.add({ type: 'account.failed', message: 'z', restartAt: null })
  await store.write(batchOf(...main.facts, ...other.facts))
  const asked: string[] = []
  made.engine.reader.facts = query => {
    asked.push('facts')
    return store.facts(query)
  }
  made.engine.reader.factCounts = query => {
    asked.push('factCounts')
    return store.factCounts(query)
  }
  return { ...made, asked, last: new Date(main.facts[2]?.at ?? 0).toISOString() }
}

test('an error has its kind, its bot, how often it happened and when last (C-58)', async () => {
  const { get, last } = await given()
  const items = await itemsOf(get('/errors?bot=main'))
  expect(items).toMatchObject([
    { kind: 'account.failed', bot: 'main', count: 2, last_at: last, data: { message: 'y' } },
    { kind: 'account.failed', bot: 'main', count: 2, last_at: last, data: { message: 'x' } },
  ])
  expect(await itemsOf(get('/errors?bot=other'))).toMatchObject([{ bot: 'other', count: 1 }])
  expect(await itemsOf(get('/errors?bot=main&limit=1'))).toMatchObject([{ count: 2 }])
})

test('errors of several accounts and kinds are counted in one question', async () => {
  const { get, asked } = await given()
  const items = await itemsOf(get('/errors'))
  expect(items.map(each => [each['bot'], each['count']])).toEqual([
    ['main', 2],
    ['other', 1],
    ['main', 2],
  ])
  expect(asked).toEqual(['facts', 'factCounts'])
  expect(await itemsOf(get('/errors?to=2020-01-01T00:00:00Z'))).toEqual([])
})

test('a bot is an account: the same filter under both names, and those of others are not there', async () => {
  const { get, tokens } = await given()
  expect(await jsonOf(get('/errors?bot=main'))).toEqual(await jsonOf(get('/errors?account_id=main')))
  for (const path of ['/errors', '/activity']) {
    expect((await get(`${path}?bot=absent`)).status).toBe(404)
    expect((await get(`${path}?bot=other`, tokens.limited)).status).toBe(404)
    expect(await jsonOf(get(`${path}?bot=main&account_id=other`))).toMatchObject({ parameter: 'bot' })
  }
  expect(await itemsOf(get('/errors', tokens.limited))).toHaveLength(2)
})

test('kinds are one list, page by page', async () => {
  const { get } = await given()
  const first = await jsonOf(get('/errors?kind=account.failed,limit.tripped&limit=2'))
  expect(first).toMatchObject({ total: 3 })
  const rest = await jsonOf(get(`/errors?kind=account.failed,limit.tripped&cursor=${String(first.next)}`))
  expect([...(first.items as object[]), ...(rest.items as object[])]).toHaveLength(3)
  expect(rest.next).toBeNull()
})
