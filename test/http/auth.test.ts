/** Nothing is answered without a token, and a token shows only what it was made for. */
import { describe, expect, test } from 'vitest'
import { PUBLIC_PATHS } from '../../http/guard.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const peer = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } }) as never
const basic = (user: string, password: string) => ({ Authorization: `Basic ${btoa(`${user}:${password}`)}` })

describe('the door', () => {
  const { app, tokens } = createTestApp()
  const paths = [...new Set(app.routes.filter(each => each.method === 'GET').map(each => each.path))]
  const concrete = paths.map(path =>
    path
      .replace(/:account_id/, 'main')
      .replace(/:id\{\.\+\}/, 'main')
      .replace(/:call_id/, 'main-mjwpr1c0-1')
      .replace(/:model\{\.\+\}/, 'main'),
  )

  test('the public list is exactly /health', () => {
    expect(PUBLIC_PATHS).toEqual(['/health'])
    expect(concrete.length).toBeGreaterThan(18)
  })

  test.each(concrete.filter(path => path !== '/health'))(
    '%s is 401 without a token, by any name',
    async path => {
      for (const prefix of ['', '/api/v1', '/api']) {
        const response = await app.request(prefix + path)
        expect(response.status, prefix).toBe(401)
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
      }
    },
  )

  test.each([
    '/nothing',
    '/health/x',
    '/healthy',
    '//health',
    '/Health',
    '/health%2f..%2fstatus',
    '/api/v1/nothing',
  ])('%s is 401 too: what is there is nobody’s business', async path => {
    expect((await app.request(`http://localhost${path}`)).status).toBe(401)
  })

  test('/health answers without a token, and says nothing else', async () => {
    const response = await app.request('/health')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ status: 'ok' })
    expect((await app.request('/api/v1/health')).status).toBe(200)
  })

  test('a token in the query is not taken, and not told back', async () => {
    expect((await app.request(`/status?token=${tokens.owner}`)).status).toBe(401)
    const refused = await app.request(`/status?token=${tokens.owner}`, {
      headers: { Authorization: `Bearer ${tokens.owner}` },
    })
    expect(refused.status).toBe(422)
    expect(await refused.text()).not.toContain(tokens.owner)
  })

  test('a wrong, cut, or lengthened token is refused', async () => {
    for (const token of ['x', tokens.owner.slice(0, -1), `${tokens.owner}x`, 'x'.repeat(5_000)]) {
      const response = await app.request(
        '/status',
        { headers: { Authorization: `Bearer ${token}` } },
        peer(token),
      )
      expect(response.status).toBe(401)
      expect((await jsonOf(response)).code).toBe('token_unknown')
    }
  })
})

describe('pages in a browser', () => {
  const { app, tokens } = createTestApp()

  test('ask for a password', async () => {
    const response = await app.request('/docs', { headers: { Accept: 'text/html,*/*' } })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="latch"/)
  })

  test.each(['/docs', '/openapi.json', '/static/docs.js', '/static/docs.css'])(
    '%s takes the token as password',
    async path => {
      expect((await app.request(path, { headers: basic('me', tokens.reader) })).status).toBe(200)
      expect((await app.request(path, { headers: basic('me', 'wrong') })).status).toBe(401)
    },
  )

  test('no data path does', async () => {
    expect((await app.request('/positions', { headers: basic('me', tokens.owner) })).status).toBe(401)
  })
})

