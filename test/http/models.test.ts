/** What models were asked and answered, as the paths tell it. */
import { expect, test } from 'vitest'
import { MODEL } from '../actors/model/given-model.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

test('a call has its own page with every text, and the decisions it led to', async () => {
  const { get } = createTestApp()
  expect(await jsonOf(get('/llm/interactions/main-mjwpr1c0-2'))).toMatchObject({
    call_id: 'main-mjwpr1c0-2',
    cycle_id: 'main-mjwpr1c0',
    model: 'openai/gpt-5',
    answered_by: 'openai/gpt-5-2025',
    cost_usd: null,
    problem: 'shape: nothing in it',
    messages: [{ role: 'user', content: 'Decide.' }],
    tool_calls: [{ name: 'candles', arguments: '{}' }],
  })
  const absent = await get('/llm/interactions/main-mjwpr1c0-9')
  expect(absent.status).toBe(404)
  expect(await jsonOf(absent)).toMatchObject({ code: 'call_unknown' })
})

test('filters of the log reach the store under its own names', async () => {
  const { get, engine } = createTestApp()
  const filters = 'asset=btc&action=buy&outcome=accepted&model=openai/gpt-5&cycle_id=main-x&q=breakout'
  expect((await get(`/llm/interactions?${filters}&limit=5`)).status).toBe(200)
  expect(engine.queries.at(-1)).toEqual({
    symbol: 'BTC',
    action: 'buy',
    status: 'accepted',
    model: 'openai/gpt-5',
    cycleId: 'main-x',
    text: 'breakout',
    limit: 5,
  })
  expect((await get('/llm/interactions?outcome=lost')).status).toBe(422)
})

test('decisions of models are those of the accounts that ask one, by name of the model or of the account', async () => {
  const { get, engine } = createTestApp()
  const [main] = engine.settings.accounts
  if (main === undefined) throw new Error('The fake engine has no account')
  main.model = { ...MODEL, name: 'anthropic/claude' }
  for (const model of ['anthropic/claude', 'main', main.label]) {
    const rows = await itemsOf(get(`/llm/decisions?model=${encodeURIComponent(model)}&limit=5`))
    for (const row of rows)
      expect(row['model']).toBe(
        engine.settings.accounts.find(each => each.id === row['account_id'])?.model?.name,
      )
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.every(each => each.account_id === 'main')).toBe(true)
  }
  expect(await itemsOf(get('/llm/decisions?model=unknown'))).toEqual([])
})
