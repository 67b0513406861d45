/** How far it reaches: from where commands are taken, which proxies are believed, which names and pages are ours. */
import { describe, expect, test } from 'vitest'
import type { Exposure } from '../../http/exposure.ts'
import { createTestApp, jsonOf } from './setup.ts'

type Peer = { address: string; encrypted?: boolean }
const from = ({ address, encrypted = false }: Peer) =>
  ({ incoming: { socket: { remoteAddress: address, encrypted } } }) as never

const asking = (exposure: Partial<Exposure> = {}) => {
  const test = createTestApp({}, exposure)
  const ask = (path: string, peer: Peer, headers: Record<string, string> = {}, method = 'GET') =>
    test.app.request(
      path,
      { method, headers: { Authorization: `Bearer ${test.tokens.owner}`, ...headers } },
      from(peer),
    )
  return {
    ...test,
    ask,
    command: (peer: Peer, headers?: Record<string, string>) =>
      ask('/accounts/main/pause', peer, headers, 'POST'),
  }
}

describe('on plain HTTP', () => {
  test.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    '172.31.0.9',
    '192.168.1.20',
    '::ffff:192.168.1.20',
    'fd12::1',
    'fe80::1%eth0',
  ])('commands are taken from %s', async address => {
    expect((await asking().command({ address })).status).toBe(200)
  })

  test.each(['203.0.113.9', '172.32.0.1', '100.64.0.1', '2001:db8::1', '::ffff:8.8.8.8', 'unknown'])(
    'commands are refused from %s, and reads are not',
    async address => {
      const { ask, command, engine } = asking()
      const refused = await command({ address })
      expect(refused.status).toBe(403)
      expect((await jsonOf(refused)).code).toBe('transport_refused')
      expect(engine.said).toEqual([])
      expect((await ask('/positions', { address })).status).toBe(200)
      // What only an admin may read is not read there, either.
      expect((await ask('/tokens', { address })).status).toBe(403)
    },
  )
})

test('over TLS commands are taken from anywhere', async () => {
  expect((await asking().command({ address: '203.0.113.9', encrypted: true })).status).toBe(200)
})

describe('a proxy', () => {
  const far = { 'X-Forwarded-For': '203.0.113.9' }
  const https = { 'X-Forwarded-Proto': 'https' }

  test('is not believed unless it is named', async () => {
    const { command } = asking()
    expect(
      (await command({ address: '203.0.113.9' }, { 'X-Forwarded-For': '127.0.0.1', ...https })).status,
    ).toBe(403)
    expect((await command({ address: '10.0.0.1' }, far)).status).toBe(200)
  })

  test('that is named is believed about the way and the asker', async () => {
    const { command, ask, logged } = asking({ trustedProxies: ['10.0.0.0/8'] })
    const proxy = { address: '::ffff:10.0.0.1' }
    expect((await command(proxy, { ...far, ...https })).status).toBe(200)
    expect((await command(proxy, far)).status).toBe(403)
    expect((await command(proxy, { 'X-Forwarded-For': '192.168.1.2' })).status).toBe(200)
    await ask('/positions', proxy, { ...far, Authorization: 'Bearer wrong' })
    expect(logged.at(-1)?.fields).toMatchObject({ peer: '203.0.113.9' })
  })

  test('is believed about the nearest hop that is not trusted, whatever stands before it', async () => {
    const { command } = asking({ trustedProxies: ['10.0.0.0/8'] })
    const spoofed = { 'X-Forwarded-For': '127.0.0.1, 203.0.113.9, 10.0.0.2' }
    expect((await command({ address: '10.0.0.1' }, spoofed)).status).toBe(403)
    // Who asks over http says https first, and the proxy adds what it saw.
    const ways = { ...far, 'X-Forwarded-Proto': 'https, http' }
    expect((await command({ address: '10.0.0.1' }, ways)).status).toBe(403)
    const both = { ...far, 'X-Forwarded-Proto': 'https, https' }
    expect((await command({ address: '10.0.0.1' }, both)).status).toBe(200)
  })

  test('names the host only when it is trusted', async () => {
    const { ask } = asking({ trustedProxies: ['10.0.0.0/8'], hosts: ['desk.example'] })
    const named = { Host: 'upstream.internal.example', 'X-Forwarded-Host': 'desk.example' }
    expect((await ask('/positions', { address: '10.0.0.1' }, named)).status).toBe(200)
    expect((await ask('/positions', { address: '192.168.1.2' }, named)).status).toBe(403)
  })
})

