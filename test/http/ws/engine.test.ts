/** The streams of a real engine, followed by the client of the repository: every message fits, and every number follows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Engine } from '../../../actors/engine.ts'
import type { StreamEvent, StreamName } from '../../../client/events.ts'
import { Stream } from '../../../client/stream.ts'
import { browserTransport } from '../../../client/transport.ts'
import { dec } from '../../../domain/units.ts'
import { createApp } from '../../../http/app.ts'
import { createAuthenticator, mintToken } from '../../../http/auth.ts'
import { messageSchema } from '../../../http/present/stream-envelope.ts'
import { type RunningServer, startServer } from '../../../http/server.ts'
import { STREAMS } from '../../../http/ws/message.ts'
import { givenOptions, givenSeries, givenSettings, givenStore, START } from '../../actors/given.ts'

const STEPS = 1_100

type Heard = { [Name in StreamName]: StreamEvent<Name>[] }
const heard: Heard = { 'trading-events': [], 'market-data': [], positions: [], actors: [] }
const errors: unknown[] = []
let server: RunningServer | null = null

beforeAll(async () => {
  const settings = givenSettings()
  const engine = await Engine.open({
    ...(await givenOptions(settings, givenSeries(7, STEPS))),
    store: givenStore(),
    onError: error => errors.push(error),
  })
  const { token, stored } = mintToken('reader', { scopes: ['read'], accounts: '*' }, START)
  const app = createApp({
    engine,
    auth: createAuthenticator([stored]),
    now: () => START,
    log: { warn: fields => errors.push(fields), error: fields => errors.push(fields) },
    websocket: { pulseMs: 10 },
  })
  server = await startServer({ app, host: '127.0.0.1', port: 0 })
  const { url } = server
  const follow = <Name extends StreamName>(stream: Name): Promise<Stream<Name>> =>
    new Promise(resolve => {
      const followed = new Stream({
        url,
        stream,
        token,
        transport: {
          ...browserTransport(() => 0.5),
          connect: (address, protocols) => new WebSocket(address, protocols),
        },
        onEvent: event => {
          ;(heard[stream] as StreamEvent<Name>[]).push(event)
          resolve(followed)
        },
      })
    })
  const streams = await Promise.all(STREAMS.map(each => follow(each)))
  await engine.run()
  // What is under way has arrived when nothing new has come for a while.
  const total = () => STREAMS.reduce((sum, each) => sum + heard[each].length, 0)
  for (let before = -1; before !== total(); ) {
    before = total()
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  for (const each of streams) each.close()
  engine.close()
}, 60_000)

afterAll(() => server?.close())

describe('a real engine', () => {
  test.each(STREAMS)('tells on %s only what fits, in numbers without gaps', stream => {
    const schema = messageSchema(stream)
    const wrong = heard[stream].filter(each => !schema.safeParse(each).success)
    expect(wrong.slice(0, 2)).toEqual([])
    const seqs = heard[stream].map(each => each.seq)
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index))
    expect(heard[stream].filter(each => each.type === 'snapshot')).toHaveLength(1)
    expect(errors).toEqual([])
  })

  test('tells a decision, then its orders, then the position, and a close', () => {
    const types = heard['trading-events'].map(each => each.type)
    expect(types.indexOf('decision')).toBeGreaterThan(0)
    expect(types.indexOf('order')).toBeGreaterThan(types.indexOf('decision'))
    expect(new Set(types)).toEqual(new Set(['snapshot', 'decision', 'order', 'position', 'risk', 'state']))
    const orders = heard['trading-events'].flatMap(each => (each.type === 'order' ? [each.data] : []))
    expect(new Set(orders.map(each => each.status))).toContain('submitted')
    for (const each of orders) expect(each.fill_price === null).toBe(dec(each.filled_quantity).isZero())
  })

  test('tells open profit that is the quantity times the move of the mark', () => {
    const positions = heard.positions.flatMap(each => (each.type === 'position' ? [each.data] : []))
    const open = positions.filter(each => each.status === 'open')
    expect(open.length).toBeGreaterThan(0)
    expect(positions.some(each => each.status === 'closed')).toBe(true)
    for (const { side, quantity, entry_price, mark_price, unrealized_pnl } of open) {
      const move = dec(mark_price).minus(entry_price)
      expect(
        dec(quantity)
          .times(side === 'long' ? move : move.neg())
          .minus(unrealized_pnl)
          .abs()
          .lt('1e-9'),
      ).toBe(true)
    }
    expect(new Set(heard.positions.map(each => each.type))).toEqual(
      new Set(['snapshot', 'position', 'order_status', 'fill', 'balance']),
    )
  })

  test('tells markets with their indicators and contexts, signals and temperatures', () => {
    const markets = heard['market-data'].flatMap(each => (each.type === 'market' ? [each.data] : []))
    const last = markets.findLast(each => each.asset === 'BTC')
    expect(last?.indicators.rsi14).toEqual(expect.any(Number))
    expect(last?.long_term?.ema20).toEqual(expect.any(Number))
    expect(last?.intraday.mid_prices).toHaveLength(10)
    expect(last?.funding_rate).toEqual(expect.any(Number))
    expect(new Set(heard['market-data'].map(each => each.type))).toEqual(
      new Set(['snapshot', 'market', 'signal', 'temperature']),
    )
  })
})
