/** Records by route: every filter reaches the store under its own name, and what is computed of records is right. */
import { describe, expect, test } from 'vitest'
import { START } from './fake-rows.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const { app, get, engine, tokens } = createTestApp()
const asked = () => engine.queries.at(-1)
const TIMES = 'from=2026-01-02&to=2026-01-03'
const IN_TIMES = { from: Date.UTC(2026, 0, 2), to: Date.UTC(2026, 0, 3) }

describe('filters', () => {
  test.each([
    {
      path: `/orders?account_id=main&asset=BTC&status=filled&limit=7&${TIMES}`,
      query: { accountId: ['main'], symbol: 'BTC', status: 'filled', limit: 7, ...IN_TIMES },
    },
    {
      path: `/trades?account_id=main&asset=BTC&limit=7&${TIMES}`,
      query: { accountId: ['main'], symbol: 'BTC', limit: 7, ...IN_TIMES },
    },
    {
      path: `/decisions?account_id=main&symbol=btc&decision=buy&source=signals&outcome=held&${TIMES}`,
      query: {
        accountId: ['main'],
        symbol: 'BTC',
        action: 'buy',
        source: 'signals',
        status: 'held',
        limit: 50,
        ...IN_TIMES,
      },
    },
    {
      path: `/llm/interactions?account_id=main&asset=BTC&action=buy&q=breakout&limit=7&${TIMES}`,
      query: { accountId: ['main'], symbol: 'BTC', action: 'buy', text: 'breakout', limit: 7, ...IN_TIMES },
    },
    {
      path: `/diary?account_id=main&asset=BTC&action=buy&offset=20&${TIMES}`,
      query: { accountId: ['main'], symbol: 'BTC', action: 'buy', offset: 20, limit: 200, ...IN_TIMES },
    },
    {
      path: '/positions?account_id=main&asset=BTC&status=closed&limit=7',
      query: { accountId: ['main'], symbol: 'BTC', limit: 7 },
    },
    {
      path: `/signals?account_id=main&symbol=btc&agent=signals&signal=sell&limit=7&${TIMES}`,
      query: { accountId: ['main'], symbol: 'BTC', source: 'signals', action: 'sell', limit: 7, ...IN_TIMES },
    },
    {
      path: `/performance/signals?account_id=main&symbol=BTC&agent=signals&sample=300&${TIMES}`,
      query: { accountId: ['main'], symbol: 'BTC', source: 'signals', limit: 300, ...IN_TIMES },
    },
  ])('of $path reach the store', async ({ path, query }) => {
    expect((await get(path)).status).toBe(200)
    expect(asked()).toEqual(query)
  })

  test('that go by two names may be given by both, if they are the same', async () => {
    expect((await get('/decisions?asset=BTC&symbol=btc&action=buy&decision=buy')).status).toBe(200)
    expect(asked()).toMatchObject({ symbol: 'BTC', action: 'buy' })
    const refused = await jsonOf(get('/decisions?asset=BTC&symbol=ETH'))
    expect(refused).toMatchObject({ code: 'query_invalid', parameter: 'symbol', value: 'ETH' })
    expect((await get('/decisions?action=buy&decision=sell')).status).toBe(422)
  })

  test.each(['-1', '1.5', 'x', '10000000', ''])("an offset of '%s' is refused", async value => {
    expect(await jsonOf(get(`/diary?offset=${value}`))).toMatchObject({ parameter: 'offset', value })
  })

  test('pages of the diary by offset are those by cursor', async () => {
    const whole = await itemsOf(get('/diary'))
    const second = await jsonOf(get('/diary?limit=2&offset=2'))
    expect(second).toMatchObject({ items: whole.slice(2, 4), total: 6 })
    expect(await itemsOf(get(`/diary?limit=2&cursor=${String(second['next'])}`))).toEqual(whole.slice(4))
  })
})

