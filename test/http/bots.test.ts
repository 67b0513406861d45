/** Bots are accounts with one asset that decide by signals: made, steered and read under their own names. */
import { describe, expect, test } from 'vitest'
import { evaluateSample } from '../../actors/bots.ts'
import { temperatureOf, TEMPERATURE_PROFILES } from '../../domain/signals/temperature.ts'
import { givenSeries } from '../actors/given.ts'
import { openEngine, WORDS } from '../actors/given-admin.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const made = createTestApp()
const { get, post, engine, tokens, app } = made
const send = (method: string, path: string, body?: unknown) =>
  app.request(path, {
    method,
    headers: { Authorization: `Bearer ${tokens.owner}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('bots over HTTP', () => {
  test('a bot is made as an account of one asset that decides by signals', async () => {
    const answer = await post('/bots', {
      name: 'BTC Scalper',
      pair: 'BTC-USD',
      strategy: { confirmation_s: 0 },
    })
    expect(await jsonOf(answer)).toEqual({
      id: 'btc-scalper',
      change: 'added',
      done: true,
      remaining: [],
    })
    expect(engine.roster.told.at(-1)).toEqual([
      'added',
      'btc-scalper',
      { label: 'BTC Scalper', assets: ['BTC'], strategy: { confirmation_s: 0, name: 'signals' } },
      { by: 'token:owner', reason: null },
    ])
  })

  test.each(['x'.repeat(65), 'pay\u202Eno', 'a\0b', ''])('a bot cannot be named %j', async name => {
    const { post } = createTestApp()
    const answer = await post('/bots', { name, pair: 'BTC-USD' })
    expect(answer.status).toBe(422)
    expect(await jsonOf(answer)).toMatchObject({
      parameter: 'name',
      detail: expect.stringContaining('visible'),
    })
  })

  test('one with an open position is removed by force only', async () => {
    engine.roster.told.length = 0
    expect((await send('DELETE', '/bots/main')).status).toBe(409)
    expect(engine.roster.told).toEqual([])
    expect((await send('DELETE', '/bots/main?force=true')).status).toBe(200)
    expect(engine.roster.told[0]?.[2]).toMatchObject({ closePositions: true })
    expect((await send('PUT', '/bots/main', { name: 'New' })).status).toBe(200)
    expect(engine.roster.told.at(-1)?.[2]).toEqual({ label: 'New' })
  })

  test('start and stop are resume and pause; those who may only read do neither', async () => {
    await post('/bots/main/stop', undefined, tokens.trader)
    await post('/bots/main/start', undefined, tokens.trader)
    expect(engine.said.map(each => each.command.name)).toEqual(['pause', 'resume'])
    for (const path of ['/bots/main/stop', '/bots', '/bot-evaluation/main/evaluate'])
      expect((await post(path, { name: 'x', pair: 'BTC' }, tokens.reader)).status).toBe(403)
    expect((await post('/bots/other/stop', undefined, tokens.trader)).status).toBe(404)
    expect((await get('/bots/nobody')).status).toBe(404)
  })

  test('temperatures are hottest first, and counted', async () => {
    expect((await itemsOf(get('/bot-temperatures'))).map(each => each['id'])).toEqual(['main', 'other'])
    expect(await jsonOf(get('/bot-temperatures/dashboard'))).toMatchObject({
      total: 2,
      counts: { FROZEN: 0, COOL: 1, WARM: 0, HOT: 1 },
      hottest: { id: 'main', score: -0.756 },
    })
    expect(await jsonOf(get('/bots/main/confirmation-status'))).toMatchObject({
      progress: 0.4,
      action: 'sell',
    })
    expect(await itemsOf(get('/bots?pair=ETH'))).toEqual([])
  })
})

describe('bots of a running engine', () => {
  test('are its accounts of one asset by signals, evaluated on their market', async () => {
    const { engine: real } = await openEngine(givenSeries(7, 600))
    const run = real.run()
    await real.roster.add('scalper', { ...WORDS, assets: ['BTC'] }, { by: 'test', reason: null })
    await run
    const bots = real.insight.bots(['alpha', 'scalper'])
    expect(bots.map(each => [each.accountId, each.symbol])).toEqual([['scalper', 'BTC']])
    const { evaluation } = bots[0] as (typeof bots)[number]
    expect(evaluation.score).not.toBeNull()
    expect(evaluation.temperature).toBe(temperatureOf(evaluation.score ?? 0, TEMPERATURE_PROFILES.production))
    const sum = evaluation.signals.reduce((total, each) => total + (each.score ?? 0) * each.weight, 0)
    expect(sum).toBeCloseTo(evaluation.score ?? Number.NaN, 9)
    const settings = real.settings.accounts.find(each => each.id === 'scalper')
    if (settings === undefined) throw new Error('no settings')
    expect(evaluateSample(settings)).toEqual(evaluateSample(settings))
    expect(evaluateSample(settings).score).not.toBeNull()
    real.close()
  }, 30_000)

  test('say by which rule they were refused, however hot they are (C-54)', async () => {
    const { engine: real } = await openEngine(givenSeries(7, 600))
    const reasons = new Map<string, string | null>()
    real.subscribe(event => {
      if (event.kind !== 'fact' || event.accountId !== 'poor') return
      if (event.fact.type !== 'decision.recorded') return
      const [bot] = real.insight.bots(['poor'])
      if (bot !== undefined) reasons.set(event.fact.decision.outcome, bot.blockedReason)
    })
    const run = real.run()
    const words = { ...WORDS, assets: ['BTC'], deposit: '1' }
    await real.roster.add('poor', words, { by: 'test', reason: null })
    await run
    expect(reasons.get('refused')).toMatch(/^refused: quantity_below_step, limit a step of 0\.001, here 0\.0/)
    expect(reasons.get('held')).toMatch(
      /^score 0\.\d{4} below entry at 0\.25$|^a signal is still warming up$/,
    )
    expect(reasons.get('confirming')).toMatch(/^confirmation (pending, \d+ s left|of 300 s not begun)$/)
    real.close()
  }, 30_000)

  test('evaluated on made-up candles leave nothing behind (C-45)', async () => {
    const { engine: real, store } = await openEngine(givenSeries(7, 50))
    await real.run()
    const [account] = real.settings.accounts
    if (account === undefined) throw new Error('no account')
    const before = await store.facts({ limit: 1 })
    const candles = real.insight.candles('BTC', '5m', 100)
    evaluateSample({ ...account, assets: ['BTC'] })
    expect(await store.facts({ limit: 1 })).toEqual(before)
    expect(real.insight.candles('BTC', '5m', 100)).toEqual(candles)
    real.close()
  }, 30_000)
})
