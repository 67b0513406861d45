/** Orders by hand over HTTP: read strictly, given once under one name, and refused with what to do instead. */
import { describe, expect, test } from 'vitest'
import type { OrderWish } from '../../actors/hand-orders.ts'
import { createTestApp, jsonOf } from './setup.ts'

const BODY = { account_id: 'main', asset: 'BTC', side: 'buy', size: '0.010' }

describe('POST /orders', () => {
  const { app, post, engine, tokens, audit } = createTestApp()
  const wishes = () =>
    engine.insight.asked.filter(([name]) => name === 'place').map(([, wish]) => wish as OrderWish)
  const postAs = (key: string, body: object) =>
    app.request('/orders', {
      method: 'POST',
      headers: { Authorization: `Bearer ${tokens.owner}`, 'Idempotency-Key': key },
      body: JSON.stringify(body),
    })

  test('gives what was asked for to the account, in the name of the token', async () => {
    const response = await post('/orders', { ...BODY, tp: 50000, sl: '44100.5', leverage: 3, reason: 'news' })
    expect(response.status).toBe(200)
    expect(wishes().at(-1)).toMatchObject({
      accountId: 'main',
      symbol: 'BTC',
      side: 'buy',
      quantity: '0.01',
      value: null,
      limitPrice: null,
      stop: '44100.5',
      target: '50000',
      leverage: 3,
      reason: 'news',
      by: 'token:owner',
    })
  })

  test('answers with the decision, what every rule said, and the orders', async () => {
    const answer = await jsonOf(post('/orders', { ...BODY, client_request_id: 'mine' }))
    expect(answer).toMatchObject({
      account_id: 'main',
      client_request_id: 'mine',
      repeated: false,
      decision: { asset: 'BTC', risk: expect.any(Array) },
      orders: [{ client_order_id: 'main-BTC-0-stop-1' }],
      remaining: [],
    })
  })

  test('takes its name from the header or the field, and makes one where there is none', async () => {
    await postAs('k-1', BODY)
    await post('/orders', { ...BODY, client_request_id: 'k-2' })
    await post('/orders', BODY)
    await post('/orders', BODY)
    const names = wishes()
      .slice(-4)
      .map(each => each.requestId)
    expect(names.slice(0, 2)).toEqual(['k-1', 'k-2'])
    expect(new Set(names).size).toBe(4)
    expect((await postAs('k-3', { ...BODY, client_request_id: 'k-4' })).status).toBe(422)
    expect((await postAs('not a name', BODY)).status).toBe(422)
    expect((await postAs(`sk-${'a'.repeat(30)}`, BODY)).status).toBe(422)
  })

  test('the same order said in other words is the same order', async () => {
    await post('/orders', { ...BODY, size: 0.01 })
    await post('/orders', { ...BODY, type: 'market', reason: 'again' })
    const [one, other] = wishes().slice(-2)
    expect(one?.asked).toBe(other?.asked)
  })

  const wrong: [string, object, string][] = [
    ['no size', { size: undefined }, 'size'],
    ['both sizes', { size_usd: 100 }, 'size'],
    ['a size of zero', { size: 0 }, 'size'],
    ['a size below zero', { size: '-1' }, 'size'],
    ['a size that is no number', { size: 'all' }, 'size'],
    ['a limit order without a price', { type: 'limit' }, 'price'],
    ['a market order with a price', { price: '45000' }, 'price'],
    ['another side', { side: 'long' }, 'side'],
    ['an asset of another account', { asset: 'DOGE' }, 'asset'],
    ['a leverage of zero', { leverage: 0 }, 'leverage'],
    ['an unknown field', { reduce: true }, 'reduce'],
  ]
  test.each(wrong)('%s is refused by the name of the field, and reaches nobody', async (_, change, field) => {
    const before = wishes().length
    const response = await post('/orders', { ...BODY, ...change })
    expect(response.status).toBe(422)
    expect(await jsonOf(response)).toMatchObject({ code: 'body_invalid', parameter: field })
    expect(wishes()).toHaveLength(before)
  })

  test('is 404 for an account of others, and 403 for a token that may only read', async () => {
    expect((await post('/orders', { ...BODY, account_id: 'other' }, tokens.trader)).status).toBe(404)
    expect((await post('/orders', BODY, tokens.reader)).status).toBe(403)
    expect((await post('/orders', BODY, tokens.trader)).status).toBe(200)
  })

  test('is 409 while the account takes no orders, with what to do', async () => {
    const response = await post('/orders', { ...BODY, reason: 'refuse me' })
    expect(response.status).toBe(409)
    expect(await jsonOf(response)).toMatchObject({
      code: 'account_resting',
      detail: 'main is paused.',
      remedy: expect.stringContaining('/positions/{position_id}/close'),
    })
  })

  test('is 409 when what was accepted was given up, with what to do', async () => {
    const response = await post('/orders', { ...BODY, reason: 'give it up' })
    expect(response.status).toBe(409)
    expect(await jsonOf(response)).toMatchObject({
      code: 'order_abandoned',
      remedy: expect.stringContaining('another name'),
    })
  })

  test('leaves a row that says what came of it', async () => {
    await post('/orders', BODY, tokens.trader)
    expect(audit.rows()[0]).toMatchObject({
      action: 'POST /orders',
      by: 'token:trader',
      scope: 'trade',
      accounts: ['main'],
      after: { outcome: expect.any(String), repeated: false },
    })
  })
})

describe('DELETE /orders/{id}', () => {
  const { app, engine, tokens, audit } = createTestApp()
  const remove = (path: string, token = tokens.owner) =>
    app.request(`/orders/${path}`, { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } })

  test('answers with the order, and leaves a row', async () => {
    const response = await remove('main-BTC-1-e1', tokens.trader)
    expect(response.status).toBe(200)
    expect(await jsonOf(response)).toMatchObject({ account_id: 'main' })
    expect(audit.rows()[0]).toMatchObject({ scope: 'trade', accounts: ['main'] })
  })

  test('looks only where the token may, and where it was asked to', async () => {
    await remove('main-BTC-1-e1', tokens.trader)
    expect(engine.insight.asked.at(-1)).toEqual(['cancel', ['main'], 'main-BTC-1-e1'])
    await remove('main-BTC-1-e1?account_id=other')
    expect(engine.insight.asked.at(-1)).toEqual(['cancel', ['other'], 'main-BTC-1-e1'])
    expect((await remove('main-BTC-1-e1?account_id=other', tokens.trader)).status).toBe(404)
  })

  test.each([
    ['main-BTC-1-s1', 409, 'protects_position', '/positions/{position_id}/close'],
    ['main-BTC-1-e9', 409, 'order_filled', '/positions/{position_id}/close'],
    ['nobody', 404, 'order_unknown', 'GET /orders'],
  ])('%s is %i %s, with what to do instead', async (id, status, code, remedy) => {
    const response = await remove(id)
    expect(response.status).toBe(status)
    expect(await jsonOf(response)).toMatchObject({ code, remedy: expect.stringContaining(remedy) })
  })

  test('is 403 for a token that may only read', async () => {
    expect((await remove('main-BTC-1-e1', tokens.reader)).status).toBe(403)
  })
})
