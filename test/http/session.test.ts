/** Sessions of browsers: a cookie that stands for a token, changes nothing by itself, and ends with it. */
import { describe, expect, test } from 'vitest'
import { createSessions } from '../../http/sessions.ts'
import { hashToken } from '../../http/auth.ts'
import { createTestApp, jsonOf } from './setup.ts'

const OWN_PAGE = { Origin: 'http://localhost', Host: 'localhost', 'X-Requested-With': 'latch' }

const login = async (test: ReturnType<typeof createTestApp>, token: string) => {
  const response = await test.app.request('/session', {
    method: 'POST',
    body: JSON.stringify({ token }),
    headers: OWN_PAGE,
  })
  const set = response.headers.get('set-cookie') ?? ''
  return { response, set, cookie: set.split(';')[0] ?? '' }
}
const withCookie = (
  test: ReturnType<typeof createTestApp>,
  path: string,
  cookie: string,
  { method = 'GET', ...headers }: Record<string, string> = {},
) => test.app.request(path, { method, headers: { Cookie: cookie, ...headers } })

describe('opening', () => {
  test('takes the token from the body and sets a cookie no script reads and no other site sends', async () => {
    const test = createTestApp()
    const { response, set, cookie } = await login(test, test.tokens.trader)
    expect(response.status).toBe(200)
    expect(set).toMatch(/^latch_session=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/)
    expect(await response.json()).toMatchObject({ token_id: 'trader', scopes: ['trade'], accounts: ['main'] })
    expect((await withCookie(test, '/positions', cookie)).status).toBe(200)
    expect((await withCookie(test, '/accounts/other', cookie)).status).toBe(404)
  })

  test('takes it as a password or bearer token, too', async () => {
    const test = createTestApp()
    for (const value of [`Basic ${btoa(`me:${test.tokens.reader}`)}`, `Bearer ${test.tokens.reader}`]) {
      const headers = { Authorization: value }
      const response = await test.app.request('/session', { method: 'POST', headers })
      expect(response.status).toBe(200)
      expect(response.headers.get('set-cookie')).toMatch(/^latch_session=/)
    }
  })

  test('over TLS the cookie is Secure, and has a name that siblings cannot set', async () => {
    const test = createTestApp()
    const bindings = { incoming: { socket: { remoteAddress: '203.0.113.9', encrypted: true } } } as never
    const response = await test.app.request(
      '/session',
      { method: 'POST', body: JSON.stringify({ token: test.tokens.reader }) },
      bindings,
    )
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-latch_session=.*Path=\/;.*; Secure$/)
    expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=\d+$/)
  })

  test('counts wrong tokens like every door', async () => {
    const test = createTestApp()
    for (let count = 1; count <= 5; count += 1)
      expect((await login(test, `wrong${count}`)).response.status).toBe(401)
    const refused = await login(test, 'wrong')
    expect(refused.response.status).toBe(429)
    expect(refused.set).toBe('')
    expect((await login(test, test.tokens.reader)).response.status).toBe(200)
  })

  test('gives a new id each time, and ends the one the browser had', async () => {
    const test = createTestApp()
    const { cookie } = await login(test, test.tokens.reader)
    const again = await test.app.request('/session', {
      method: 'POST',
      body: JSON.stringify({ token: test.tokens.reader }),
      headers: { ...OWN_PAGE, Cookie: cookie },
    })
    expect(again.headers.get('set-cookie')?.split(';')[0]).not.toBe(cookie)
    expect((await withCookie(test, '/positions', cookie)).status).toBe(401)
  })
})

describe('changing something with a session', () => {
  const command = { method: 'POST' }

  test.each([
    ['without Origin', { 'X-Requested-With': 'latch' }, 'csrf_refused'],
    ['without X-Requested-With', { Origin: 'http://localhost', Host: 'localhost' }, 'csrf_refused'],
    ['with neither', {}, 'csrf_refused'],
    ['from another site', { ...OWN_PAGE, Origin: 'https://evil.example' }, 'origin_refused'],
  ])('is refused %s', async (_, headers, code) => {
    const test = createTestApp()
    const { cookie } = await login(test, test.tokens.trader)
    const response = await withCookie(test, '/accounts/main/panic', cookie, { ...command, ...headers })
    expect(response.status).toBe(403)
    expect((await jsonOf(response)).code).toBe(code)
    expect(test.engine.said).toEqual([])
  })

  test('works from a page of the engine, and is journalled by the token', async () => {
    const test = createTestApp()
    const { cookie } = await login(test, test.tokens.trader)
    const response = await withCookie(test, '/accounts/main/pause', cookie, { ...command, ...OWN_PAGE })
    expect(response.status).toBe(200)
    expect(test.engine.said[0]?.options.by).toBe('token:trader')
  })
})

describe('a session ends', () => {
  test('when its token is revoked', async () => {
    const test = createTestApp()
    const { cookie } = await login(test, test.tokens.reader)
    test.store.revoke('reader')
    expect((await withCookie(test, '/positions', cookie)).status).toBe(401)
  })

  test('when it is told to, and the cookie goes', async () => {
    const test = createTestApp()
    const { cookie } = await login(test, test.tokens.reader)
    const headers = { method: 'DELETE', ...OWN_PAGE }
    const response = await withCookie(test, '/session', cookie, headers)
    expect(response.headers.get('set-cookie')).toMatch(/^latch_session=;.*Max-Age=0/)
    expect((await withCookie(test, '/positions', cookie)).status).toBe(401)
  })

  test('after two hours without a request, and after twelve in any case', async () => {
    const test = createTestApp()
    const idle = await login(test, test.tokens.reader)
    test.clock.now += 2 * 3_600_000
    expect((await withCookie(test, '/positions', idle.cookie)).status).toBe(401)
    const busy = await login(test, test.tokens.reader)
    for (let hour = 1; hour < 12; hour += 1) {
      test.clock.now += 3_600_000
      expect((await withCookie(test, '/session', busy.cookie)).status, `hour ${hour}`).toBe(200)
    }
    test.clock.now += 3_600_000
    expect((await withCookie(test, '/session', busy.cookie)).status).toBe(401)
  })
})

describe('whose session a header names', () => {
  const test_ = createTestApp()
  const sessions = createSessions(test_.store, () => test_.clock.now)
  const { id } = sessions.open(hashToken(test_.tokens.reader))

  test('is found among other cookies, by either name', () => {
    for (const header of [`a=b; latch_session=${id}`, `__Host-latch_session=${id}; latch_session=planted`]) {
      expect(sessions.sessionOf(header)?.grant.id).toBe('reader')
    }
  })

  test('is nobody’s for anything else', () => {
    for (const header of [
      undefined,
      '',
      'latch_session',
      'latch_session=',
      `x_latch_session=${id}`,
      `latch_session=${id}x`,
    ])
      expect(sessions.sessionOf(header)).toBeNull()
  })

  test('a thousand are kept, the oldest goes first', () => {
    for (let index = 0; index < 1_000; index += 1) sessions.open(hashToken(test_.tokens.reader))
    expect(sessions.sessionOf(`latch_session=${id}`)).toBeNull()
  })
})
