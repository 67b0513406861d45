/** What the paths answer, where a schema alone does not say it. */
import { describe, expect, test } from 'vitest'
import { SECRETS } from './fake-rows.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const { app, engine, get, tokens, logged } = createTestApp()

describe('accounts', () => {
  test('a page, a status with metrics, and limits', async () => {
    expect(await jsonOf(get('/accounts/main'))).toMatchObject({
      account_id: 'main',
      equity: '1021.6',
      last_decision_at: null,
    })
    expect(await jsonOf(get('/accounts/main/status'))).toMatchObject({
      state: 'protected',
      balance: '999.6',
      metrics: { sharpe: 7.404663 },
    })
    expect((await itemsOf(get('/risk?account_id=main')))[0]?.limits).toContainEqual({
      name: 'heat',
      unit: 'percent',
      value: '1.94',
      limit: '6',
    })
    expect((await itemsOf(get('/risk?account_id=main')))[0]?.limits).toContainEqual({
      name: 'trades_per_day',
      unit: 'count',
      value: '1',
      limit: null,
    })
  })

  test('tells how far the day, its largest position and its leverage are from their limits', async () => {
    const [row] = await itemsOf(get('/risk?account_id=main'))
    const lines = row?.limits as { name: string; value: unknown; limit: unknown }[]
    const standing = Object.fromEntries(lines.map(({ name, value, limit }) => [name, [value, limit]]))
    expect(standing).toMatchObject({
      daily_loss: ['1.2', '5'],
      // 0.022 at 46,000, and 900 from entry to stop, of an equity of 1,021.60.
      position_size: ['99.0603', '20'],
      risk_per_trade: ['1.9381', '2'],
      leverage: ['2', '5'],
      slippage: [null, '0.5'],
    })
  })

  test('an open position tells what was closed of it so far', async () => {
    const [position] = await itemsOf(get('/positions?account_id=main'))
    expect(position?.partials).toEqual([
      {
        quantity: '0.01',
        exit_price: '45500',
        exit_at: '2026-01-02T03:01:00.000Z',
        realized_pnl: '5',
        fees: '0.2',
      },
    ])
  })

  test('one that is not there is 404', async () => {
    expect((await get('/accounts/absent')).status).toBe(404)
    expect((await get('/accounts/absent/status')).status).toBe(404)
  })
})

describe('performance', () => {
  test('of one account stands at the top too', async () => {
    const answer = await jsonOf(get('/performance?account_id=main'))
    expect(answer).toMatchObject({ account_id: 'main', sharpe: 7.404663, sortino: 19.26173, total: 1 })
    expect(answer.targets).toContainEqual({ metric: 'win_rate_percent', target: '> 50', met: false })
  })

  test('of several has items only, and no number that is none', async () => {
    const answer = await jsonOf(get('/performance'))
    expect(answer).toMatchObject({ account_id: null, sharpe: null, total: 2 })
    const items = answer.items as Record<string, unknown>[]
    expect(items[1]).toMatchObject({
      account_id: 'other',
      sharpe: null,
      expectancy: '0.0000001',
      profit_factor: null,
    })
    expect(items[1]).not.toHaveProperty('internal')
  })

  test('the leaderboard begins with the best net return', async () => {
    const rows = await itemsOf(get('/performance/leaderboard'))
    expect(rows.map(each => [each.rank, each.account_id, each.net_return_percent])).toEqual([
      [1, 'other', 10.458],
      [2, 'main', 2.118],
    ])
  })
})

describe('actors', () => {
  test.each([
    '/actors/main/position:BTC/stop',
    '/actors/main%2Fposition%3ABTC%2Fstop',
    '/api/v1/actors/main/position%3ABTC/stop/',
  ])('%s finds its actor', async path => {
    expect(await jsonOf(get(path))).toMatchObject({
      id: 'main/position:BTC/stop',
      parent: 'main/position:BTC',
    })
  })

  test('what an actor remembers is shown, but no secret in it', async () => {
    const { context } = await jsonOf(get('/actors/main'))
    expect(context).toEqual({
      book: { quantity: '0.022' },
      venue: { apiKey: '[redacted]' },
      steps: [1, null],
    })
  })

  test('one that is not there is 404', async () => {
    expect(await jsonOf(get('/actors/main/position:DOGE'))).toMatchObject({
      status: 404,
      code: 'actor_unknown',
    })
  })
})

describe('the diary', () => {
  test('comes as a file of lines', async () => {
    const response = await get('/diary?download=1&account_id=main&limit=2')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="diary.jsonl"')
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines.map(line => Object.keys(JSON.parse(line)).length)).toEqual([16, 16])
  })
})

describe('refusals', () => {
  test('have one form, with the request id of the header', async () => {
    const response = await get('/nothing/here', undefined, { 'X-Request-Id': 'abc-1' })
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('x-request-id')).toBe('abc-1')
    expect(await jsonOf(response)).toEqual({
      type: 'urn:latch:problem:path_unknown',
      title: 'No such path',
      status: 404,
      code: 'path_unknown',
      detail: 'Nothing is served at /nothing/here.',
      request_id: 'abc-1',
      remedy: 'See /openapi.json or /docs for every path.',
    })
  })

  test('an id that could write into a log is replaced', async () => {
    const response = await get('/status', undefined, { 'X-Request-Id': 'a b{}' })
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('our own failure tells an id; the log has the rest', async () => {
    engine.failing = true
    const response = await get('/performance')
    engine.failing = false
    expect(response.status).toBe(500)
    const told = await jsonOf(response)
    expect(told.code).toBe('internal_error')
    expect(JSON.stringify(told)).not.toContain(SECRETS.database)
    expect(logged.at(-1)?.fields).toMatchObject({ request_id: told.request_id, path: '/performance' })
  })

  test('/health is 503 while the engine does not answer', async () => {
    engine.failing = true
    const response = await app.request('/health')
    engine.failing = false
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ status: 'failing' })
  })

  test('a body beyond 256 kB is 413', async () => {
    const response = await app.request('/status', {
      method: 'POST',
      headers: { Authorization: `Bearer ${tokens.owner}` },
      body: 'x'.repeat(256 * 1024 + 1),
    })
    expect(response.status).toBe(413)
    expect((await jsonOf(response)).code).toBe('body_too_large')
  })
})

describe('headers', () => {
  test.each(['/status', '/docs', '/nothing', '/health'])('%s carries the strict policy', async path => {
    const { headers } = await get(path)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  test('nothing is kept in a cache', async () => {
    expect((await get('/accounts')).headers.get('cache-control')).toBe('no-store')
    expect((await get('/accounts/absent')).headers.get('cache-control')).toBe('no-store')
    expect((await get('/nothing')).headers.get('cache-control')).toBe('no-store')
    expect((await app.request('/accounts')).headers.get('cache-control')).toBe('no-store')
  })

  test('HEAD answers as GET does, without a body', async () => {
    const response = await app.request('/accounts', {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${tokens.owner}` },
    })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })
})
