/** What a client is told: a snapshot, then everything that it wants and may see, in one envelope, without gaps. */
import { afterEach, describe, expect, test } from 'vitest'
import { EVENT_DATA, messageSchema } from '../../../http/present/stream-envelope.ts'
import { type StreamName, STREAMS } from '../../../http/ws/message.ts'
import { price, quantity } from '../../../domain/units.ts'
import { itemsOf, jsonOf } from '../setup.ts'
import { decided, EVERYTHING, fact, ordered, step } from './events.ts'
import { type Client, closeAll, startWs, type Told } from './socket.ts'

afterEach(closeAll)

const events = ({ told }: Client): Told[] =>
  told.filter(each => each.seq !== null && each.type !== 'snapshot')
const marker = (accountId = 'main') =>
  fact(accountId, { type: 'limit.tripped', limit: 'drawdown_warn', line: 'marker', actual: '0' })
const isMarker = (message: Told) => message.data.line === 'marker'

const gaps = ({ told }: Client): Told[] => {
  const numbered = told.filter(each => each.seq !== null)
  return numbered.filter(
    (each, index) =>
      index > 0 && each.type !== 'snapshot' && each.seq !== (numbered[index - 1]?.seq ?? 0) + 1,
  )
}

describe('every message', () => {
  test.each(STREAMS)('of %s fits its published schema, and every type of it is told', async stream => {
    const { connect, engine } = await startWs()
    const client = await connect(`/ws/${stream}`)
    engine.emit(...EVERYTHING('main'))
    engine.mark(46_500)
    const types = new Set(Object.keys(EVENT_DATA[stream]))
    await expect.poll(() => new Set(events(client).map(each => each.type))).toEqual(types)
    client.say({ action: 'ping' })
    client.say({ action: 'subscribe', account_id: 'main' })
    client.say('nonsense')
    await client.first(each => each.type === 'error')
    const schema = messageSchema(stream)
    for (const each of client.told) expect(schema.safeParse(each).error, JSON.stringify(each)).toBeUndefined()
    expect(new Set(client.told.map(each => each.type))).toEqual(
      new Set([...types, 'snapshot', 'heartbeat', 'subscribed', 'error']),
    )
    expect(gaps(client)).toEqual([])
  })

  test('of a decision has asset, action, allocation, rationale and its levels as prices', async () => {
    const { connect, engine } = await startWs()
    const client = await connect('/ws/trading-events')
    engine.emit(decided('main'))
    expect((await client.first(each => each.type === 'decision')).data).toMatchObject({
      asset: 'BTC',
      action: 'buy',
      allocation_usd: '990',
      tp_price: '46800',
      sl_price: '44100',
      confidence: 82,
      rationale: '<img src=x onerror=alert(1)> RSI 28',
    })
  })

  test('of an order has a fill price once something is filled, and none before', async () => {
    const { connect, engine } = await startWs()
    const client = await connect('/ws/trading-events')
    const part = { filledQuantity: quantity('0.01'), averagePrice: price('45000') }
    engine.emit(ordered('main'), ordered('main', part), ordered('main', { ...part, status: 'filled' }))
    await client.first(each => each.data.status === 'filled')
    expect(events(client).map(({ data }) => [data.status, data.fill_price])).toEqual([
      ['working', null],
      ['partially_filled', '45000'],
      ['filled', '45000'],
    ])
  })
})

describe('a filter', () => {
  test('by account leaves out others; those the token does not see are never told', async () => {
    const { connect, engine, tokens } = await startWs()
    const limited = await connect('/ws/trading-events', { token: tokens.limited })
    const wanted = await connect('/ws/trading-events?account_id=other')
    engine.emit(...EVERYTHING('other'), ...EVERYTHING('main'), marker('main'), marker('other'))
    engine.mark(46_500)
    await Promise.all([limited.first(isMarker), wanted.first(isMarker)])
    await expect.poll(() => limited.told.some(each => each.data.pnl === '33')).toBe(true)
    expect(new Set(events(limited).map(each => each.account_id))).toEqual(new Set(['main']))
    expect(JSON.stringify(limited.told)).not.toContain('"other')
    expect(new Set(events(wanted).map(each => each.account_id))).toEqual(new Set(['other']))
    expect([...gaps(limited), ...gaps(wanted)]).toEqual([])
  })

  test('by asset and type leaves out the rest, and the numbers have no gaps', async () => {
    const { connect, engine } = await startWs()
    const client = await connect('/ws/trading-events?assets=eth&types=order,risk')
    const eth = ordered('main', { symbol: 'ETH' })
    engine.emit(ordered('main'), eth, decided('main', { symbol: 'ETH' }), marker())
    await client.first(isMarker)
    expect(events(client).map(each => [each.type, each.data.asset])).toEqual([
      ['order', 'ETH'],
      ['risk', 'ETH'],
      ['risk', null],
    ])
    expect(gaps(client)).toEqual([])
  })

  test('can be said later: subscribe replaces it and begins anew, unsubscribe takes away', async () => {
    const { connect, engine } = await startWs()
    const client = await connect('/ws/trading-events')
    client.say({ action: 'subscribe', account_id: ['main'], types: ['risk', 'order'] })
    const { data } = await client.first(each => each.type === 'subscribed')
    expect(data).toMatchObject({ active: true, account_id: ['main'], assets: null, types: ['order', 'risk'] })
    await expect.poll(() => client.told.filter(each => each.type === 'snapshot')).toHaveLength(2)
    client.say({ action: 'unsubscribe', types: ['order'] })
    await expect.poll(() => client.told.filter(each => each.type === 'snapshot')).toHaveLength(3)
    engine.emit(ordered('main'), marker('other'), marker('main'))
    await client.first(isMarker)
    expect(events(client).map(each => [each.type, each.account_id])).toEqual([['risk', 'main']])
    client.say({ action: 'unsubscribe' })
    expect((await client.first(each => each.data.active === false)).type).toBe('subscribed')
  })

  test('from which an asset is taken away has each of the others once, and only those of its accounts', async () => {
    const { connect, engine } = await startWs()
    const accounts = engine.accounts.bind(engine)
    engine.accounts = only =>
      accounts(only).map(each => (each.id === 'other' ? { ...each, assets: ['SOL', 'BTC'] } : each))
    const left = async (query: string) => {
      const client = await connect(`/ws/positions${query}`)
      client.say({ action: 'unsubscribe', assets: 'ETH' })
      return (await client.first(each => each.type === 'subscribed')).data.assets
    }
    expect(await left('')).toEqual(['BTC', 'SOL'])
    expect(await left('?account_id=main')).toEqual(['BTC'])
    expect(await left('?account_id=other')).toEqual(['BTC', 'SOL'])
  })

  test('that names what is not there, or is said wrongly, is refused and changes nothing', async () => {
    const { connect, engine, tokens } = await startWs()
    const client = await connect('/ws/trading-events', { token: tokens.limited })
    const wrong = [
      '{',
      '[]',
      { action: 'shout' },
      { action: 'subscribe', accounts: ['main'] },
      { action: 'subscribe', types: ['market'] },
      { action: 'subscribe', assets: [] },
      { action: 'subscribe', account_id: 'other' },
    ]
    for (const each of wrong) client.say(each)
    await expect.poll(() => client.told.filter(each => each.type === 'error')).toHaveLength(wrong.length)
    const codes = client.told.filter(each => each.type === 'error').map(each => each.data.code)
    expect(codes).toEqual([...wrong.slice(1).map(() => 'message_invalid'), 'account_unknown'])
    engine.emit(marker())
    await client.first(isMarker)
    expect(gaps(client)).toEqual([])
  })
})