describe('signals', () => {
  test('say who said what of which market, how sure, why and when', async () => {
    const [first] = await itemsOf(get('/signals'))
    expect(first).toEqual({
      account_id: 'main',
      agent_name: 'signals',
      strategy: 'signals',
      symbol: 'BTC',
      signal: 'buy',
      score: 0.64,
      confidence: 82,
      reasoning: '<img src=x onerror=alert(1)> RSI 28',
      time: new Date(START).toISOString(),
      price: '45000',
      outcome: 'refused',
      decision_id: `main-BTC-${START}`,
    })
  })

  test('can be had as a file', async () => {
    const response = await get('/signals?download=1&format=csv')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="signals.csv"')
    expect((await response.text()).split('\r\n')[0]).toMatch(/^account_id,agent_name,strategy,symbol,signal/)
  })

  test('have their worth by agent and asset, with the horizon it was measured at', async () => {
    const answer = await jsonOf(get('/performance/signals?horizon=2'))
    expect(answer).toMatchObject({ horizon: 2, decisions: 6, truncated: false, total: 1 })
    expect(answer['items']).toMatchObject([
      { agent_name: 'signals', symbol: 'BTC', buys: 6, pending: 6, hit_rate_percent: null },
    ])
    expect((await get('/performance/signals?horizon=0')).status).toBe(422)
    expect((await get('/performance/signals?sample=20001')).status).toBe(422)
  })
})

describe('agents', () => {
  test('have runs, errors and a success rate, of the accounts that are seen', async () => {
    const [all] = await itemsOf(get('/agents'))
    expect(all).toMatchObject({
      agent_name: 'signals',
      kind: 'rules',
      account_ids: ['main', 'other'],
      runs: 6,
      executions_24h: 6,
      duration_ms: 0.25,
    })
    expect(all?.['success_rate']).toBeTypeOf('number')
    const [own] = await itemsOf(get('/agents', tokens.limited))
    expect(own).toMatchObject({ account_ids: ['main'], runs: 3 })
  })

  test('are only read for the page asked for', async () => {
    const own = createTestApp()
    const [first] = own.engine.settings.accounts
    if (first === undefined) throw new Error('no account')
    const named = (name: string) => ({ ...first, strategy: { ...first.strategy, name: `./${name}.ts` } })
    own.engine.settings.accounts.splice(0, 9, ...['a', 'b', 'c', 'd'].map(named))
    const page = await jsonOf(own.get('/agents?limit=1'))
    expect(page).toMatchObject({ items: [{ agent_name: 'a.ts' }], total: 4 })
    const asked = new Set(own.engine.queries.map(each => each.source))
    expect(asked).toEqual(new Set(['a.ts']))
    const second = await jsonOf(own.get(`/agents?limit=1&cursor=${String(page['next'])}`))
    expect(second).toMatchObject({ items: [{ agent_name: 'b.ts' }], total: 4 })
  })
})

describe('performance', () => {
  test('of a stretch is asked of the engine with both ends, and leaves out what models cost', async () => {
    const heard: unknown[] = []
    const own = createTestApp()
    const { engine: plain } = createTestApp()
    own.engine.performance = (...said) => {
      heard.push(said)
      return plain.performance(...said)
    }
    const [row] = await itemsOf(own.get(`/performance?account_id=main&${TIMES}`))
    expect(heard).toEqual([['main', IN_TIMES]])
    expect(row).toMatchObject({ account_id: 'main', model_cost_usd: null, groups: null })
  })

  test.each([
    { by: 'asset', key: 'BTC' },
    { by: 'direction', key: 'short' },
    { by: 'exit_reason', key: 'target' },
    { by: 'strategy', key: 'unknown' },
    { by: 'day', key: '2026-01-02' },
    { by: 'week', key: '2025-12-29' },
    { by: 'month', key: '2026-01-01' },
  ])('is grouped by $by', async ({ by, key }) => {
    const [row] = await itemsOf(get(`/performance?account_id=main&group_by=${by}`))
    expect(row?.['groups']).toMatchObject([
      { key, trades: 3, trades_won: 3, win_rate_percent: 100, net_pnl: '63.9' },
    ])
  })

  test('cannot be grouped by what nobody knows', async () => {
    expect(await jsonOf(get('/performance?group_by=moon'))).toMatchObject({ parameter: 'group_by' })
  })

  test('groups hold only trades that closed within the stretch', async () => {
    const [row] = await itemsOf(get('/performance?account_id=main&group_by=asset&from=2026-01-03'))
    expect(row?.['groups']).toEqual([])
  })
})

