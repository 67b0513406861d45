/** Accounts are added, changed, removed and started over HTTP by those who may. */
import { describe, expect, test } from 'vitest'
import { AdminRefused } from '../../actors/account-admin.ts'
import type { GivenKey } from '../../actors/given-key.ts'
import { Secret } from '../../domain/secret.ts'
import { createTestApp, jsonOf } from './setup.ts'

const ask = (method: string, path: string, body?: unknown, token?: string) => {
  const { app, tokens, engine } = made
  return {
    engine,
    response: app.request(path, {
      method,
      headers: { Authorization: `Bearer ${token ?? tokens.owner}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  }
}
let made = createTestApp()
const BY = { by: 'token:owner', reason: null }
const BODY = { id: 'new', assets: ['BTC'], deposit: 1000, risk: { heat_pct_max: 2 } }

describe('accounts of a running engine', () => {
  test.each([
    ['POST', '/accounts', BODY, ['added', 'new', { assets: ['BTC'], deposit: 1000, risk: BODY.risk }, BY]],
    ['PUT', '/accounts/main', { label: null }, ['changed', 'main', { label: null }, BY]],
    [
      'DELETE',
      '/accounts/main?confirm=main',
      undefined,
      ['removed', 'main', { ...BY, closePositions: false }],
    ],
    [
      'DELETE',
      '/accounts/main?close_positions=true',
      undefined,
      ['removed', 'main', { ...BY, closePositions: true }],
    ],
    ['POST', '/accounts/main/start', { reason: 'go' }, ['started', 'main', { ...BY, reason: 'go' }]],
  ] as const)('%s %s is said to the engine', async (method, path, body, told) => {
    made = createTestApp()
    const { response, engine } = ask(method, path, body)
    const answer = await response
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ change: told[0], done: true, remaining: [] })
    expect(engine.roster.told).toEqual([told])
  })

  test.each([
    ['exists', 409, 'account_exists'],
    ['busy', 409, 'account_busy'],
    ['last', 409, 'account_last'],
    ['fixed', 409, 'account_fixed'],
    ['invalid', 422, 'body_invalid'],
    ['unknown', 404, 'account_unknown'],
  ] as const)('what is refused as %s is answered with %i', async (code, status, named) => {
    made = createTestApp()
    made.engine.roster.refusal = new AdminRefused(code, 'Not now.')
    const answer = await ask('PUT', '/accounts/main', {}).response
    expect(answer.status).toBe(status)
    expect(await jsonOf(answer)).toMatchObject({ code: named, detail: 'Not now.' })
  })

  test('what is wrong with a definition is told by the words of the body, a line for each', async () => {
    made = createTestApp()
    const problems = [
      { path: 'assets[0]', message: 'expected the name of an asset (got "D!")', remedy: 'For example BTC.' },
      { path: 'label', message: 'too long', remedy: 'For example BTC.' },
    ]
    made.engine.roster.refusal = new AdminRefused('invalid', '2 problems', { problems })
    const account = await jsonOf(ask('POST', '/accounts', BODY).response)
    expect(account).toMatchObject({
      code: 'body_invalid',
      detail: 'assets[0]: expected the name of an asset (got "D!")\nlabel: too long',
      remedy: 'For example BTC. Nothing was changed.',
      parameter: 'assets[0]',
    })
    const bot = await jsonOf(ask('POST', '/bots', { name: 'B', pair: 'D!' }).response)
    expect(bot).toMatchObject({
      detail: 'pair: expected the name of an asset (got "D!")\nname: too long',
      parameter: 'pair',
    })
  })

  test('a name that makes no id is refused by its word', async () => {
    made = createTestApp()
    const { engine, response } = ask('POST', '/bots', { name: '!!!', pair: 'BTC-USD' })
    expect((await response).status).toBe(422)
    expect(await jsonOf(response)).toMatchObject({ parameter: 'name' })
    expect(engine.roster.told).toEqual([])
  })

  test('a key that comes with an account reaches the safe, and nothing that is told or written down', async () => {
    made = createTestApp()
    const plain = 'sk-not-for-anybody-0123456789'
    const body = { id: 'new', strategy: 'llm', model: { name: 'openai/gpt-5' }, model_api_key: plain }
    const { response, engine } = ask('POST', '/accounts', body)
    const answer = await response
    expect(answer.status).toBe(200)
    const [, id, words, options] = engine.roster.told[0] as [string, string, object, { modelKey: GivenKey }]
    expect([id, words]).toEqual(['new', { strategy: 'llm', model: { name: 'openai/gpt-5' } }])
    expect(made.credentials.kept.size).toBe(0)
    options.modelKey.keep('api.example')
    expect(made.credentials.kept.get('new')?.reveal()).toBe(plain)
    options.modelKey.drop()
    expect(made.credentials.kept.size).toBe(0)
    const seen = [await answer.text(), made.audit.rows(), engine.roster.told, made.logged]
    expect(JSON.stringify(seen)).not.toContain(plain)
    for (const wrong of ['short', 'with a space in it', 7, null]) {
      const refused = await ask('POST', '/accounts', { ...body, model_api_key: wrong }).response
      expect(refused.status).toBe(422)
      expect(await jsonOf(refused)).toMatchObject({ parameter: 'model_api_key' })
    }
  })

  test.each([
    ['?close_positions=true', 'removed', 0],
    ['?confirm=main', 'kept', 1],
  ])('the stored key of an account removed with %s is %s', async (query, became, left) => {
    made = createTestApp()
    made.credentials.put('main', 'model_api_key', new Secret('a-key-of-the-model'), 'host.example')
    const answer = await ask('DELETE', `/accounts/main${query}`).response
    expect(await jsonOf(answer)).toMatchObject({ change: 'removed', done: true, model_key: became })
    expect(made.credentials.kept.size).toBe(left)
    expect(made.audit.rows()[0]?.after).toMatchObject({ main: { model_key: became } })
  })

  test('of one that is still being removed the key stays, and of one without nothing is told', async () => {
    made = createTestApp()
    made.engine.roster.refusal = new AdminRefused('busy', 'Not now.')
    made.credentials.put('main', 'model_api_key', new Secret('a-key-of-the-model'), 'host.example')
    await ask('DELETE', '/accounts/main?close_positions=true').response
    expect(made.credentials.kept.size).toBe(1)
    made = createTestApp()
    const answer = await jsonOf(ask('DELETE', '/accounts/main?close_positions=true').response)
    expect(answer).not.toHaveProperty('model_key')
  })

  test('a field that is not known is refused, and the engine hears nothing', async () => {
    made = createTestApp()
    const answer = await ask('POST', '/accounts', { ...BODY, colour: 'red' }).response
    expect(answer.status).toBe(422)
    expect((await ask('POST', '/accounts', { id: 'a b' }).response).status).toBe(422)
    expect(made.engine.roster.told).toEqual([])
  })

  test('only admins do it, and no foreign account is known to exist', async () => {
    made = createTestApp()
    for (const [method, path] of [
      ['POST', '/accounts'],
      ['PUT', '/accounts/main'],
      ['DELETE', '/accounts/main'],
      ['POST', '/accounts/main/start'],
    ] as const) {
      expect((await ask(method, path, BODY, made.tokens.trader).response).status).toBe(403)
    }
    expect((await ask('PUT', '/accounts/nobody', {}).response).status).toBe(404)
    expect((await ask('DELETE', '/accounts/nobody').response).status).toBe(404)
    expect(made.engine.roster.told).toEqual([])
  })

  test('what a removed account left stays readable by its id', async () => {
    made = createTestApp()
    expect((await made.get('/diary?account_id=gone')).status).toBe(200)
    expect(made.engine.queries.at(-1)?.accountId).toEqual(['gone'])
    expect((await made.get('/diary?account_id=never')).status).toBe(404)
    expect((await made.get('/diary?account_id=gone', made.tokens.limited)).status).toBe(404)
  })

  test.each([
    '/activity',
    '/alerts',
    '/audit',
    '/decisions',
    '/diary',
    '/errors',
    '/llm/interactions',
    '/logs',
    '/moves',
    '/orders',
    '/performance',
    '/performance/history',
    '/performance/predictions',
    '/performance/signals',
    '/positions',
    '/positions?status=all',
    '/positions?status=closed',
    '/signals',
    '/trades',
  ])('%s of a removed account is there for those who saw it', async path => {
    made = createTestApp()
    const of = (id: string) => `${path}${path.includes('?') ? '&' : '?'}account_id=${id}`
    expect((await made.get(of('gone'))).status).toBe(200)
    expect((await made.get(of('never'))).status).toBe(404)
    expect([403, 404]).toContain((await made.get(of('gone'), made.tokens.limited)).status)
  })
})

describe('a comparison with the venue', () => {
  test('can be a look: with fix false nothing is booked, and the answer tells what differs', async () => {
    made = createTestApp()
    const { engine, response } = ask('POST', '/reconcile', { account_id: 'main', fix: false })
    expect(await jsonOf(response)).toMatchObject({
      done: false,
      items: [
        {
          account_id: 'main',
          done: false,
          differences: [
            {
              asset: 'BTC',
              what: 'quantity',
              ours: '1',
              theirs: null,
              action: 'none: it was only looked at',
            },
          ],
        },
      ],
    })
    expect(engine.insight.asked).toEqual([['compare', ['main']]])
    for (const path of ['/accounts/sync-balances', '/models/sync-balances'])
      expect((await ask('POST', path, { fix: false }).response).status, path).toBe(422)
  })

  test.each(['/reconcile', '/accounts/sync-balances', '/models/sync-balances'])(
    'POST %s compares the accounts of the token, or those named',
    async path => {
      made = createTestApp()
      expect(await jsonOf(made.post(path, undefined, made.tokens.trader))).toMatchObject({ done: true })
      await made.post(path, { account_id: 'other' })
      expect(made.engine.insight.asked).toEqual([
        ['reconcile', ['main']],
        ['reconcile', ['other']],
      ])
      expect((await made.post(path, { account_id: 'other' }, made.tokens.trader)).status).toBe(404)
      expect((await made.post(path, undefined, made.tokens.reader)).status).toBe(403)
    },
  )
})