describe('names', () => {
  test.each([
    'localhost',
    'localhost:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    '192.168.1.2',
    'latch:3000',
    'me.localhost',
    'desk.example:443',
  ])('%s is ours', async host => {
    const { ask } = asking({ hosts: ['desk.example'] })
    expect((await ask('/positions', { address: '127.0.0.1' }, { Host: host })).status).toBe(200)
  })

  test.each(['rebound.example', 'desk.example.evil.org', '127.0.0.1.nip.io', 'localhost.evil.org', ''])(
    '%s is not',
    async host => {
      const { ask } = asking({ hosts: ['desk.example'] })
      const response = await ask('/positions', { address: '127.0.0.1' }, { Host: host })
      expect(response.status).toBe(403)
      expect((await jsonOf(response)).code).toBe('host_refused')
    },
  )

  test('/health answers under any', async () => {
    expect((await asking().ask('/health', { address: '8.8.8.8' }, { Host: 'probe.example' })).status).toBe(
      200,
    )
  })
})

describe('pages of other origins (B-45)', () => {
  const LISTED = 'https://desk.example.com'
  const preflight = { 'Access-Control-Request-Method': 'POST', Host: 'localhost' }

  test('a listed one is told so, by name and with credentials, and its preflight needs no token', async () => {
    const { app, ask } = asking({ corsOrigins: [LISTED] })
    const asked = await app.request('/accounts/main/pause', {
      method: 'OPTIONS',
      headers: { Origin: LISTED, ...preflight },
    })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe(LISTED)
    expect(asked.headers.get('access-control-allow-methods')).toMatch(
      /GET, POST, PUT, PATCH, DELETE, OPTIONS/,
    )
    expect(asked.headers.get('access-control-allow-headers')).toMatch(/Authorization, Content-Type/)
    const answer = await ask('/positions', { address: '127.0.0.1' }, { Origin: LISTED, Host: 'localhost' })
    expect(answer.headers.get('access-control-allow-origin')).toBe(LISTED)
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    expect(answer.headers.get('vary')).toMatch(/Origin/)
  })

  test.each(['https://evil.example', 'https://desk.example.com.evil.org', 'http://desk.example.com', 'null'])(
    '%s is not, preflight or not',
    async origin => {
      const { app, ask } = asking({ corsOrigins: [LISTED] })
      const headers = { Origin: origin, ...preflight }
      const asked = await app.request('/accounts/main/pause', { method: 'OPTIONS', headers })
      const answer = await ask('/positions', { address: '127.0.0.1' }, { Origin: origin, Host: 'localhost' })
      for (const each of [asked, answer]) {
        expect(each.status).toBe(403)
        expect(each.headers.get('access-control-allow-origin')).toBeNull()
      }
    },
  )

  test('nobody is by default', async () => {
    const answer = await asking().ask(
      '/positions',
      { address: '127.0.0.1' },
      { Origin: LISTED, Host: 'localhost' },
    )
    expect(answer.status).toBe(403)
  })
})

describe('without tokens (API_AUTH=none)', () => {
  test('everything of this machine is let in, and pages of other sites or names are not', async () => {
    const { app } = createTestApp({}, { auth: 'none', host: '127.0.0.1' })
    expect((await app.request('/positions')).status).toBe(200)
    expect((await app.request('/positions', { headers: { Host: 'rebound.example' } })).status).toBe(403)
    const foreign = { Origin: 'https://evil.example', Host: 'localhost' }
    expect((await app.request('/emergency-stop', { method: 'POST', headers: foreign })).status).toBe(403)
    expect((await app.request('/positions', { headers: { Authorization: 'Bearer wrong' } })).status).toBe(401)
  })
})

describe('how often a token may ask (B-69)', () => {
  const peer = { address: '127.0.0.1' }

  test('over its allowance it waits as long as told, and others do not', async () => {
    const { ask, clock, tokens, app } = asking({ ratePerMinute: 30 })
    for (let count = 0; count < 30; count += 1) expect((await ask('/positions', peer)).status).toBe(200)
    const refused = await ask('/positions', peer)
    expect(refused.status).toBe(429)
    expect((await jsonOf(refused)).code).toBe('rate_exceeded')
    expect(refused.headers.get('retry-after')).toBe('2')
    const other = { headers: { Authorization: `Bearer ${tokens.reader}` } }
    expect((await app.request('/positions', other)).status).toBe(200)
    clock.now += 2_000
    expect((await ask('/positions', peer)).status).toBe(200)
    expect((await ask('/positions', peer)).status).toBe(429)
  })

  test('reading too often holds back no command, and nothing holds back the emergency stop', async () => {
    const { ask, command } = asking({ ratePerMinute: 10 })
    for (let count = 0; count < 12; count += 1) await ask('/positions', peer)
    for (let count = 0; count < 10; count += 1) expect((await command(peer)).status).toBe(200)
    expect((await command(peer)).status).toBe(429)
    for (let count = 0; count < 15; count += 1)
      expect((await ask('/emergency-stop', peer, {}, 'POST')).status).toBe(200)
  })
})
