/** The client that stays: it comes back, goes on where it was, polls when it must, and stops when it is refused. */
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { BACKOFF, waitMs } from '../../client/backoff.ts'
import type { StreamEvent } from '../../client/events.ts'
import { Sequence } from '../../client/sequence.ts'
import { Stream, type StreamOptions, type StreamStatus } from '../../client/stream.ts'
import type { Socket, Transport } from '../../client/transport.ts'
import { handTimers } from '../http/ws/socket.ts'

const message = (seq: number | null, type = 'transition') => ({
  type,
  seq,
  ts: '2026-01-02T03:00:00.000Z',
  account_id: 'main',
  data: {},
})

type Line = Socket & {
  url: string
  protocols: string[]
  isOpen: boolean
  tell(...messages: unknown[]): void
  drop(code: number): void
}

/** A world of scripted sockets and answers. */
const world = (options: Partial<StreamOptions<'actors'>> = {}) => {
  const hand = handTimers()
  const lines: Line[] = []
  const asked: { method: string; url: string; headers: Record<string, string> }[] = []
  const script = { ticket: 200, polled: [] as unknown[], isUp: true }
  const transport: Transport = {
    connect(url, protocols) {
      const listeners: Record<string, (event: object) => void> = {}
      const line: Line = {
        url,
        protocols,
        isOpen: true,
        addEventListener(type: string, listener: (event: never) => void) {
          listeners[type] = listener as (event: object) => void
        },
        close: () => {
          line.isOpen = false
        },
        tell: (...messages) => {
          for (const each of messages) listeners.message?.({ data: JSON.stringify(each) })
        },
        drop: code => listeners.close?.({ code }),
      }
      lines.push(line)
      if (!script.isUp) queueMicrotask(() => line.drop(1006))
      return line
    },
    request(url, { method, headers }) {
      asked.push({ method, url, headers })
      const isTicket = url.endsWith('/ws/ticket')
      const body = isTicket ? { ticket: `ticket-${asked.length}` } : { events: script.polled }
      return Promise.resolve({ status: isTicket ? script.ticket : 200, json: () => Promise.resolve(body) })
    },
    after: (ms, call) => hand.timers.after(ms, call),
    random: () => 1,
  }
  const events: StreamEvent<'actors'>[] = []
  const statuses: StreamStatus[] = []
  const stream = new Stream({
    url: 'http://engine:3000',
    stream: 'actors',
    token: 'latch_token',
    transport,
    onEvent: event => void events.push(event),
    onStatus: status => void statuses.push(status),
    ...options,
  })
  const settled = async () => {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve()
  }
  const line = async (index: number): Promise<Line> => {
    await settled()
    const found = lines[index]
    if (found === undefined) throw new Error(`there is no connection ${index}, only ${lines.length}`)
    return found
  }
  const pass = async (ms: number) => {
    await settled()
    hand.advance(ms)
    await settled()
  }
  return { stream, events, statuses, lines, asked, script, line, pass, settled }
}

const open: Stream<'actors'>[] = []
afterEach(() => {
  for (const each of open.splice(0)) each.close()
})
const start = (options?: Partial<StreamOptions<'actors'>>) => {
  const made = world(options)
  open.push(made.stream)
  return made
}

