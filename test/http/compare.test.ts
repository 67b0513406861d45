/** Accounts against each other, predictions against results, and accounts by the model they ask. */
import { describe, expect, test } from 'vitest'
import { money } from '../../domain/units.ts'
import { tradeRow } from './fake-rows.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

describe('the leaderboard', () => {
  test('shows every cost, calls the results paper, and says when nobody can tell', async () => {
    const { get } = createTestApp()
    const [first] = await itemsOf(get('/performance/leaderboard'))
    expect(first).toMatchObject({
      account_id: 'other',
      results: 'paper',
      shadow: false,
      deposit: '1000',
      equity: '1105',
      fees: '0.4',
      funding: '0',
      model_cost_usd: '0.42',
      net_result: '104.58',
      trades: 3,
      interval_percent: null,
      probability: null,
      rank_is_luck: null,
      verdict: 'too few trades to tell',
    })
  })

  test('with enough trades has an interval around the net return and a probability', async () => {
    const { engine, get } = createTestApp()
    engine.closedTrades = accountId =>
      Array.from({ length: 30 }, (_, index) => ({
        ...tradeRow(accountId, index),
        pnl: money(index % 3 === 0 ? -6 : accountId === 'main' ? 4 : 9),
      }))
    const [first, second] = await itemsOf(get('/performance/leaderboard'))
    const interval = first?.interval_percent as { low: number; high: number } | undefined
    expect(interval?.low).toBeLessThan(10.458)
    expect(interval?.high).toBeGreaterThan(10.458)
    expect(first?.probability).toBeGreaterThan(0.95)
    expect(first).toMatchObject({ rank_is_luck: false, verdict: 'ahead of the next' })
    expect(second).toMatchObject({ verdict: 'last', probability: null, rank_is_luck: null })
    expect(await itemsOf(get('/performance/leaderboard'))).toEqual([first, second])
  })

  test('goes on where its first page ended', async () => {
    const { get } = createTestApp()
    const { next } = await jsonOf(get('/performance/leaderboard?limit=1'))
    const rows = await itemsOf(get(`/performance/leaderboard?limit=1&cursor=${String(next)}`))
    expect(rows).toMatchObject([{ rank: 2, account_id: 'main' }])
  })
})

describe('predictions', () => {
  const given = () => {
    const test = createTestApp()
    // Entry of 990 at 21.3 net: 2.1515…%.
    test.engine.closedTrades = accountId =>
      [0, 1].map(index => ({
        ...tradeRow(accountId, index),
        decisionId: `${accountId}-BTC-${tradeRow(accountId, 0).entryAt + index}`,
      }))
    return test
  }

  test('stand beside what came of them, newest first', async () => {
    const { get, engine } = given()
    const rows = await itemsOf(get('/performance/predictions?account_id=main'))
    expect(engine.queries.at(-1)).toMatchObject({ status: 'approved' })
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({ confidence: 82, actual_roi_percent: null, closed_at: null })
    expect(rows[2]).toMatchObject({ model: 'openai/gpt-5', asset: 'BTC', action: 'buy' })
    expect(rows[2]?.actual_roi_percent).toBeCloseTo((21.3 / 990) * 100, 9)
    expect(String(rows[0]?.at) > String(rows[2]?.at)).toBe(true)
  })

  test('are summed up by model over all pages', async () => {
    const { get } = given()
    const { quality, items } = await jsonOf(get('/performance/predictions?limit=1'))
    expect(items).toHaveLength(1)
    expect(quality).toMatchObject([
      { model: 'openai/gpt-5', asset: null, rated: 2, count: 2, brier_score: 0.0324 },
      { model: 'openai/gpt-5', asset: 'BTC' },
      { model: 'signals', asset: null },
      { model: 'signals', asset: 'BTC' },
    ])
  })

  test('of one model are those of the accounts that ask it; of nobody, none', async () => {
    const { get } = given()
    const rows = await itemsOf(get('/performance/predictions?model=openai%2Fgpt-5'))
    expect(new Set(rows.map(each => each.account_id))).toEqual(new Set(['main']))
    expect(await jsonOf(get('/performance/predictions?model=nobody'))).toEqual({
      items: [],
      total: 0,
      next: null,
      quality: [],
    })
  })
})

describe('models', () => {
  test('are the accounts that ask one', async () => {
    const rows = await itemsOf(createTestApp().get('/models'))
    expect(rows).toMatchObject([
      { account_id: 'main', model: 'openai/gpt-5', initial_balance: '1000', pnl: '21.6', status: 'active' },
    ])
  })

  test.each(['/models/openai/gpt-5', '/models/openai%2Fgpt-5', '/models/main', '/models/Account%20main'])(
    '%s agrees with /accounts/main',
    async path => {
      const { get } = createTestApp()
      expect(await jsonOf(get(path))).toMatchObject(await jsonOf(get('/accounts/main')))
    },
  )

  test('a model nobody asks is 404, and so is an account without one', async () => {
    const { get } = createTestApp()
    for (const path of ['/models/absent', '/models/other']) {
      const response = await get(path)
      expect(response.status).toBe(404)
      expect((await jsonOf(response)).code).toBe('model_unknown')
    }
  })

  test('a model that two ask is 409 and names both; a token that sees one of them finds it', async () => {
    const { engine, get, tokens } = createTestApp()
    const accounts = engine.accounts()
    engine.accounts = () => accounts.map(each => ({ ...each, model: 'openai/gpt-5' }))
    const response = await get('/models/openai/gpt-5')
    expect(response.status).toBe(409)
    expect(await jsonOf(response)).toMatchObject({
      code: 'model_ambiguous',
      detail: "'openai/gpt-5' is asked by 2 accounts: main, other.",
    })
    expect((await get('/models/other')).status).toBe(200)
    expect((await get('/models/other', tokens.limited)).status).toBe(404)
    expect(await jsonOf(get('/models/openai/gpt-5', tokens.limited))).toMatchObject({ account_id: 'main' })
  })
})
