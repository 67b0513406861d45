/** The market, decisions on request, the overview and files, by route. */
import { describe, expect, test } from 'vitest'
import { presentAsked } from '../../http/present/cycle.ts'
import { decisionRow, START } from './fake-rows.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const { get, post, engine, tokens } = createTestApp()

describe('the market', () => {
  test('a price is found by asset and by pair; one that is not known yet is null', async () => {
    for (const symbol of ['BTC', 'btc', 'BTC-USDT', 'BTCUSDT']) {
      expect(await jsonOf(get(`/price/latest?symbol=${symbol}`))).toEqual({
        symbol: 'BTC',
        price: 45_100.5,
        at: new Date(START).toISOString(),
        funding_rate: 0.0001,
      })
    }
    expect(await jsonOf(get('/price/latest?symbol=ETH'))).toMatchObject({ price: null, at: null })
    expect((await get('/price/latest')).status).toBe(422)
    expect((await get('/price/latest?symbol=DOGE')).status).toBe(404)
    expect(await itemsOf(get('/prices/latest'))).toHaveLength(2)
  })

  test('history and candles are newest first, within the hours, times and limit asked for', async () => {
    const points = await itemsOf(get('/price/history?symbol=BTC&limit=2'))
    expect(points.map(each => each['price'])).toEqual([103, 102])
    const from = new Date(START + 60_000).toISOString()
    const candles = await jsonOf(get(`/market/candles/BTC?from=${from}&granularity=5m`))
    expect(candles).toMatchObject({ total: 2, symbol: 'BTC', timeframe: '5m' })
    expect((await get('/market/candles/BTC?timeframe=1d')).status).toBe(422)
    expect((await get('/market/candles/NOPE')).status).toBe(404)
    for (const hours of ['0', '-1', 'x', '721'])
      expect((await get(`/price/history?symbol=BTC&hours=${hours}`)).status).toBe(422)
  })

  test.each(['/price/history?symbol=BTC', '/market/candles/BTC?timeframe=5m'])(
    '%s is walked by its cursors, each row once',
    async path => {
      const whole = await jsonOf(get(path))
      const seen: unknown[] = []
      let cursor = ''
      for (;;) {
        const page = await jsonOf(get(`${path}&limit=1${cursor}`))
        expect(page['total']).toBe(whole['total'])
        seen.push(...(page['items'] as unknown[]))
        if (page['next'] === null) break
        cursor = `&cursor=${page['next'] as string}`
      }
      expect(seen).toEqual(whole['items'])
      expect(seen.length).toBeGreaterThan(1)
    },
  )

  test('the length of candles goes by seconds and by the names of others, too', async () => {
    for (const name of ['5m', '300', 'FIVE_MINUTE']) {
      const candles = await jsonOf(get(`/market/candles/BTC?granularity=${name}&timeframe=5m`))
      expect(candles['timeframe'], name).toBe('5m')
    }
    for (const query of ['granularity=SIX_HOUR', 'granularity=7', 'granularity=60&timeframe=5m'])
      expect(await jsonOf(get(`/market/candles/BTC?${query}`)), query).toMatchObject({
        status: 422,
        parameter: 'granularity',
      })
  })

  test.each([
    ['/price/latest', 'symbol'],
    ['/price/history', 'symbol'],
    ['/market-data', 'asset'],
    ['/market-data/history', 'asset'],
  ])('%s cannot do without its %s, and never says to leave it out', async (path, name) => {
    const missing = await jsonOf(get(path))
    expect(missing).toMatchObject({ status: 422, parameter: name, detail: `${name} must be given.` })
    const wrong = await jsonOf(get(`${path}?${name}=!!`))
    expect(wrong).toMatchObject({ status: 422, parameter: name, value: '!!' })
    for (const { remedy } of [missing, wrong]) {
      expect(remedy).toMatch(/^Set \w+ to the name of an asset/)
      expect(remedy).not.toMatch(/leave it out/)
    }
  })

  test('products are paged, and the ticker has the newest candle', async () => {
    const first = await jsonOf(get('/market/products?limit=1'))
    expect(first).toMatchObject({ total: 2, items: [{ symbol: 'BTC', product_id: 'BTC-USDT' }] })
    expect(await itemsOf(get(`/market/products?limit=1&cursor=${String(first['next'])}`))).toMatchObject([
      { symbol: 'ETH' },
    ])
    expect(await jsonOf(get('/market/ticker/BTC-USDT'))).toMatchObject({ candle: { close: 103 } })
  })

  test('market data has the blocks a model is told, and fits its published schema', async () => {
    const data = await jsonOf(get('/market-data?asset=BTC'))
    const schema = (await jsonOf(get('/schema/market-data'))) as { required: string[] }
    for (const key of schema.required) expect(data).toHaveProperty(key)
    expect((await get('/market-data?asset=ETH')).status).toBe(404)
    expect((await get('/market-data?asset=BTC&account_id=nobody')).status).toBe(404)
  })
})

