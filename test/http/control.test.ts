/** Commands over HTTP: told once to whom they are for, by whom they were said, and answered by what has come true. */
import { describe, expect, test } from 'vitest'
import { createTestApp, jsonOf } from './setup.ts'

const ACCOUNT = ['pause', 'resume', 'stop-entries', 'allow-entries', 'drain', 'close-all', 'panic', 'rearm']
/** What it takes besides: re-arming is said twice. */
const bodyOf = (word: string, body: object = {}) => (word === 'rearm' ? { ...body, confirm: 'main' } : body)
const PATHS = [
  ...[...ACCOUNT, 'stop'].map(each => `/accounts/main/${each}`),
  '/positions/main-BTC/close',
  '/emergency-stop',
  '/emergency-stop/reset',
]

describe('the door', () => {
  const { app, post, get, engine, tokens } = createTestApp()
  // Every other path that changes something is walked in route-walk.test.ts.
  const COMMAND = new RegExp(
    `^/(accounts/:account_id/(${[...ACCOUNT, 'stop'].join('|')})|positions/.*|emergency-stop.*)$`,
  )
  const posted = app.routes.filter(each => each.method === 'POST').map(each => each.path)
  const routes = [...new Set(posted)].filter(path => COMMAND.test(path))
  const concrete = routes.map(path =>
    path.replace(':account_id', 'main').replace(':position_id', 'main-BTC-1'),
  )

  test('every command is one of these', () => {
    expect(routes).toHaveLength(PATHS.length)
  })

  test.each(concrete)('%s is 401 without a token, and with one in a cookie or a password', async path => {
    for (const headers of [
      {},
      { Cookie: `token=${tokens.owner}` },
      { Authorization: `Basic ${btoa(`me:${tokens.owner}`)}` },
    ] as Record<string, string>[]) {
      expect((await app.request(path, { method: 'POST', headers })).status).toBe(401)
    }
  })

  test.each(concrete)('%s is 403 for a token that may only read, and 405 for GET', async path => {
    const response = await post(path, undefined, tokens.reader)
    expect(response.status).toBe(403)
    expect((await jsonOf(response)).code).toBe('scope_missing')
    expect((await get(path)).status).toBe(405)
  })

  test('a page of another site may not, token or not', async () => {
    const response = await app.request('/emergency-stop', {
      method: 'POST',
      headers: { Authorization: `Bearer ${tokens.owner}`, Origin: 'https://evil.example', Host: 'localhost' },
    })
    expect(response.status).toBe(403)
  })

  test('stopping for good takes an admin', async () => {
    expect((await post('/accounts/main/stop', undefined, tokens.trader)).status).toBe(403)
    expect((await post('/accounts/main/pause', undefined, tokens.trader)).status).toBe(200)
  })

  test('nothing of this reached the engine but what was let in', () => {
    expect(engine.said).toHaveLength(1)
  })
})

describe('accounts and positions of others', () => {
  const { post, tokens, engine } = createTestApp()

  test.each([
    ...ACCOUNT.filter(each => each !== 'rearm').map(each => `/accounts/other/${each}`),
    '/accounts/absent/panic',
    `/positions/other-BTC-1/close`,
    '/positions/absent/close',
  ])('%s is 404', async path => {
    expect((await post(path, undefined, tokens.trader)).status).toBe(404)
  })

  test('an emergency stop of another account is 404, and of all is of those the token sees', async () => {
    expect((await post('/emergency-stop', { account_id: 'other' }, tokens.trader)).status).toBe(404)
    expect((await post('/emergency-stop', { account_id: ['main', 'other'] }, tokens.trader)).status).toBe(404)
    expect(engine.said).toEqual([])
    expect((await post('/emergency-stop', {}, tokens.trader)).status).toBe(200)
    expect(engine.said.map(each => each.accounts)).toEqual([['main']])
  })
})