describe('a client that comes back', () => {
  const start = async (stream: StreamName = 'actors') => {
    const test = await startWs()
    const client = await test.connect(`/ws/${stream}`)
    test.engine.emit(step('main'), step('main'))
    await expect.poll(() => events(client)).toHaveLength(2)
    client.ws.terminate()
    await client.closed
    return { ...test, seq: client.told.at(-1)?.seq ?? 0 }
  }

  test('with since is told what it missed, and no snapshot', async () => {
    const { connect, engine, seq } = await start()
    engine.emit(step('main', 'missed'), step('other', 'missed'))
    const again = await connect(`/ws/actors?since=${seq}`)
    await expect.poll(() => events(again)).toHaveLength(2)
    expect(again.told[0]).toMatchObject({ type: 'subscribed', seq: null, data: { resumed: true } })
    expect(events(again).map(each => each.seq)).toEqual([seq + 1, seq + 2])
  })

  test('with a number that is not of this engine, or with another filter, is told everything anew', async () => {
    const { connect, clock, seq } = await start()
    for (const path of [`?since=${seq + 5}`, '?since=1', `?since=${seq - 100}`]) {
      expect((await connect(`/ws/actors${path}`)).told[0]?.type).toBe('snapshot')
    }
    clock.now += 1_000
    expect((await connect(`/ws/actors?assets=BTC&since=${seq}`)).told[0]?.type).toBe('snapshot')
  })

  test('by polling is told the same, with the same numbers', async () => {
    const { engine, get, connect } = await start()
    const poll = async (query: string) => (await jsonOf(get(`/ws/actors${query}`))).events as Told[]
    const [snapshot] = await poll('')
    expect(snapshot?.type).toBe('snapshot')
    const live = await connect('/ws/actors')
    engine.emit(step('main', 'one'), step('main', 'two'))
    await live.first(each => each.data.event === 'two')
    const told = await poll(`?since=${live.told[0]?.seq}`)
    expect(told).toEqual(events(live))
    expect(await poll(`?since=${told.at(-1)?.seq}`)).toEqual([])
  })
})

test('a step that an account’s neighbours take is on /events and on /ws/actors alike', async () => {
  const { connect, engine, get } = await startWs()
  const client = await connect('/ws/actors')
  engine.emit(step('main', 'seen', 'main/position:BTC'))
  const { data } = await client.first(each => each.data.event === 'seen')
  expect(data).toMatchObject({ actor: 'main/position:BTC', from: 'idle', to: 'deciding' })
  const { actors = [] } = client.told[0]?.data ?? {}
  expect(actors).toHaveLength((await itemsOf(get('/actors'))).length)
})

test('a hundred clients are each told every event, and no client more is let in', async () => {
  const { connect, engine, refused, tokens } = await startWs()
  const half = (token: string) => Array.from({ length: 50 }, () => connect('/ws/actors', { token }))
  const first = await Promise.all(half(tokens.owner))
  expect(await refused('/ws/actors')).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining('one token') },
  })
  const clients = [...first, ...(await Promise.all(half(tokens.reader)))]
  expect((await refused('/ws/actors')).status).toBe(503)
  for (let each = 0; each < 50; each += 1) engine.emit(step(each % 2 === 0 ? 'main' : 'other'))
  await expect.poll(() => clients.every(each => events(each).length === 50), { timeout: 5_000 }).toBe(true)
  expect(clients.flatMap(gaps)).toEqual([])
  expect(new Set(clients.map(each => JSON.stringify(events(each)))).size).toBe(1)
})
