/** The event stream: nothing left out but what was filtered, nothing kept but what is bounded. */
import { describe, expect, test } from 'vitest'
import type { FakeEngine } from './fake-engine.ts'
import { START, tradeRow } from './fake-rows.ts'
import { createTestApp, jsonOf } from './setup.ts'
import { readStream } from './sse.ts'

type Emitted = Parameters<FakeEngine['emit']>[0]

const step = (accountId: string): Emitted => ({
  kind: 'transition',
  accountId,
  actor: `${accountId}/position:BTC`,
  transition: { from: 'protecting', to: 'protected', event: 'protection.confirmed', at: START },
})
const rearmed = (accountId: string): Emitted => ({
  kind: 'fact',
  accountId,
  fact: { type: 'limit.rearmed', limit: 'daily_loss', seq: 7, at: START, accountId },
})
const closed = (accountId: string): Emitted => ({
  kind: 'fact',
  accountId,
  fact: { type: 'trade.closed', trade: tradeRow(accountId, 0), seq: 8, at: START, accountId },
})

const opened = async (
  get: ReturnType<typeof createTestApp>['get'],
  path: string,
  token?: string,
  lastId?: number,
) => {
  const response = await get(path, token, lastId === undefined ? {} : { 'Last-Event-ID': String(lastId) })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  const stream = readStream(response)
  const [first] = await stream.take(1)
  return { ...stream, first }
}
const ids = (messages: { id: number | null }[]) => messages.map(each => each.id)

