/** Query parameters are read strictly, lists are paged, and refusals say what to do. */
import { describe, expect, test } from 'vitest'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const { get, engine, logged } = createTestApp()
const LISTS = [
  '/accounts',
  '/positions',
  '/orders',
  '/trades',
  '/decisions',
  '/diary',
  '/llm/interactions',
  '/performance',
  '/performance/leaderboard',
  '/performance/predictions',
  '/performance/history',
  '/signals',
  '/risk',
  '/actors',
]

describe('limit', () => {
  test.each(LISTS)('%s answers as many rows as asked for', async path => {
    expect(await itemsOf(get(`${path}?limit=1`))).toHaveLength(1)
    expect(await itemsOf(get(`${path}?limit=2`))).toHaveLength(2)
  })

  test.each(
    LISTS.flatMap(path =>
      ['-1', '0', 'abc', '1e2', '', ' 5', '0x10', '10001', '1.5'].map(value => ({ path, value })),
    ),
  )("$path refuses '$value'", async ({ path, value }) => {
    const response = await get(`${path}?limit=${encodeURIComponent(value)}`)
    expect(response.status).toBe(422)
    expect(await jsonOf(response)).toMatchObject({ code: 'query_invalid', parameter: 'limit', value })
  })

  test('is 50 for lists and 200 for the diary when left out, and at most 500 and 10000', async () => {
    await get('/orders')
    expect(engine.queries.at(-1)?.limit).toBe(50)
    await get('/diary')
    expect(engine.queries.at(-1)?.limit).toBe(200)
    expect((await get('/orders?limit=500')).status).toBe(200)
    expect((await get('/orders?limit=501')).status).toBe(422)
    expect((await get('/diary?limit=10000')).status).toBe(200)
  })
})