describe('what the engine is told', () => {
  test.each(ACCOUNT)('%s, with who and why', async word => {
    const { post, engine } = createTestApp()
    const response = await post(`/api/v1/accounts/main/${word}/`, bodyOf(word, { reason: 'noon' }))
    expect(response.status).toBe(200)
    expect(await jsonOf(response)).toMatchObject({
      acknowledged: true,
      items: [{ account_id: 'main', acknowledged: true, state: 'halted', remaining: [] }],
    })
    expect(engine.said).toEqual([
      {
        accounts: ['main'],
        command: { name: word.replace('-', '_'), reason: 'noon' },
        options: { by: 'token:owner', wait: true },
      },
    ])
  })

  test('a position by its id, wholly or in part', async () => {
    const { post, engine } = createTestApp()
    const id = engine.positions()[0]?.positionId
    await post(`/positions/${id}/close`)
    await post(`/positions/${id}/close`, '{"fraction":0.25}')
    expect(engine.said.map(each => each.command)).toEqual([
      { name: 'close', symbol: 'BTC', fraction: 1, reason: null },
      { name: 'close', symbol: 'BTC', fraction: 0.25, reason: null },
    ])
  })

  test('an emergency stop halts, and closes positions if asked to; its reset re-arms', async () => {
    const { post, engine } = createTestApp()
    await post('/emergency-stop')
    await post('/emergency-stop', { account_id: 'main', close_positions: true, reason: 'news' })
    await post('/emergency-stop/reset', { account_id: ['main'], confirm: 'main' })
    expect(engine.said.map(({ accounts, command }) => [command.name, accounts])).toEqual([
      ['halt', ['main', 'other']],
      ['panic', ['main']],
      ['rearm', ['main']],
    ])
  })

  test('without waiting it is 202 at once', async () => {
    const { post, engine } = createTestApp()
    const response = await post('/accounts/main/panic?wait=false')
    expect(response.status).toBe(202)
    expect(engine.said[0]?.options).toEqual({ by: 'token:owner', wait: false })
  })

  test('what has not come true is 202 with what remains', async () => {
    const { post, engine } = createTestApp()
    engine.remaining = ['BTC long 0.1 closing']
    const response = await post('/accounts/main/panic')
    expect(response.status).toBe(202)
    expect(await jsonOf(response)).toMatchObject({
      acknowledged: false,
      items: [{ acknowledged: false, remaining: ['BTC long 0.1 closing'] }],
    })
  })
})

describe('what is refused', () => {
  const { post, engine } = createTestApp()

  test.each([
    ['/accounts/main/panic', 'not json', /not JSON/],
    ['/accounts/main/panic', '[]', /must be an object/],
    ['/accounts/main/panic', { close: true }, /'close' is not a field/],
    ['/accounts/main/panic', { reason: 'x'.repeat(201) }, /reason must be a text of at most 200/],
    ['/positions/ID/close', { fraction: 0 }, /fraction must be a number above 0/],
    ['/positions/ID/close', { fraction: 1.01 }, /fraction must be/],
    ['/positions/ID/close', { fraction: '0.5' }, /fraction must be/],
    ['/positions/ID/close', { fraction: null }, /fraction must be/],
    ['/emergency-stop', { close_positions: 'yes' }, /close_positions must be true or false/],
    ['/emergency-stop', { account_id: [] }, /account_id must be/],
    ['/accounts/main/panic?wait=maybe', undefined, /wait is 'maybe'/],
    ['/accounts/main/panic?now=1', undefined, /'now' is not a parameter/],
  ] as [string, unknown, RegExp][])('%s %j: %s', async (path, body, words) => {
    const id = engine.positions()[0]?.positionId
    const response = await post(path.replace('ID', String(id)), body)
    expect(response.status).toBe(422)
    expect((await jsonOf(response)).detail).toMatch(words)
  })

  test('nothing of it reached the engine', () => {
    expect(engine.said).toEqual([])
  })

  test('a body that is too large', async () => {
    expect((await post('/accounts/main/panic', 'x'.repeat(300_000))).status).toBe(413)
  })

  test('a command the engine fails to answer does not claim that nothing happened', async () => {
    engine.failing = true
    const response = await post('/emergency-stop')
    engine.failing = false
    expect(response.status).toBe(500)
    expect((await jsonOf(response)).detail).toMatch(/may have been carried out/)
  })
})
