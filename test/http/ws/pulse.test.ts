/** What moves with the market is told at a bounded rate, when it has changed, to those who listen. */
import { describe, expect, test } from 'vitest'
import { type Message, type StreamName, STREAMS } from '../../../http/ws/message.ts'
import { Pulse } from '../../../http/ws/pulse.ts'
import { createFakeEngine } from '../fake-engine.ts'
import { EVERYTHING } from './events.ts'
import { handTimers } from './socket.ts'

type Told = { stream: StreamName; type: string; account_id: string | null; data: Record<string, string> }

const start = (watched: readonly StreamName[] = STREAMS) => {
  const engine = createFakeEngine()
  const { timers, advance } = handTimers()
  const told: Told[] = []
  const looks = { positions: 0 }
  const positions = engine.positions.bind(engine)
  engine.positions = only => {
    looks.positions += 1
    return positions(only)
  }
  const pulse = new Pulse({
    engine,
    timers,
    pulseMs: 500,
    isWatched: stream => watched.includes(stream),
    tell: (stream: StreamName, message: Message) =>
      void told.push({ stream, ...(JSON.parse(message.text(1)) as Omit<Told, 'stream'>) }),
    onError: error => {
      throw error
    },
  })
  pulse.start()
  /** Lets time go by, and the look that is due take place. */
  const pass = async (ms: number) => {
    advance(ms)
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  }
  return { engine, pulse, told, looks, pass }
}

describe('the pulse', () => {
  test('tells a profit that is the quantity times the move of the price', async () => {
    const { engine, told, pass } = start()
    engine.mark(46_500)
    await pass(0)
    const position = told.find(each => each.stream === 'positions' && each.data.asset === 'BTC')
    expect(position?.data).toMatchObject({ mark_price: '46500', quantity: '0.022', entry_price: '45000' })
    // 0.022 × (46500 − 45000)
    expect(position?.data.unrealized_pnl).toBe('33')
    expect(told.find(each => each.stream === 'trading-events')?.data).toMatchObject({
      pnl: '33',
      exit_plan: 'Close when RSI falls below 50.',
    })
    expect(told.find(each => each.type === 'market')?.data).toMatchObject({
      price: 46_500,
      open_interest: null,
    })
  })

  test('tells a market that was asked for although nothing has changed, once, and no other', async () => {
    const { engine, told, pass } = start()
    const markets = () => told.filter(each => each.type === 'market').length
    engine.mark(46_500)
    await pass(0)
    engine.insight.tellPrices(['ETH'])
    await pass(500)
    await pass(0)
    expect(markets()).toBe(1)
    engine.insight.tellPrices(['BTC'])
    await pass(500)
    await pass(0)
    expect(markets()).toBe(2)
    engine.mark(46_500)
    await pass(500)
    await pass(0)
    expect(markets()).toBe(2)
  })

  test('looks once in half a second, however often prices move, and then at the newest', async () => {
    const { engine, told, looks, pass } = start(['positions'])
    for (let price = 45_001; price <= 45_100; price += 1) {
      engine.mark(price)
      await pass(1)
    }
    expect(looks.positions).toBe(1)
    await pass(500)
    await pass(0)
    expect(looks.positions).toBe(2)
    expect(told.filter(each => each.type === 'position').at(-1)?.data.mark_price).toBe('45100')
  })

  test('tells nothing twice', async () => {
    const { engine, told, pass } = start()
    engine.mark(46_000)
    await pass(0)
    const count = told.length
    await pass(1_000)
    engine.mark(46_000)
    await pass(1_000)
    expect(told).toHaveLength(count)
    engine.mark(46_001)
    await pass(1_000)
    // Two positions of two accounts on two streams, and the market; balances stand still here.
    expect(told).toHaveLength(count + 9)
  })

  test('looks at nothing when nobody listens, and not after its end', async () => {
    const { engine, looks, pulse, pass } = start([])
    engine.mark(46_000)
    await pass(1_000)
    expect(looks.positions).toBe(0)
    const other = start(['positions'])
    other.pulse.stop()
    other.engine.mark(46_000)
    for (const event of EVERYTHING('main')) other.pulse.note({ ...event, seq: 1, at: 0 })
    await other.pass(1_000)
    expect(other.looks.positions).toBe(0)
    pulse.stop()
    expect(engine.listeners()).toBe(0)
  })
})
