/** Prices on request, indicators of the past, the feed stopped and started, caches and limits: by route. */
import { afterEach, describe, expect, test } from 'vitest'
import { START } from './fake-rows.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'
import { closeAll, startWs } from './ws/socket.ts'

afterEach(closeAll)

describe('POST /prices/sync', () => {
  test('answers the newest price of the assets asked for with its time and age, of all without a body', async () => {
    const { post } = createTestApp()
    expect(await jsonOf(post('/prices/sync', { symbols: ['BTC-USDT', 'BTC'] }))).toEqual({
      items: [
        {
          symbol: 'BTC',
          price: 45_100.5,
          at: new Date(START).toISOString(),
          age_seconds: 5,
          funding_rate: 0.0001,
        },
      ],
      total: 1,
      next: null,
    })
    const all = await itemsOf(post('/api/v1/prices/sync/'))
    expect(all.map(each => each.symbol)).toEqual(['BTC', 'ETH'])
    expect(all[1]).toMatchObject({ price: null, at: null, age_seconds: null })
  })

  test('tells who watches the market of it, although no price has moved', async () => {
    const { connect, post, engine } = await startWs()
    const client = await connect('/ws/market-data')
    engine.mark(46_500)
    const markets = () => client.told.filter(each => each.type === 'market')
    await expect.poll(() => markets().length).toBe(1)
    await post('/prices/sync', { symbols: ['ETH'] })
    await post('/prices/sync', { symbols: ['BTC'] })
    await expect.poll(() => markets().length).toBe(2)
    expect(markets()[1]?.data).toEqual(markets()[0]?.data)
  })

  test('refuses an unknown asset, an empty list and a reader', async () => {
    const { post, tokens } = createTestApp()
    expect((await post('/prices/sync', { symbols: ['NOPE'] })).status).toBe(404)
    expect((await post('/prices/sync', { symbols: [] })).status).toBe(422)
    expect((await post('/prices/sync', {}, tokens.reader)).status).toBe(403)
    expect((await post('/prices/sync', {}, tokens.trader)).status).toBe(200)
  })
})

describe('GET /market-data/history', () => {
  test('has the indicators at each kept candle, newest first, by pages without a gap', async () => {
    const { get } = createTestApp()
    const whole = await jsonOf(get('/market-data/history?asset=BTC-USDT&timeframe=5m'))
    expect(whole).toMatchObject({
      total: 3,
      next: null,
      asset: 'BTC',
      timeframe: '5m',
      kept_from: new Date(START).toISOString(),
    })
    const items = whole.items as Record<string, unknown>[]
    expect(items.map(each => each.close)).toEqual([103, 102, 101])
    const paged: unknown[] = []
    for (let next: unknown = ''; next !== null; ) {
      const cursor = typeof next === 'string' && next !== '' ? `&cursor=${next}` : ''
      const page = await jsonOf(get(`/market-data/history?asset=BTC&timeframe=5m&limit=1${cursor}`))
      paged.push(...(page.items as unknown[]))
      next = page.next
    }
    expect(paged).toEqual(items)
  })

  test('is cut by time, and refuses what it has not', async () => {
    const { get } = createTestApp()
    const from = new Date(START + 60_000).toISOString()
    const to = new Date(START + 120_000).toISOString()
    const cut = await itemsOf(get(`/market-data/history?asset=BTC&from=${from}&to=${to}`))
    expect(cut.map(each => each.opened_at)).toEqual([from])
    expect((await get('/market-data/history')).status).toBe(422)
    expect((await get('/market-data/history?asset=NOPE')).status).toBe(404)
    expect((await get('/market-data/history?asset=BTC&timeframe=1d')).status).toBe(422)
    expect((await get('/market-data/history?asset=BTC&cursor=x')).status).toBe(422)
  })
})