describe('wrong tokens', () => {
  const attempt = (test: ReturnType<typeof createTestApp>, address: string, token = 'wrong') =>
    test.app.request('/status', { headers: { Authorization: `Bearer ${token}` } }, peer(address))

  test('five in a minute are told so, the sixth has to wait', async () => {
    const test = createTestApp()
    for (let count = 1; count <= 5; count += 1) expect((await attempt(test, '10.0.0.1')).status).toBe(401)
    test.clock.now += 20_000
    const refused = await attempt(test, '10.0.0.1')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('40')
    expect((await jsonOf(refused)).code).toBe('attempts_exceeded')
  })

  test('other addresses, right tokens and the next minute are not held back', async () => {
    const test = createTestApp()
    for (let count = 1; count <= 7; count += 1) await attempt(test, '10.0.0.1')
    expect((await attempt(test, '10.0.0.2')).status).toBe(401)
    expect((await attempt(test, '10.0.0.1', test.tokens.owner)).status).toBe(200)
    test.clock.now += 60_000
    expect((await attempt(test, '10.0.0.1')).status).toBe(401)
  })

  test('a request without any token does not count', async () => {
    const test = createTestApp()
    for (let count = 1; count <= 9; count += 1) {
      expect((await test.app.request('/status', {}, peer('10.0.0.1'))).status).toBe(401)
    }
    expect((await attempt(test, '10.0.0.1')).status).toBe(401)
  })

  test('are logged without the token', async () => {
    const test = createTestApp()
    await attempt(test, '10.0.0.1', 'latch_almost')
    expect(JSON.stringify(test.logged)).toContain('10.0.0.1')
    expect(test.logged[0]?.fields).toMatchObject({ component: 'auth' })
    expect(JSON.stringify(test.logged)).not.toContain('latch_almost')
  })
})

describe('a token for one account', () => {
  const { get, tokens } = createTestApp()
  const lists = [
    '/accounts',
    '/positions?status=all',
    '/orders',
    '/trades',
    '/decisions',
    '/diary',
    '/llm/interactions',
    '/performance',
    '/performance/leaderboard',
    '/performance/predictions',
    '/performance/history',
    '/signals',
    '/agents',
    '/risk',
    '/actors',
  ]

  test.each(lists)('%s has only its rows', async path => {
    const everyones = JSON.stringify(await itemsOf(get(path)))
    expect(everyones).toContain('"other')
    const response = await get(path, tokens.limited)
    const text = await response.text()
    expect(text).toContain('"main')
    expect(text).not.toContain('other')
  })

  test.each(lists.map(path => `${path}${path.includes('?') ? '&' : '?'}`))(
    '%saccount_id=other is 404, as for an account that is not there',
    async path => {
      const foreign = await get(`${path}account_id=other`, tokens.limited)
      const absent = await get(`${path}account_id=absent`, tokens.limited)
      expect([foreign.status, absent.status]).toEqual([404, 404])
      const [a, b] = await Promise.all([jsonOf(foreign), jsonOf(absent)])
      expect({ ...a, request_id: '', detail: '' }).toEqual({ ...b, request_id: '', detail: '' })
    },
  )

  test.each([
    '/accounts/other',
    '/accounts/other/status',
    '/actors/other',
    '/llm/interactions/other-mjwpr1c0-1',
    '/actors/other/position:BTC',
    '/events?account_id=other',
    '/status?account_id=other',
  ])('%s is 404', async path => {
    expect((await get(path)).status).toBe(200)
    expect((await get(path, tokens.limited)).status).toBe(404)
  })

  test('/status shows its account only', async () => {
    const { accounts } = await jsonOf(get('/status', tokens.limited))
    expect((accounts as { account_id: string }[]).map(each => each.account_id)).toEqual(['main'])
  })
})

describe('other sites', () => {
  const { get } = createTestApp({}, { hosts: ['latch.example'] })

  test.each(['https://evil.example', 'null', 'http://localhost:8080', 'http://localhost.evil.example'])(
    'a page at %s is refused',
    async origin => {
      const response = await get('/status', undefined, { Origin: origin, Host: 'localhost' })
      expect(response.status).toBe(403)
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  test('a page of the engine itself is not, behind a TLS proxy either', async () => {
    expect(
      (await get('/status', undefined, { Origin: 'http://localhost:3000', Host: 'localhost:3000' })).status,
    ).toBe(200)
    expect(
      (await get('/status', undefined, { Origin: 'https://latch.example', Host: 'latch.example' })).status,
    ).toBe(200)
  })
})
