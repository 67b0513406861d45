/** Who is let in: everything is refused before the connection changes its protocol. */
import { request } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { TICKET_MS } from '../../../http/ws/ticket.ts'
import { jsonOf } from '../setup.ts'
import { closeAll, startWs } from './socket.ts'

afterEach(closeAll)

const PATHS = ['/ws/trading-events', '/ws/market-data', '/ws/positions', '/ws/actors']

describe('a stream', () => {
  test.each(PATHS)('%s is refused without a token, with a wrong one, and from a foreign page', async path => {
    const { refused } = await startWs()
    expect(await refused(path, { token: null })).toMatchObject({
      status: 401,
      body: { code: 'token_missing' },
    })
    expect(await refused(path, { token: 'latch_wrong' })).toMatchObject({
      status: 401,
      body: { code: 'token_unknown' },
    })
    expect(await refused(path, { headers: { Origin: 'https://evil.example' } })).toMatchObject({
      status: 403,
      body: { code: 'origin_refused' },
    })
  })

  test.each(PATHS)('%s lets a token in, and a page of the engine itself', async path => {
    const { connect, url } = await startWs()
    const client = await connect(path, { headers: { Origin: url } })
    expect(client.told[0]).toMatchObject({ type: 'snapshot', account_id: null })
  })

  test('takes no token from the URL', async () => {
    const { refused, tokens } = await startWs()
    expect(await refused(`/ws/actors?token=${tokens.owner}`, { token: null })).toMatchObject({ status: 401 })
    const answer = await refused(`/ws/actors?token=${tokens.owner}`)
    expect(answer).toMatchObject({ status: 422 })
    expect(JSON.stringify(answer)).not.toContain(tokens.owner)
  })

  test('of an account of others is not found', async () => {
    const { refused, tokens } = await startWs()
    expect(await refused('/ws/positions?account_id=other', { token: tokens.limited })).toMatchObject({
      status: 404,
      body: { code: 'account_unknown' },
    })
  })

  test('with a type it does not have is refused', async () => {
    const { refused } = await startWs()
    expect(await refused('/ws/positions?types=decision')).toMatchObject({ status: 422 })
  })

  test('is refused to one client more than there may be, and free again when one leaves', async () => {
    const { connect, refused } = await startWs({ clientsMax: 1 })
    const first = await connect('/ws/actors')
    expect(await refused('/ws/positions')).toMatchObject({ status: 503, body: { code: 'streams_exceeded' } })
    first.ws.close()
    await first.closed
    await expect
      .poll(() =>
        connect('/ws/positions').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
  })

  test('that does not exist is 404, and a path that is no stream is not upgraded', async () => {
    const { refused } = await startWs()
    expect(await refused('/ws/nothing')).toMatchObject({ status: 404, body: { code: 'path_unknown' } })
    expect(await refused('/status')).toMatchObject({
      status: 426,
      body: {
        type: 'urn:latch:problem:upgrade_refused',
        code: 'upgrade_refused',
        request_id: expect.stringMatching(/^[\w-]{20,}$/),
        remedy: expect.stringContaining('docs/websocket.md'),
      },
    })
    expect((await refused('/events')).status).toBe(426)
  })

  test('asked for with another method is told so, and nothing is done', async () => {
    const { url, engine, tokens } = await startWs()
    const answer = await new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${tokens.owner}`,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
      }
      const asked = request(`${url}/emergency-stop`, { method: 'POST', headers }, response => {
        let text = ''
        response.on('data', (part: Buffer) => {
          text += part.toString()
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
        )
      })
      asked.on('error', reject)
      asked.end()
    })
    expect(answer).toMatchObject({
      status: 426,
      body: {
        code: 'upgrade_refused',
        detail: 'A WebSocket is opened with GET, not POST. Nothing was done.',
      },
    })
    expect(engine.said).toEqual([])
  })

  test('that never ends is let go when it was asked to be a WebSocket', async () => {
    const { refused, get } = await startWs({}, { clientsMax: 1 })
    expect((await refused('/events')).status).toBe(426)
    const response = await get('/events')
    expect(response.status).toBe(200)
    await response.body?.cancel()
  })

  test('leaves its place when its handshake is broken off', async () => {
    const { connect, tokens, url } = await startWs({ clientsMax: 1 })
    const { get } = await import('node:http')
    for (const [name, key] of [
      ['too short', 'abc'],
      ['none', ''],
    ]) {
      const headers = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' }
      const own = { Authorization: `Bearer ${tokens.owner}`, 'Sec-WebSocket-Key': key }
      const status = await new Promise(resolve => {
        get(`${url}/ws/actors`, { headers: { ...headers, ...own } }, response => {
          response.resume()
          resolve(response.statusCode)
        })
      })
      expect(status, name).toBe(400)
    }
    await expect
      .poll(() =>
        connect('/ws/actors').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
  })

  test('is not needed by who asks to speak HTTP/2 instead: the request is answered as it is', async () => {
    const { url } = await startWs()
    const { get } = await import('node:http')
    const status = await new Promise(resolve => {
      get(`${url}/health`, { headers: { Connection: 'Upgrade', Upgrade: 'h2c' } }, response => {
        response.resume()
        resolve(response.statusCode)
      })
    })
    expect(status).toBe(200)
  })
})

describe('a ticket', () => {
  const ticketFor = async (test: Awaited<ReturnType<typeof startWs>>, token?: string): Promise<string> =>
    (await jsonOf(test.post('/ws/ticket', {}, token))).ticket as string

  test('opens one connection, which is told nothing of it', async () => {
    const test = await startWs()
    const ticket = await ticketFor(test)
    const client = await test.connect('/ws/actors', { token: null, protocols: ['bearer', ticket] })
    expect(client.ws.protocol).toBe('bearer')
    const again = await test.refused('/ws/actors', { token: null, protocols: ['bearer', ticket] })
    expect(again).toMatchObject({ status: 401, body: { code: 'token_unknown' } })
  })

  test('sees what its token sees', async () => {
    const test = await startWs()
    const protocols = ['bearer', await ticketFor(test, test.tokens.limited)]
    const { told } = await test.connect('/ws/positions', { token: null, protocols })
    const balances = told[0]?.data.balances as { account_id: string }[]
    expect(balances.map(each => each.account_id)).toEqual(['main'])
  })

  test('does not open anything when its time is over, or when it is made up', async () => {
    const test = await startWs()
    const protocols = ['bearer', await ticketFor(test)]
    test.clock.now += TICKET_MS
    expect((await test.refused('/ws/actors', { token: null, protocols })).status).toBe(401)
    const madeUp = ['bearer', 'a'.repeat(43)]
    expect((await test.refused('/ws/actors', { token: null, protocols: madeUp })).status).toBe(401)
  })

  test('does not open anything once its token is revoked', async () => {
    const test = await startWs()
    const protocols = ['bearer', await ticketFor(test, test.tokens.reader)]
    test.store.revoke('reader')
    expect((await test.refused('/ws/actors', { token: null, protocols })).status).toBe(401)
  })

  test('is not given without a token, and opens nothing but streams', async () => {
    const test = await startWs()
    expect((await test.app.request('/ws/ticket', { method: 'POST' })).status).toBe(401)
    const ticket = await ticketFor(test)
    const headers = { 'Sec-WebSocket-Protocol': `bearer, ${ticket}` }
    expect((await test.app.request('/status', { headers })).status).toBe(401)
  })
})

test('a session opens a stream from a page of the engine, and ends it when it is closed', async () => {
  const recheckMs = 15
  const test = await startWs({ recheckMs })
  const login = await test.app.request('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: test.tokens.owner }),
  })
  expect(login.status).toBe(200)
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const headers = { Cookie: cookie, Origin: test.url }
  const client = await test.connect('/ws/actors', { token: null, headers })
  const logout = await test.app.request('/session', {
    method: 'DELETE',
    headers: { Cookie: cookie, Origin: 'http://localhost', 'X-Requested-With': 'latch' },
  })
  expect(logout.status).toBeLessThan(300)
  expect(await client.closed).toMatchObject({ code: 4401 })
})