describe('pages', () => {
  const idOf = (row: Record<string, unknown>) =>
    JSON.stringify([
      row.account_id,
      row.id ?? row.position_id,
      row.client_order_id,
      row.trade_id,
      row.timestamp,
      row.decision_id,
      row.start_at,
      row.call_id,
    ])

  test.each([
    ...LISTS,
    '/positions?status=closed',
    '/positions?status=all',
    '/positions?status=all&account_id=main',
  ])('walking %s by its cursors gives every row once', async path => {
    const whole = await jsonOf(get(path))
    const all = (whole.items as Record<string, unknown>[]).map(idOf)
    for (const limit of [1, 2, 3]) {
      const seen: string[] = []
      let cursor = ''
      for (;;) {
        const page = await jsonOf(get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`))
        expect(page.total).toBe(whole.total)
        seen.push(...(page.items as Record<string, unknown>[]).map(idOf))
        if (page.next === null) break
        cursor = `&cursor=${encodeURIComponent(page.next as string)}`
      }
      expect(seen).toEqual(all)
      expect(seen).toHaveLength(Number(whole.total))
    }
  })

  test.each(LISTS)('%s refuses a cursor it did not give', async path => {
    const response = await get(`${path}?cursor=~~~`)
    expect(response.status).toBe(422)
    expect((await jsonOf(response)).code).toBe('query_invalid')
  })
})

describe('filters', () => {
  test('account_id may be repeated or parted by commas', async () => {
    for (const query of [
      'account_id=main&account_id=other',
      'account_id=main,other',
      'account_id=main,main,other',
    ]) {
      expect(await itemsOf(get(`/accounts?${query}`))).toHaveLength(2)
      await get(`/orders?${query}`)
      expect(engine.queries.at(-1)?.accountId).toEqual(['main', 'other'])
    }
    expect(await itemsOf(get('/positions?account_id=main'))).toHaveLength(2)
  })

  test.each([...LISTS, '/status', '/events'])('%s is 404 for an account that is not there', async path => {
    const response = await get(`${path}?account_id=absent`)
    expect(response.status).toBe(404)
    expect(await jsonOf(response)).toMatchObject({
      code: 'account_unknown',
      detail: "There is no account 'absent'.",
    })
  })

  test('asset, status, action, outcome and time reach the store', async () => {
    await get('/orders?asset=btc&status=open&from=2026-01-02&to=2026-01-02T03:00:00%2B01:00&account_id=main')
    expect(engine.queries.at(-1)).toEqual({
      accountId: ['main'],
      symbol: 'BTC',
      status: 'working',
      from: Date.UTC(2026, 0, 2),
      to: Date.UTC(2026, 0, 2, 2),
      limit: 50,
    })
    await get('/decisions?action=buy&outcome=refused')
    expect(engine.queries.at(-1)).toEqual({ status: 'refused', action: 'buy', limit: 50 })
  })

  // Every filter that goes by values, with two of them.
  test.each([
    ['/orders', 'asset', ['BTC', 'ETH'], 'symbol'],
    ['/orders', 'status', ['filled', 'cancelled'], 'status'],
    ['/trades', 'asset', ['BTC', 'ETH'], 'symbol'],
    ['/decisions', 'asset', ['BTC', 'ETH'], 'symbol'],
    ['/decisions', 'symbol', ['BTC', 'ETH'], 'symbol'],
    ['/decisions', 'action', ['buy', 'sell'], 'action'],
    ['/decisions', 'decision', ['buy', 'sell'], 'action'],
    ['/decisions', 'source', ['signals', 'llm'], 'source'],
    ['/decisions', 'outcome', ['held', 'refused'], 'status'],
    ['/diary', 'asset', ['BTC', 'ETH'], 'symbol'],
    ['/diary', 'action', ['buy', 'sell'], 'action'],
    ['/signals', 'symbol', ['BTC', 'ETH'], 'symbol'],
    ['/signals', 'signal', ['buy', 'sell'], 'action'],
    ['/llm/interactions', 'asset', ['BTC', 'ETH'], 'symbol'],
    ['/llm/interactions', 'action', ['buy', 'sell'], 'action'],
    ['/llm/interactions', 'outcome', ['accepted', 'failed'], 'status'],
    ['/llm/decisions', 'symbol', ['BTC', 'ETH'], 'symbol'],
    ['/llm/decisions', 'action', ['buy', 'sell'], 'action'],
    ['/performance/signals', 'symbol', ['BTC', 'ETH'], 'symbol'],
    ['/errors', 'kind', ['account.failed', 'limit.tripped'], 'action'],
    ['/activity', 'kind', ['trade.closed', 'limit.tripped'], 'action'],
    ['/moves', 'asset', ['BTC', 'ETH'], 'symbol'],
  ] as const)(
    '%s?%s= takes several values, repeated or parted by commas',
    async (path, name, values, field) => {
      for (const query of [`${name}=${values.join(',')}`, values.map(each => `${name}=${each}`).join('&')]) {
        engine.queries.length = 0
        expect((await get(`${path}?${query}`)).status, query).toBe(200)
        expect(engine.queries[0]?.[field], query).toEqual(values)
      }
    },
  )

  test.each(['/positions?asset=', '/bots?pair=', '/orders?asset=', '/moves?asset=', '/signals?symbol='])(
    '%s takes an asset by any of its names',
    async path => {
      const all = await jsonOf(get(`${path}BTC`))
      expect(all.total).toBeGreaterThan(0)
      for (const name of ['btc', 'BTC-USD', 'BTCUSDT', 'BTC/USDT', 'btc_usdt_perp', 'XBT'])
        expect(await jsonOf(get(path + encodeURIComponent(name))), name).toEqual(all)
    },
  )

  test('a filter of steps is never silently of nothing', async () => {
    const typesAsked = async (query: string) => {
      await get(`/moves?${query}`)
      return engine.queries.at(-1)?.action
    }
    expect(await typesAsked('asset=BTC')).toBe('position.moved')
    expect(await typesAsked('')).toBe('account.moved')
    expect(await typesAsked('asset=BTC&type=position,account')).toEqual(['position.moved', 'account.moved'])
    const refused = await jsonOf(get('/moves?asset=BTC&type=account'))
    expect(refused).toMatchObject({ status: 422, parameter: 'type', value: 'account' })
  })

  test('predictions of several assets are those of each', async () => {
    const totalOf = async (query: string) =>
      Number((await jsonOf(get(`/performance/predictions${query}`))).total)
    const [btc, eth] = [await totalOf('?asset=BTC-USD'), await totalOf('?asset=ETH')]
    expect(btc + eth).toBeGreaterThan(0)
    expect(await totalOf('?asset=BTC,ETH')).toBe(btc + eth)
    expect(await totalOf('?asset=BTC&asset=ETH')).toBe(btc + eth)
  })

  test('actors of several kinds are one list', async () => {
    const kinds = async (query: string) =>
      new Set((await itemsOf(get(`/actors?type=${query}`))).map(each => each.type))
    expect(await kinds('account,position')).toEqual(new Set(['account', 'position']))
    expect(await kinds('order')).toEqual(new Set(['order']))
  })

  test('positions are open ones unless asked otherwise', async () => {
    const statuses = async (query: string) =>
      new Set((await itemsOf(get(`/positions${query}`))).map(each => each.status))
    expect(await statuses('')).toEqual(new Set(['open']))
    expect(await statuses('?status=closed')).toEqual(new Set(['closed']))
    expect((await itemsOf(get('/positions?asset=ETH'))).map(each => each.asset)).toEqual(['ETH', 'ETH'])
  })

  test.each([
    '/orders?status=done',
    '/orders?from=yesterday',
    '/orders?from=1767322800000',
    '/orders?from=2026-02-30',
    '/orders?asset=B%20TC',
    '/orders?asset=BTC-EUR',
    '/orders?status=filled,done',
    '/positions?asset=BTC,',
    '/bots?pair=BTC/EUR',
    '/activity?kind=trade.closed,nothing',
    '/orders?account_id=',
    '/positions?status=both',
    '/decisions?action=BUY!',
    '/diary?download=yes',
    '/actors?type=robot',
    '/events?types=nothing',
  ])('%s is refused with what would do', async path => {
    const response = await get(path)
    expect(response.status).toBe(422)
    const told = await jsonOf(response)
    expect(told.parameter).toBe(/\?(\w+)=/.exec(path)?.[1])
    expect(told.remedy).toMatch(/^Set \w+ to .{5,}/)
  })

  test.each(['/accounts', '/accounts/main', '/status', '/actors/main', '/docs', '/openapi.json', '/events'])(
    '%s refuses a parameter it does not know, and names the ones it does',
    async path => {
      const response = await get(`${path}?acount_id=main`)
      expect(response.status).toBe(422)
      const told = await jsonOf(response)
      expect(told).toMatchObject({ parameter: 'acount_id', value: null })
      expect(told.remedy).toMatch(/parameters/)
    },
  )

  test('nothing thrown at the lists makes a 500', async () => {
    const odd = [
      '%00',
      '%F0%9F%92%A5',
      '__proto__',
      'constructor',
      "'; drop table orders; --",
      '[]',
      '../../etc/passwd',
      '9'.repeat(400),
    ]
    const names = [
      'limit',
      'cursor',
      'account_id',
      'asset',
      'from',
      'to',
      'status',
      'types',
      'download',
      '__proto__',
      'constructor',
    ]
    for (const path of [...LISTS, '/status'])
      for (const name of names)
        for (const value of odd) {
          const { status } = await get(`${path}?${name}=${encodeURIComponent(value)}`)
          expect([200, 404, 422], `${path} ${name} ${value}`).toContain(status)
        }
    for (const value of ['%E0%A4%A', '%', '..%5c..%5c'])
      expect((await get(`/actors/${value}`)).status, value).toBe(404)
    for (const value of odd) {
      for (const path of ['accounts', 'actors']) {
        expect([404, 400], value).toContain((await get(`/${path}/${encodeURIComponent(value)}`)).status)
      }
    }
    expect(logged).toEqual([])
  })
})
