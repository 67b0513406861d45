/** Accounts are added, changed, removed and started over HTTP by those who may. */
import { describe, expect, test } from 'vitest'
import { AdminRefused } from '../../actors/account-admin.ts'
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
    ['DELETE', '/accounts/main', undefined, ['removed', 'main', { ...BY, closePositions: false }]],
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
})

describe('a comparison with the venue', () => {
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
