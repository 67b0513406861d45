/** How long a client may be silent, loud or slow, by a clock that is moved by hand. */
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { decided, step } from './events.ts'
import { closeAll, handTimers, startWs } from './socket.ts'

afterEach(closeAll)

/** Enough for what is under way on a socket of this machine. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(resolve => setImmediate(resolve))
}

describe('the heartbeat', () => {
  test('pings at 30 and 60 seconds, and keeps a client that answers', async () => {
    const { timers, advance } = handTimers()
    const { connect } = await startWs({ timers })
    const client = await connect('/ws/actors')
    for (let minute = 1; minute <= 10; minute += 1) {
      advance(29_999)
      await settled()
      expect(client.pings).toBe(minute - 1)
      advance(1)
      await expect.poll(() => client.pings).toBe(minute)
      await settled()
    }
    expect(client.told.filter(each => each.type === 'heartbeat')).toHaveLength(10)
    expect(client.ws.readyState).toBe(WebSocket.OPEN)
  })

  test('cuts a client that leaves two pings unanswered', async () => {
    const { timers, advance } = handTimers()
    const { connect, logged } = await startWs({ timers })
    const client = await connect('/ws/actors', { pong: false })
    advance(60_000)
    await expect.poll(() => client.pings).toBe(2)
    expect(client.ws.readyState).toBe(WebSocket.OPEN)
    advance(30_000)
    expect(await client.closed).toMatchObject({ code: 4408 })
    expect(logged.at(-1)).toMatchObject({
      fields: { component: 'stream', peer: '127.0.0.1', code: 4408 },
    })
  })

  test('leaves nothing behind when a client goes', async () => {
    const hand = handTimers()
    const { connect } = await startWs({ timers: hand.timers })
    const client = await connect('/ws/actors')
    const waiting = hand.waiting()
    const other = await connect('/ws/actors')
    expect(hand.waiting()).toBeGreaterThan(waiting)
    other.ws.close()
    await other.closed
    await expect.poll(() => hand.waiting()).toBe(waiting)
    client.ws.close()
  })
})

describe('a token', () => {
  test('that is revoked ends its streams at the next look, 60 seconds at most', async () => {
    const { timers, advance } = handTimers()
    const { connect, store, tokens } = await startWs({ timers })
    const client = await connect('/ws/positions', { token: tokens.reader })
    const kept = await connect('/ws/positions')
    advance(60_000)
    await settled()
    expect(client.ws.readyState).toBe(WebSocket.OPEN)
    store.revoke('reader')
    advance(60_000)
    expect(await client.closed).toMatchObject({ code: 4401 })
    expect(kept.ws.readyState).toBe(WebSocket.OPEN)
  })
})

test('a token that expires ends its streams as one that is revoked does', async () => {
  const { timers, advance } = handTimers()
  const { connect, store, clock } = await startWs({ timers })
  const expiresAt = new Date(clock.now + 90_000).toISOString()
  const { token } = store.create('short', { scopes: ['read'], accounts: '*', expiresAt })
  const client = await connect('/ws/positions', { token })
  clock.now += 90_000
  advance(60_000)
  expect(await client.closed).toMatchObject({ code: 4401 })
})

describe('a client that says too much', () => {
  test('is cut with its 21st message in a second, and not with as many in more', async () => {
    const { connect, clock } = await startWs()
    const client = await connect('/ws/actors')
    const beats = () => client.told.filter(each => each.type === 'heartbeat').length
    for (let each = 0; each < 20; each += 1) client.say({ action: 'ping' })
    await expect.poll(beats).toBe(20)
    clock.now += 1_000
    for (let each = 0; each < 20; each += 1) client.say({ action: 'ping' })
    await expect.poll(beats).toBe(40)
    client.say({ action: 'ping' })
    expect(await client.closed).toMatchObject({ code: 4429 })
  })

  test('is cut with a message above 64 kB', async () => {
    const { connect } = await startWs()
    const client = await connect('/ws/actors')
    client.say('x'.repeat(64 * 1024 + 1))
    expect(await client.closed).toMatchObject({ code: 1009 })
  })
})

describe('a client that does not read', () => {
  test('is cut when its socket stays full, while another is told everything', async () => {
    const { connect, engine } = await startWs({ bufferedBytesMax: 64 * 1024, fullMs: 50 })
    const quick = await connect('/ws/trading-events')
    const slow = await connect('/ws/trading-events')
    slow.ws.pause()
    const rationale = 'x'.repeat(50_000)
    const { fact } = decided('main')
    if (fact.type !== 'decision.recorded') throw new Error('a decision was asked for')
    const { proposal } = fact.decision
    const COUNT = 400
    let emitted = 0
    while (emitted < COUNT) {
      for (let each = 0; each < 10; each += 1, emitted += 1) {
        const marked = { ...proposal, rationale: `${emitted} ${rationale}` }
        engine.emit(decided('main', { proposal: marked, outcome: 'approved' }))
      }
      await expect.poll(() => quick.told.length, { interval: 5 }).toBe(emitted + 1)
    }
    slow.ws.resume()
    expect((await slow.closed).code).not.toBe(1000)
    expect(slow.told.length).toBeLessThan(COUNT)
    const seqs = quick.told.map(each => each.seq ?? 0)
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index))
  })
})

test('when the engine stops, every client is told to come back later', async () => {
  const { connect, engine, server } = await startWs()
  const client = await connect('/ws/actors')
  engine.emit(step('main'))
  await server.close()
  expect(await client.closed).toMatchObject({ code: 1001 })
})
