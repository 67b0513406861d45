/** Requests that are meant to hurt: they cost little, leave little behind, and are told no more than others. */
import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../http/server.ts'
import { createPlaces } from '../../http/places.ts'
import { routingPath } from '../../http/app.ts'
import { PUBLIC_GRANT } from '../../http/public-read.ts'
import { createTestApp, jsonOf } from './setup.ts'

const MEBIBYTE = 1_048_576
const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(each => each.close()))
})
const serve = async () => {
  const open = createTestApp()
  const server = await startServer({ app: open.app, host: '127.0.0.1', port: 0 })
  running.push(server)
  return { ...open, url: server.url }
}

describe('a path', () => {
  test('of a million slashes is read at once, and is refused for its length', async () => {
    const slashes = '/'.repeat(MEBIBYTE)
    expect(routingPath(new Request(`http://localhost${slashes}x`))).toHaveLength(MEBIBYTE + 1)
    expect(routingPath(new Request(`http://localhost/status${slashes}`))).toBe('/status')
    const { app } = createTestApp()
    const answer = await app.request(`http://localhost${slashes}x`)
    expect(answer.status).toBe(414)
    expect(await jsonOf(answer)).toMatchObject({ code: 'path_too_long' })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('keeps its other names', () => {
    for (const path of ['/api/v1/ws/websocket/status//', '/ws/websocket/status/', '/stream/status'])
      expect(routingPath(new Request(`http://localhost${path}`)), path).toBe('/stream/status')
    expect(routingPath(new Request('http://localhost///'))).toBe('/')
    expect(routingPath(new Request('http://localhost/api/'))).toBe('/')
  })
})

describe('wrong tokens', () => {
  test('are logged with the beginning of their path, and once a minute beyond the limit', async () => {
    const { app, clock, logged } = createTestApp()
    const guess = () =>
      app.request(`/${'x'.repeat(1_000)}`, { headers: { Authorization: 'Bearer latch_wrong' } })
    for (let count = 0; count < 100; count += 1) await guess()
    expect(logged).toHaveLength(6)
    for (const { fields } of logged) expect(fields).toMatchObject({ path: `/${'x'.repeat(199)}` })
    expect(logged[5]).toMatchObject({ message: 'wrong tokens beyond the limit', fields: { count: 1 } })
    clock.now += 61_000
    for (let count = 0; count < 10; count += 1) await guess()
    expect(logged).toHaveLength(12)
    expect(logged[11]).toMatchObject({ fields: { count: 95 } })
  })
})

describe('a ticket', () => {
  test('is no credential where nothing is upgraded, whatever a header says', async () => {
    const { app, url, post } = await serve()
    for (const [method, path] of [
      ['GET', '/accounts'],
      ['GET', '/ws/actors'],
      ['POST', '/emergency-stop'],
    ] as const) {
      const { ticket } = await jsonOf(post('/ws/ticket', {}))
      const headers = { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `bearer, ${String(ticket)}` }
      expect((await app.request(path, { method, headers })).status, path).toBe(401)
    }
    const { ticket } = await jsonOf(post('/ws/ticket', {}))
    const status = await new Promise(resolve => {
      const headers = {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Protocol': `bearer, ${String(ticket)}`,
      }
      request(`${url}/accounts`, { headers }, response => {
        response.resume()
        resolve(response.statusCode)
      }).end()
    })
    expect(status, 'a handshake at a path that is no stream').toBe(401)
  })
})

describe('text that no database takes', () => {
  const open = createTestApp({}, { publicRead: true })
  const ask = async (path: string) => {
    const answers = [await open.get(path), await open.app.request(path)]
    return answers.map(each => each.status)
  }

  test.each([
    '/trades?symbol=%00',
    '/orders?status=a%00b',
    '/decisions?cursor=%00',
    '/trades?account_id=main%00',
    '/diary?%00=1',
    '/trades?model=x%00%ff',
  ])('is refused as a parameter: %s', async path => {
    expect(await ask(path)).toEqual([422, 422])
  })

  test.each(['/orders/a%00', '/accounts/main%00', '/actors/main/%00%ff', '/bots/%00'])(
    'is no id: %s',
    async path => {
      expect(await ask(path)).toEqual([404, 404])
    },
  )
})

describe('the engine itself', () => {
  test('is not told of in /status without a token', async () => {
    const { app, get, tokens } = createTestApp({}, { publicRead: true })
    const open = await jsonOf(app.request('/status'))
    expect(Object.keys(open).toSorted()).toEqual([
      'accounts',
      'feed',
      'mode',
      'now',
      'speed',
      'started_at',
      'store',
      'uptime_s',
    ])
    expect(await jsonOf(get('/status', tokens.reader))).toMatchObject({ jobs: [], health: { score: 100 } })
    expect(PUBLIC_GRANT.scopes).toEqual(['read'])
  })
})

describe('a token that ends', () => {
  test('makes none that outlives it', async () => {
    const { app, store, clock } = createTestApp()
    const end = new Date(clock.now + 3_600_000).toISOString()
    const { token } = store.create('short', { scopes: ['admin'], accounts: '*', expiresAt: end })
    const make = (id: string, expires_at: string | null, by = token) =>
      jsonOf(
        app.request('/tokens', {
          method: 'POST',
          headers: { Authorization: `Bearer ${by}` },
          body: JSON.stringify({ id, scopes: ['admin'], accounts: '*', expires_at, confirm: id }),
        }),
      )
    expect(await make('never', null)).toMatchObject({ expires_at: end })
    expect(await make('later', '2099-01-01T00:00:00Z')).toMatchObject({ expires_at: end })
    const sooner = new Date(clock.now + 60_000).toISOString()
    const made = await make('sooner', sooner)
    expect(made).toMatchObject({ expires_at: sooner })
    expect(await make('grandchild', null, String(made.token))).toMatchObject({ expires_at: sooner })
  })
})

describe('a client that hangs up', () => {
  test('in the middle of its body is no error of the engine', async () => {
    const { url, logged, tokens, get } = await serve()
    await new Promise<void>(resolve => {
      const headers = {
        Authorization: `Bearer ${tokens.owner}`,
        'Content-Length': '1000',
        Expect: '100-continue',
      }
      const asked = request(`${url}/accounts`, { method: 'POST', headers })
      asked.on('error', () => {})
      asked.on('close', () => resolve())
      // The server has begun with the request by then.
      asked.on('continue', () => asked.destroy())
      asked.flushHeaders()
    })
    await expect.poll(async () => (await get('/metrics')).text()).toMatch(/status="499"/)
    expect(logged).toEqual([])
  })
})

describe('places of streams', () => {
  const NAMED = { name: 'streams', state: 'are open' }
  const OWN = /streams of this token are open.*one token may have/
  const FULL = /streams are open.*this engine serves/

  test('one token has no more than half of them', () => {
    const places = createPlaces(4, NAMED)
    const mine = [places.take('a'), places.take('a')]
    expect(() => places.take('a')).toThrow(OWN)
    const others = [places.take('b'), places.take('c')]
    expect(() => places.take('d')).toThrow(FULL)
    for (const leave of [...mine, ...others]) leave()
    expect(places.take('a')).toBeTypeOf('function')
  })

  test('left twice are left once, and where nobody has a token all are for everybody', () => {
    const places = createPlaces(2, NAMED)
    const leave = places.take('none')
    expect(places.take('none')).toBeTypeOf('function')
    expect(() => places.take('none')).toThrow(FULL)
    ;[leave, leave].forEach(each => each())
    expect(places.take('none')).toBeTypeOf('function')
    expect(() => places.take('none')).toThrow(FULL)
  })

  test('of /events are parted so', async () => {
    const { get, tokens } = createTestApp({ clientsMax: 2 })
    const first = await get('/events')
    const refused = await get('/events')
    expect(refused.status).toBe(503)
    expect(await jsonOf(refused)).toMatchObject({ detail: expect.stringContaining('one token') })
    const other = await get('/events', tokens.reader)
    expect(other.status).toBe(200)
    await Promise.all([first.body?.cancel(), other.body?.cancel()])
  })
})
