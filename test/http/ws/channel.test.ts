/** Numbers of a stream: whatever clients do, each is told the next one, or begins again with a snapshot. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Channel, type Reader } from '../../../http/ws/channel.ts'
import { frameOf, Message } from '../../../http/ws/message.ts'

const RING = 8

const messageOf = (
  accountId: string,
  asset: string | null = null,
  type = 'order',
  data: unknown = {},
): Message => new Message({ type, at: 0, accountId, accounts: [accountId], asset }, () => data)

/** Texts in a buffer of short frames. */
const textsIn = (bytes: Buffer): string[] => {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    texts.push(bytes.subarray(at + head, at + head + length).toString())
    at += head + length
  }
  return texts
}

type Told = { seq: number; data: { made?: number } }

/** Numbers of the events; one that came with the contents of another throws. */
const seqsIn = (bytes: Buffer): number[] =>
  textsIn(bytes).map(text => {
    const { seq, data } = JSON.parse(text) as Told
    if (data.made !== undefined && data.made !== seq)
      throw new Error(`${seq} came with what ${data.made} says`)
    return seq
  })

const readerAt = (cursor: number) => {
  const got: number[] = []
  const reader = {
    cursor,
    ready: true,
    fallen: false,
    got,
    isReady: () => reader.ready,
    write: (bytes: Buffer) => void got.push(...seqsIn(bytes)),
    fall() {
      reader.fallen = true
    },
  }
  return reader satisfies Reader & object
}

const everything = { stream: 'actors', accounts: '*', assets: null, types: null } as const

type Move =
  | { kind: 'push'; count: number }
  /** So many clients may be served before it is late. */
  | { kind: 'flush'; room: number }
  | { kind: 'stall' | 'read' | 'leave' | 'return'; who: number }

const moves = fc.array(
  fc.oneof<fc.Arbitrary<Move>[]>(
    fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('flush' as const), room: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      kind: fc.constantFrom('stall' as const, 'read' as const, 'leave' as const, 'return' as const),
      who: fc.nat(2),
    }),
  ),
  { maxLength: 60 },
)

describe('a channel', () => {
  test('gives each of its clients the next number, or a snapshot, whoever stalls, leaves and comes back', () => {
    fc.assert(
      fc.property(moves, script => {
        const channel = new Channel(everything, 1_000, RING)
        const begin = (since: number | null) => {
          const resumed = since !== null && channel.canResume(since)
          const reader = readerAt(resumed ? since : channel.snapshot(0, 1_000, seq => String(seq)).seq)
          channel.join(reader)
          return { reader, from: reader.cursor, resumed, left: false }
        }
        const clients = [begin(null), begin(null), begin(null)]
        const check = ({ reader, from }: (typeof clients)[number]) =>
          expect(reader.got).toEqual(reader.got.map((_, index) => from + 1 + index))
        for (const move of script) {
          if (move.kind === 'push')
            for (let each = 0; each < move.count; each += 1)
              channel.push(messageOf('a', null, 'order', { made: channel.latest + 1 }))
          if (move.kind === 'flush') {
            let served = 0
            channel.flush(() => served++ >= move.room)
          }
          if (!('who' in move)) continue
          const client = clients[move.who]
          if (client === undefined) continue
          if (move.kind === 'stall') client.reader.ready = false
          if (move.kind === 'read') client.reader.ready = true
          if (move.kind === 'leave') {
            channel.leave(client.reader, 0)
            client.left = true
          }
          if (move.kind === 'return' && (client.left || client.reader.fallen)) {
            check(client)
            channel.leave(client.reader, 0)
            const last = client.reader.cursor
            const next = begin(last)
            if (next.resumed) expect(next.from).toBe(last)
            clients[move.who] = next
          }
        }
        for (const each of clients) if (!each.left) each.reader.ready = true
        while (channel.flush());
        for (const client of clients) {
          check(client)
          if (!client.left && !client.reader.fallen) expect(client.reader.cursor).toBe(channel.latest)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('lets nobody wait for one who does not read, and drops that one when its place is gone', () => {
    const channel = new Channel(everything, 1, RING)
    const quick = readerAt(channel.latest)
    const slow = { ...readerAt(channel.latest), isReady: () => false }
    let isFallen = false
    slow.fall = () => {
      isFallen = true
      channel.leave(slow, 0)
    }
    channel.join(slow)
    channel.join(quick)
    for (let each = 0; each < RING * 3; each += 1) {
      channel.push(messageOf('a'))
      channel.flush()
    }
    expect(quick.got).toHaveLength(RING * 3)
    expect(isFallen).toBe(true)
    expect(channel.readers).toBe(1)
  })

  test('serves those next whom it was too late for', () => {
    const channel = new Channel(everything, 0, RING)
    const readers = Array.from({ length: 4 }, () => readerAt(channel.latest))
    for (const each of readers) channel.join(each)
    const inTime = (room: number) => {
      let served = 0
      return channel.flush(() => served++ >= room)
    }
    channel.push(messageOf('a'))
    expect(inTime(3)).toBe(true)
    expect(readers.map(each => each.got.length)).toEqual([1, 1, 1, 0])
    channel.push(messageOf('a'))
    expect(inTime(1)).toBe(true)
    expect(readers.map(each => each.got.length)).toEqual([1, 1, 1, 1])
    expect(inTime(4)).toBe(false)
    expect(readers.map(each => each.got.length)).toEqual([2, 2, 2, 2])
  })

  test('passes what its selection says, and nothing of accounts outside of it', () => {
    const selection = { stream: 'positions', accounts: ['a'], assets: ['BTC'], types: ['order'] } as const
    const channel = new Channel(selection, 1, RING)
    expect(channel.push(messageOf('a', 'BTC'))).toBe(true)
    expect(channel.push(messageOf('a', null))).toBe(true)
    expect(channel.push(messageOf('a', 'ETH'))).toBe(false)
    expect(channel.push(messageOf('a', 'BTC', 'fill'))).toBe(false)
    expect(channel.push(messageOf('b', 'BTC'))).toBe(false)
    expect(channel.latest).toBe(1_002)
  })

  test('made later has higher numbers, so that an old one is never taken for one of its own', () => {
    const old = new Channel(everything, 5, RING)
    for (let each = 0; each < 900; each += 1) old.push(messageOf('a'))
    const fresh = new Channel(everything, 6, RING)
    expect(fresh.canResume(old.latest)).toBe(false)
    expect(fresh.canResume(fresh.latest)).toBe(true)
    expect(fresh.canResume(fresh.latest + 1)).toBe(false)
  })

  test('writes a message once for all of its clients', () => {
    let written = 0
    const channel = new Channel(everything, 1, RING)
    const readers = Array.from({ length: 5 }, () => readerAt(channel.latest))
    for (const each of readers) channel.join(each)
    const head = { type: 'order', at: 0, accountId: 'a', accounts: ['a'], asset: null }
    channel.push(new Message(head, () => (written += 1)))
    channel.flush()
    expect(written).toBe(1)
    expect(readers.every(each => each.got.length === 1)).toBe(true)
  })
})

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
  'a frame of %i bytes is read as it was written',
  length => {
    const text = 'é'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2)
    expect(textsIn(frameOf(text))).toEqual([text])
  },
)