describe('a decision on request', () => {
  test('is only looked at by /llm/decision, and carried out by /llm/execute-decision', async () => {
    engine.insight.asked.length = 0
    const body = { account_id: 'main', symbol: 'BTC-USDT' }
    expect(await jsonOf(post('/llm/decision', body))).toMatchObject({ executed: false, asset: 'BTC' })
    // The rules refuse what it proposes: nothing comes of it.
    expect(await jsonOf(post('/llm/execute-decision', body))).toMatchObject({
      executed: false,
      decision: { outcome: 'refused' },
    })
    expect(await jsonOf(post('/llm/decision', { model: 'openai/gpt-5', symbol: 'BTC' }))).toMatchObject({
      account_id: 'main',
    })
    expect(engine.insight.asked).toEqual([
      ['decide', 'main', 'BTC'],
      ['cycle', 'main', ['BTC']],
      ['decide', 'main', 'BTC'],
    ])
    expect(engine.said).toEqual([])
  })

  test.each(['approved', 'closing'] as const)('counts as executed when it is %s', outcome => {
    const own = { ...decisionRow('main', 1), symbol: 'BTC', outcome }
    expect(presentAsked('main', 'BTC', true, [own], [])).toMatchObject({ executed: true })
    expect(presentAsked('main', 'BTC', false, [own], [])).toMatchObject({ executed: false })
  })

  test('is refused for an unknown account, model or asset, and for an account at rest', async () => {
    const codeOf = async (body: object, path = '/llm/decision', token = tokens.owner) =>
      (await jsonOf(post(path, body, token)))['code']
    expect(await codeOf({ account_id: 'nobody', symbol: 'BTC' })).toBe('account_unknown')
    expect(await codeOf({ model: 'nobody', symbol: 'BTC' })).toBe('model_unknown')
    expect(await codeOf({ account_id: 'main', symbol: 'DOGE' })).toBe('body_invalid')
    expect(await codeOf({ symbol: 'BTC' })).toBe('body_invalid')
    expect(await codeOf({ account_id: 'main', symbol: 'BTC' }, undefined, tokens.reader)).toBe(
      'scope_missing',
    )
    expect(await codeOf({ account_id: 'other', symbol: 'BTC' }, '/llm/execute-decision')).toBe(
      'account_resting',
    )
  })

  test('a cycle is asked of the accounts of the token; the last one is read from the store', async () => {
    const items = await itemsOf(post('/cycle', undefined, tokens.trader))
    expect(items.map(each => each['account_id'])).toEqual(['main'])
    const last = await itemsOf(get('/cycle/last'))
    expect(last.map(each => each['account_id'])).toEqual(['main', 'other'])
  })
})

describe('the overview', () => {
  test('joins accounts, prices, positions, orders and decisions', async () => {
    const stats = await jsonOf(get('/dashboard/stats?account_id=main'))
    expect(Object.keys(stats).sort()).toEqual(['accounts', 'decisions', 'orders', 'positions', 'prices'])
    for (const key of ['accounts', 'positions', 'orders', 'decisions']) {
      const rows = stats[key] as Record<string, unknown>[]
      expect(new Set(rows.map(each => each['account_id']))).toEqual(new Set(['main']))
    }
    expect(await itemsOf(get('/market/accounts'))).toMatchObject([
      { account_id: 'main', balance: '999.6', available: '526.6', hold: '495' },
      { account_id: 'other' },
    ])
  })

  test.each(['/errors', '/activity'])('%s shows facts of the accounts of the token', async path => {
    const rows = await itemsOf(get(path, tokens.limited))
    expect(rows.length).toBeGreaterThan(0)
    expect(new Set(rows.map(each => each['account_id']))).toEqual(new Set(['main']))
    expect((await get(`${path}?kind=nonsense`)).status).toBe(422)
  })

  test.each(['decision', 'decision?version=1', 'diary', 'market-data'])(
    '/schema/%s is a schema',
    async name => {
      expect(await jsonOf(get(`/schema/${name}`))).toMatchObject({ type: 'object' })
    },
  )
})

describe('lists as files', () => {
  test.each(['diary', 'orders', 'trades', 'decisions'])('%s as JSON lines and as CSV', async name => {
    const lines = await get(`/${name}?download=1&limit=2`)
    expect(lines.headers.get('content-disposition')).toBe(`attachment; filename="${name}.jsonl"`)
    const rows = (await lines.text())
      .trimEnd()
      .split('\n')
      .map(each => JSON.parse(each) as object)
    expect(rows).toHaveLength(2)
    const csv = await get(`/${name}?download=1&format=csv&limit=2`)
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/)
    const [head = ''] = (await csv.text()).split('\r\n')
    expect(head.split(',')).toEqual(Object.keys(rows[0] ?? {}))
  })
})

describe('every list', () => {
  test('refuses a limit that is none', async () => {
    const { paths } = (await jsonOf(get('/openapi.json'))) as {
      paths: Record<string, { get?: { parameters?: { name: string }[] } }>
    }
    const lists = Object.entries(paths).filter(([, { get: read }]) =>
      read?.parameters?.some(each => each.name === 'limit'),
    )
    expect(lists.length).toBeGreaterThan(15)
    for (const [path] of lists) {
      const filled = path.replace('{symbol}', 'BTC').replace('{account_id}', 'main')
      for (const limit of ['-1', 'abc', '0']) {
        const answer = await get(`${filled}?limit=${limit}`)
        expect([path, answer.status]).toEqual([path, 422])
      }
    }
  })
})