describe('a stream', () => {
  test('opens with a ticket, its filter in the query, and never a token in the URL', async () => {
    const { line, asked } = start({ filter: { accountIds: ['a', 'b'], types: ['transition'] } })
    const { url, protocols } = await line(0)
    expect(url).toBe('ws://engine:3000/ws/actors?account_id=a&account_id=b&types=transition')
    expect(protocols).toEqual(['bearer', 'ticket-1'])
    expect(asked[0]).toMatchObject({ method: 'POST', headers: { Authorization: 'Bearer latch_token' } })
  })

  test('gives what is numbered, in order, and nothing that is said to the connection only', async () => {
    const { line, events, stream } = start()
    ;(await line(0)).tell(message(10, 'snapshot'), message(null, 'heartbeat'), message(11), message(12))
    expect(events.map(each => each.seq)).toEqual([10, 11, 12])
    expect(stream.status).toBe('live')
    expect(stream.seq).toBe(12)
  })

  test('comes back after a loss with since, and waits longer each time', async () => {
    const { line, lines, pass, events, statuses } = start()
    const first = await line(0)
    first.tell(message(10, 'snapshot'), message(11))
    first.drop(1001)
    await pass(BACKOFF.firstMs - 1)
    expect(lines).toHaveLength(1)
    await pass(1)
    const second = await line(1)
    expect(second.url).toBe('ws://engine:3000/ws/actors?since=11')
    second.tell(message(null, 'subscribed'), message(12))
    expect(events.map(each => each.seq)).toEqual([10, 11, 12])
    second.drop(4413)
    await pass(BACKOFF.firstMs)
    ;(await line(2)).drop(1006)
    await pass(BACKOFF.firstMs * 2 - 1)
    expect(lines).toHaveLength(3)
    await pass(1)
    expect(lines).toHaveLength(4)
    expect(statuses.slice(0, 3)).toEqual(['live', 'connecting', 'live'])
  })

  test('asks for a snapshot when something is missing', async () => {
    const { line, pass, events } = start()
    const first = await line(0)
    first.tell(message(10, 'snapshot'), message(12))
    expect(first.isOpen).toBe(false)
    await pass(BACKOFF.firstMs)
    const second = await line(1)
    expect(second.url).toBe('ws://engine:3000/ws/actors')
    second.tell(message(20, 'snapshot'))
    expect(events.map(each => each.seq)).toEqual([10, 20])
  })

  test('takes a connection for lost that has been silent for 75 seconds', async () => {
    const { line, lines, pass } = start()
    const first = await line(0)
    first.tell(message(10, 'snapshot'))
    await pass(74_000)
    first.tell(message(null, 'heartbeat'))
    await pass(74_999)
    expect(first.isOpen).toBe(true)
    await pass(1)
    expect(first.isOpen).toBe(false)
    await pass(BACKOFF.firstMs)
    expect(lines).toHaveLength(2)
  })

  test('polls every 5 seconds where no WebSocket gets through, misses nothing, and goes live again', async () => {
    const { script, line, pass, settled, events, stream, asked, lines } = start()
    script.isUp = false
    script.polled = [message(10, 'snapshot'), message(11)]
    await settled()
    await pass(BACKOFF.firstMs)
    await pass(BACKOFF.firstMs * 2)
    expect(stream.status).toBe('polling')
    script.polled = [message(12)]
    await pass(5_000)
    expect(asked.at(-1)).toMatchObject({ method: 'GET', url: 'http://engine:3000/ws/actors?since=11' })
    expect(events.map(each => each.seq)).toEqual([10, 11, 12])
    script.isUp = true
    script.polled = []
    const tried = lines.length
    for (let polls = 0; polls < 6; polls += 1) await pass(5_000)
    ;(await line(tried)).tell(message(13))
    expect(stream.status).toBe('live')
    expect(events.map(each => each.seq)).toEqual([10, 11, 12, 13])
  })

  test('stops when its token does not hold, before or after it was let in', async () => {
    const before = start()
    before.script.ticket = 401
    await before.settled()
    expect(before.stream.status).toBe('refused')
    const after = start()
    const line = await after.line(0)
    line.tell(message(10, 'snapshot'))
    line.drop(4401)
    await after.pass(600_000)
    expect(after.stream.status).toBe('refused')
    expect(after.lines).toHaveLength(1)
  })

  test('gives nothing any more once it is closed', async () => {
    const { line, events, stream, lines, pass } = start()
    const first = await line(0)
    first.tell(message(10, 'snapshot'))
    stream.close()
    expect(first.isOpen).toBe(false)
    first.tell(message(11))
    await pass(600_000)
    expect(events).toHaveLength(1)
    expect(lines).toHaveLength(1)
    expect(stream.status).toBe('closed')
  })
})

test('what a sequence takes rises by one from event to event, or is a snapshot', () => {
  const numbered = fc.record({
    type: fc.constantFrom('snapshot', 'order'),
    seq: fc.option(fc.integer({ min: 0, max: 8 }), { nil: null }),
  })
  fc.assert(
    fc.property(fc.array(numbered), messages => {
      const sequence = new Sequence()
      const taken = messages.filter(each => sequence.take(each) === 'taken')
      for (const [index, each] of taken.entries()) {
        const before = taken[index - 1]?.seq ?? null
        expect(each.type === 'snapshot' || (before !== null && each.seq === before + 1)).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a wait grows with failures, never beyond its most, and never below half of itself', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, chance) => {
        const wait = waitMs(failures, chance)
        expect(wait).toBeGreaterThanOrEqual(BACKOFF.firstMs / 2)
        expect(wait).toBeLessThanOrEqual(BACKOFF.maxMs)
        expect(waitMs(failures + 1, chance)).toBeGreaterThanOrEqual(wait)
      },
    ),
    { numRuns: 1_000 },
  )
})