describe('the stream', () => {
  test('begins with the process it talks to, then gives every event with an id that grows by one', async () => {
    const { engine, get } = createTestApp()
    const stream = await opened(get, '/events')
    expect(stream.first).toMatchObject({
      event: 'opened',
      id: null,
      data: { started_at: new Date(START).toISOString(), resumed_after: null, missed: false },
    })
    engine.emit(step('main'), rearmed('other'), closed('main'))
    engine.emit(...Array.from({ length: 97 }, () => step('other')))
    const messages = await stream.take(100)
    expect(ids(messages)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    expect(messages[0]).toMatchObject({
      event: 'transition',
      data: {
        kind: 'transition',
        type: 'transition',
        seq: 1,
        account_id: 'main',
        data: {
          actor: 'main/position:BTC',
          from: 'protecting',
          to: 'protected',
          event: 'protection.confirmed',
        },
      },
    })
    expect(messages[1]).toMatchObject({
      event: 'fact',
      data: { type: 'limit.rearmed', data: { limit: 'daily_loss' } },
    })
    expect(messages[2]?.data).toMatchObject({
      data: { net_pnl: '21.3', closed_at: '2026-01-02T03:01:30.000Z' },
    })
    await stream.leave()
  })

  test('is filtered by account, by kind and by type of fact', async () => {
    const { engine, get } = createTestApp()
    const streams = await Promise.all(
      [
        'account_id=main',
        'types=fact',
        'types=trade.closed,transition',
        'types=trade.closed&account_id=other',
      ].map(query => opened(get, `/events?${query}`)),
    )
    engine.emit(step('main'), rearmed('other'), closed('main'), closed('other'))
    const expected = [[1, 3], [2, 3, 4], [1, 3, 4], [4]]
    for (const [index, stream] of streams.entries()) {
      expect(ids(await stream.take(expected[index]?.length ?? 0))).toEqual(expected[index])
      await stream.leave()
    }
  })

  test('shows a limited token its account only, after a return too', async () => {
    const { engine, get, tokens } = createTestApp()
    const stream = await opened(get, '/events', tokens.limited)
    engine.emit(step('other'), step('main'), closed('other'), step('main'))
    expect(ids(await stream.take(2))).toEqual([2, 4])
    await stream.leave()
    const again = await opened(get, '/events', tokens.limited, 0)
    expect(ids(await again.take(2))).toEqual([2, 4])
    await again.leave()
  })

  test.each([
    ['is revoked', 'revoke'],
    ['expires', 'expire'],
  ] as const)('ends when its token %s', async (_what, end) => {
    const { get, store, clock, engine } = createTestApp({ recheckMs: 5 })
    const expiresAt = new Date(START + 60_000).toISOString()
    const { token } = store.create('short', { scopes: ['read'], accounts: '*', expiresAt })
    const stream = await opened(get, '/events', token)
    engine.emit(step('main'))
    expect(ids(await stream.take(1))).toEqual([1])
    if (end === 'revoke') store.revoke('short')
    else clock.now = START + 60_000
    expect(await stream.next()).toBeNull()
  })

  test('sends a heartbeat while nothing happens', async () => {
    const { get } = createTestApp({ heartbeatMs: 5 })
    const stream = await opened(get, '/events')
    expect((await stream.take(2)).map(each => each.comment)).toEqual(['heartbeat', 'heartbeat'])
    await stream.leave()
  })
})

describe('a client that returns', () => {
  test('continues after its last event', async () => {
    const { engine, get } = createTestApp()
    const before = await opened(get, '/events')
    engine.emit(step('main'), step('main'))
    expect(ids(await before.take(2))).toEqual([1, 2])
    await before.leave()
    engine.emit(step('main'), step('main'))
    const after = await opened(get, '/events', undefined, 2)
    expect(after.first?.data).toMatchObject({ resumed_after: 2, missed: false })
    engine.emit(step('main'))
    expect(ids(await after.take(3))).toEqual([3, 4, 5])
    await after.leave()
  })

  test('is told when events in between are forgotten, or counted by another process', async () => {
    const { engine, get } = createTestApp()
    const before = await opened(get, '/events')
    await before.leave()
    engine.emit(...Array.from({ length: 1_100 }, () => step('main')))
    const late = await opened(get, '/events', undefined, 1)
    expect(late.first?.data).toMatchObject({ missed: true })
    expect(ids(await late.take(1_024))).toEqual(Array.from({ length: 1_024 }, (_, index) => index + 77))
    await late.leave()
    const foreign = await opened(get, '/events', undefined, 5_000)
    expect(foreign.first?.data).toMatchObject({ missed: true })
    await foreign.leave()
  })
})

describe('bounds', () => {
  test('a client that does not read is dropped, and the others lose nothing', async () => {
    const { engine, get, logged } = createTestApp({ queueMax: 50, clientsMax: 4 })
    const slow = await get('/events')
    const quick = await opened(get, '/events')
    for (let count = 0; count < 300; count += 1) {
      engine.emit(step('main'))
      expect((await quick.take(1))[0]?.id).toBe(count + 1)
    }
    expect(logged.map(each => each.message)).toEqual(['event stream: slow client dropped'])
    const next = await opened(get, '/events')
    await next.leave()
    const stream = readStream(slow)
    const got: (number | null)[] = []
    for (let message = await stream.next(); message !== null; message = await stream.next())
      got.push(message.id)
    expect(got.length).toBeLessThan(60)
    expect(got.slice(1)).toEqual(got.slice(1).map((_, index) => index + 1))
    await quick.leave()
  })

  test('no more streams than the limit; a place is free again when a client leaves', async () => {
    const { get, tokens } = createTestApp({ clientsMax: 2 })
    const first = await opened(get, '/events')
    const second = await opened(get, '/events', tokens.reader)
    const refused = await get('/events')
    expect(refused.status).toBe(503)
    expect(await jsonOf(refused)).toMatchObject({ code: 'streams_exceeded' })
    await first.leave()
    const third = await opened(get, '/events')
    await Promise.all([second.leave(), third.leave()])
  })

  test('a HEAD request opens no stream', async () => {
    const { app, get, tokens } = createTestApp({ clientsMax: 1 })
    const head = await app.request('/events', {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${tokens.owner}` },
    })
    expect(head.status).toBe(200)
    const stream = await opened(get, '/events')
    await stream.leave()
  })

  test('many clients cost the engine one listener', async () => {
    const { engine, get } = createTestApp({ clientsMax: 200 })
    const streams = await Promise.all(Array.from({ length: 100 }, () => opened(get, '/events')))
    expect(engine.listeners()).toBe(1)
    engine.emit(step('main'))
    for (const stream of streams) expect(ids(await stream.take(1))).toEqual([1])
    await Promise.all(streams.map(stream => stream.leave()))
  })

  test('the server that stops ends its streams', async () => {
    const { app, tokens } = createTestApp()
    const stopping = new AbortController()
    const response = await app.request(
      '/events',
      { headers: { Authorization: `Bearer ${tokens.owner}` } },
      { stopping: stopping.signal },
    )
    const stream = readStream(response)
    await stream.take(1)
    stopping.abort()
    expect(await stream.next()).toBeNull()
  })
})
