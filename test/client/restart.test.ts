/** The client over real sockets: a server that goes away and comes back costs it nothing. */
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { StreamEvent } from '../../client/events.ts'
import { Stream, type StreamStatus } from '../../client/stream.ts'
import { browserTransport } from '../../client/transport.ts'
import { startServer } from '../../http/server.ts'
import { step } from '../http/ws/events.ts'
import { closeAll, startWs } from '../http/ws/socket.ts'

afterEach(closeAll)

test('after a restart of the server the client goes on where it was, with what happened meanwhile', async () => {
  const { app, engine, server, tokens, url } = await startWs()
  const port = Number(new URL(url).port)
  const events: StreamEvent<'actors'>[] = []
  const statuses: StreamStatus[] = []
  const stream = new Stream({
    url,
    stream: 'actors',
    token: tokens.owner,
    transport: {
      ...browserTransport(() => 0.5),
      connect: (address, protocols) => new WebSocket(address, protocols),
    },
    backoff: { firstMs: 20, maxMs: 100 },
    pollAfter: 1_000,
    onEvent: event => void events.push(event),
    onStatus: status => void statuses.push(status),
  })
  await expect.poll(() => events.length).toBe(1)
  engine.emit(step('main', 'before'))
  await expect.poll(() => events.length).toBe(2)
  await server.close()
  engine.emit(step('main', 'meanwhile'), step('other', 'meanwhile'))
  const again = await startServer({ app, host: '127.0.0.1', port })
  await expect.poll(() => events.length, { timeout: 5_000 }).toBe(4)
  engine.emit(step('main', 'after'))
  await expect.poll(() => events.length).toBe(5)
  expect(events.map(each => each.type)).toEqual([
    'snapshot',
    ...Array.from({ length: 4 }, () => 'transition'),
  ])
  const [first] = events
  expect(events.map(each => each.seq)).toEqual([0, 1, 2, 3, 4].map(index => (first?.seq ?? 0) + index))
  expect(statuses).toEqual(['live', 'connecting', 'live'])
  stream.close()
  await again.close()
})