describe('the history of performance', () => {
  const DAY = 86_400_000
  const BEGIN = Date.UTC(2026, 0, 1)
  const fresh = createTestApp()
  fresh.engine.measured = accountId => ({
    ...engine.measured(accountId),
    equity: Array.from({ length: 40 * 24 }, (_, hour) => ({
      at: BEGIN + (hour + 1) * 3_600_000,
      equity: String(1000 + hour),
    })),
    beganAt: BEGIN,
    now: BEGIN + 40 * DAY,
  })
  const historyOf = (query: string) => jsonOf(fresh.get(`/performance/history?account_id=main&${query}`))

  test('of 40 days from 2026-01-01 is 40 days, 7 ISO weeks and 2 months, newest first', async () => {
    expect((await historyOf('period=day')).total).toBe(40)
    const weeks = (await historyOf('period=week')).items as Record<string, unknown>[]
    expect(weeks.map(each => [String(each['start_at']).slice(0, 10), each['partial']])).toEqual([
      ['2026-02-09', true],
      ['2026-02-02', false],
      ['2026-01-26', false],
      ['2026-01-19', false],
      ['2026-01-12', false],
      ['2026-01-05', false],
      ['2025-12-29', true],
    ])
    const months = (await historyOf('period=month')).items as Record<string, unknown>[]
    expect(months.map(each => each['partial'])).toEqual([true, false])
    expect(months[0]).toMatchObject({ equity: '1959', total_return_percent: 95.9, max_drawdown_percent: 0 })
    expect(months[0]).toHaveProperty('sharpe')
    expect(months[0]).toHaveProperty('sortino')
    expect(months[0]).toMatchObject({ win_rate_percent: 100, trades_total: 3, trades: 0 })
  })

  test('is by day when no period is said, and begins and ends where asked', async () => {
    const { items, total } = await historyOf('from=2026-01-05&to=2026-01-08')
    expect(total).toBe(3)
    expect((items as Record<string, unknown>[]).map(each => String(each['start_at']).slice(0, 10))).toEqual([
      '2026-01-07',
      '2026-01-06',
      '2026-01-05',
    ])
    expect((await fresh.get('/performance/history?period=year')).status).toBe(422)
  })

  test('says the same of a period on whatever page it comes', async () => {
    const all = (await historyOf('limit=500')).items as unknown[]
    const first = await historyOf('limit=15')
    const second = await historyOf(`limit=15&cursor=${String(first['next'])}`)
    expect([...(first['items'] as unknown[]), ...(second['items'] as unknown[])]).toEqual(all.slice(0, 30))
  })
})

describe('documentation', () => {
  test('is at /redoc too, for a browser with the token as password', async () => {
    const headers = { Authorization: `Basic ${Buffer.from(`x:${tokens.owner}`).toString('base64')}` }
    for (const path of ['/redoc', '/api/redoc', '/api/docs']) {
      const response = await app.request(path, { headers })
      expect(response.status, path).toBe(200)
      expect(await response.text()).toContain('Latch API')
    }
    expect((await app.request('/redoc')).status).toBe(401)
  })

  test('has the schemas by version, for those with a token', async () => {
    const one = await jsonOf(get('/schema/decision?version=1'))
    const two = await jsonOf(get('/schema/decision?version=2'))
    expect(one).not.toEqual(two)
    expect(await jsonOf(get('/schema/decision'))).toEqual(two)
    for (const name of ['diary', 'market-data']) {
      expect((await get(`/schema/${name}?version=1`)).status).toBe(200)
      expect(await jsonOf(get(`/schema/${name}?version=2`))).toMatchObject({ parameter: 'version' })
    }
    expect((await app.request('/schema/decision')).status).toBe(401)
    expect((await get('/schema/nothing')).status).toBe(404)
  })
})