describe('the feed', () => {
  test.each(['/stream', '/ws/websocket', '/api/v1/ws/websocket'])(
    'is looked at, stopped and started under %s',
    async prefix => {
      const { get, post, engine } = createTestApp()
      expect(await jsonOf(get(`${prefix}/status`))).toMatchObject({
        state: 'running',
        connected: true,
        condition: 'ok',
        last_message_at: new Date(START - 400).toISOString(),
        last_message_age_seconds: 0.4,
        symbols: ['BTC', 'ETH'],
        reconnects: 0,
      })
      const stopping = await post(`${prefix}/stop`)
      expect([stopping.status, (await jsonOf(stopping)).state]).toEqual([202, 'stopping'])
      engine.feed.reach()
      const stopped = await post(`${prefix}/stop/`, {})
      expect([stopped.status, await jsonOf(stopped)]).toMatchObject([
        200,
        { state: 'stopped', connected: false },
      ])
      expect(await jsonOf(post(`${prefix}/start`))).toMatchObject({ state: 'running', reconnects: 1 })
      expect(await jsonOf(get(`${prefix}/status/`))).toMatchObject({ connected: true, reconnects: 1 })
    },
  )

  test('is stopped only by a token that may trade and sees every account, and not for some products', async () => {
    const { post, get, engine, tokens, store } = createTestApp()
    const limited = store.create('main-admin', { scopes: ['admin'], accounts: ['main'] }).token
    for (const path of ['/stream/stop', '/stream/start']) {
      for (const token of [tokens.reader, tokens.trader, limited]) {
        const refused = await post(path, {}, token)
        expect([refused.status, (await jsonOf(refused)).code]).toEqual([403, 'scope_missing'])
      }
      expect((await post(path, { products: ['BTC-USDT'] })).status).toBe(422)
    }
    expect(engine.feed.feed()).toMatchObject({ state: 'running', restarts: 0 })
    expect((await get('/stream/status', tokens.limited)).status).toBe(200)
  })

  test('leaves a row of who stopped it', async () => {
    const { post, get } = createTestApp()
    await post('/api/v1/ws/websocket/stop')
    const [row] = await itemsOf(get('/audit'))
    expect(row).toMatchObject({
      by: 'token:owner',
      action: 'POST /stream/stop',
      scope: 'trade',
      status: 202,
      before: { state: 'running' },
      after: { state: 'stopping' },
    })
  })
})

describe('GET /cache/stats', () => {
  test('counts the snapshots that streams share, and what they hold', async () => {
    const { get, clock } = createTestApp()
    const snapshots = async () =>
      (await itemsOf(get('/cache/stats'))).find(each => each.name === 'stream_snapshots')
    expect(await snapshots()).toMatchObject({ hits: 0, misses: 0, hit_rate: null, entries: 0, bytes: 0 })
    for (let asked = 0; asked < 4; asked += 1) await get('/ws/positions')
    clock.now += 300
    expect(await snapshots()).toMatchObject({
      hits: 3,
      misses: 1,
      hit_rate: 0.75,
      entries: 1,
      oldest_age_seconds: 0.3,
    })
    expect(Number((await snapshots())?.bytes)).toBeGreaterThan(100)
  })
})

describe('GET /rate-limits', () => {
  test('tells what is left of reads and commands to this token, and when all of it is back', async () => {
    const { get, post, clock, tokens } = createTestApp({}, { ratePerMinute: 60 })
    await get('/status')
    await get('/status')
    await post('/prices/sync')
    const at = (ms: number) => new Date(START + ms).toISOString()
    expect(await jsonOf(get('/rate-limits?exchange=paper'))).toEqual({
      token: {
        reads: { limit: 60, left: 57, resets_at: at(3_000) },
        commands: { limit: 60, left: 59, resets_at: at(1_000) },
      },
      exchanges: [{ exchange: 'paper', limit: null, used_weight: null, resets_at: null }],
    })
    clock.now += 2_000
    expect(await jsonOf(get('/rate-limits'))).toMatchObject({
      token: { reads: { left: 58 }, commands: { left: 60 } },
    })
    expect(await jsonOf(get('/rate-limits', tokens.reader))).toMatchObject({ token: { reads: { left: 59 } } })
    expect((await get('/rate-limits?exchange=nowhere')).status).toBe(422)
  })

  test('says null where there is no limit', async () => {
    const { get } = createTestApp({}, { ratePerMinute: null })
    expect(await jsonOf(get('/rate-limits'))).toMatchObject({ token: { reads: null, commands: null } })
  })
})
