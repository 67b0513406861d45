/** What makes things more dangerous is said twice, by an admin; what makes them safer is one call (API6). */
import { describe, expect, test } from 'vitest'
import { createTestApp, jsonOf } from './setup.ts'

const KEY = 'key-of-the-model-0123456789'
const NEW = { id: 'second', scopes: ['admin'], accounts: '*' }

/** A call, and what has to be said again. */
const DANGEROUS: [string, string, object, unknown][] = [
  ['POST', '/accounts/main/rearm', {}, 'main'],
  ['POST', '/emergency-stop/reset', { account_id: 'main' }, 'main'],
  ['POST', '/emergency-stop/reset', { account_id: ['main', 'other'] }, ['other', 'main']],
  ['POST', '/emergency-stop/reset', {}, 'all'],
  ['PUT', '/accounts/main/credentials', { model_api_key: KEY }, 'main'],
  ['POST', '/tokens', NEW, 'second'],
]

const given = () => {
  const made = createTestApp()
  const [main] = made.engine.settings.accounts
  if (main !== undefined) main.model = { baseUrl: 'https://host.example/v1' } as typeof main.model
  const ask = (method: string, path: string, body?: object, token = made.tokens.owner) =>
    made.app.request(path, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const nothingHappened = () => {
    expect(made.engine.said).toEqual([])
    expect(made.engine.roster.told).toEqual([])
    expect(made.credentials.kept.size).toBe(0)
    expect(made.store.list().map(each => each.id)).not.toContain('second')
  }
  return { ...made, ask, nothingHappened }
}

describe('what makes things more dangerous', () => {
  test.each(DANGEROUS)(
    '%s %s with %j takes a confirmation, and nothing less',
    async (method, path, body, right) => {
      const { ask, nothingHappened } = given()
      for (const confirm of [undefined, '', 'other', 'yes', [], ['main', 'more'], 'ALL']) {
        const answer = await ask(method, path, { ...body, confirm })
        expect(answer.status, String(confirm)).toBe(422)
        expect(await jsonOf(answer)).toMatchObject({ code: 'confirmation_missing', parameter: 'confirm' })
      }
      nothingHappened()
      expect((await ask(method, path, { ...body, confirm: right })).status).toBe(200)
    },
  )

  test.each(DANGEROUS)(
    '%s %s with %j takes an admin, confirmed or not',
    async (method, path, body, confirm) => {
      const { ask, tokens, nothingHappened } = given()
      expect((await ask(method, path, { ...body, confirm }, tokens.trader)).status).toBe(403)
      nothingHappened()
    },
  )

  test.each([2, 5, 6, 40])('what is refused says how to name %i accounts', async count => {
    const { app, engine, tokens } = createTestApp()
    const ids = Array.from({ length: count }, (_each, nth) => `bot-${nth}`)
    const [like] = engine.accounts()
    engine.accounts = only => (only ?? ids).map(id => ({ ...like!, id }))
    const reset = (confirm?: unknown) =>
      app.request('/emergency-stop/reset', {
        method: 'POST',
        headers: { Authorization: `Bearer ${tokens.owner}` },
        body: JSON.stringify({ account_id: ids, confirm }),
      })
    const { remedy } = (await jsonOf(await reset())) as { remedy: string }
    const [, said = ''] = /as confirm: (.*)\. Nothing was changed\.$/.exec(remedy) ?? []
    if (count <= 5) expect(JSON.parse(said)).toEqual(ids)
    else
      expect(said).toBe(`the list of all ${count} ids that the request names, "bot-0" to "bot-${count - 1}"`)
    expect((await reset(count <= 5 ? JSON.parse(said) : ids)).status).toBe(200)
  })

  test('an account that is removed with open positions that stay is named twice', async () => {
    const { ask, engine, nothingHappened } = given()
    expect(engine.positions().some(each => each.accountId === 'main')).toBe(true)
    for (const query of ['', '?close_positions=false', '?confirm=other']) {
      const answer = await ask('DELETE', `/accounts/main${query}`)
      expect(await jsonOf(answer)).toMatchObject({ status: 422, code: 'confirmation_missing' })
    }
    nothingHappened()
    expect((await ask('DELETE', '/accounts/main?confirm=main')).status).toBe(200)
  })

  test('whose account it is not is told that there is none, before anything is asked of them', async () => {
    const { ask, store } = given()
    const { token } = store.create('one', { scopes: ['admin'], accounts: ['main'] })
    for (const [method, path, body] of [
      ['POST', '/accounts/other/rearm', {}],
      ['POST', '/emergency-stop/reset', { account_id: 'other' }],
      ['PUT', '/accounts/other/credentials', { model_api_key: KEY }],
      ['DELETE', '/accounts/other', undefined],
    ] as const) {
      expect((await ask(method, path, body, token)).status, path).toBe(404)
    }
  })
})

describe('what makes things safer is one call', () => {
  test.each([
    '/emergency-stop',
    '/accounts/main/panic',
    '/accounts/main/close-all',
    '/accounts/main/pause',
    '/accounts/main/stop-entries',
    '/accounts/main/drain',
  ])('POST %s, for who may trade', async path => {
    const { ask, tokens, engine } = given()
    expect((await ask('POST', path, undefined, tokens.trader)).status).toBe(200)
    expect(engine.said).toHaveLength(1)
  })

  test('taking a key away, ending a token, and removing an account with its positions closed', async () => {
    const { ask } = given()
    expect((await ask('PUT', '/accounts/main/credentials', { model_api_key: null })).status).toBe(200)
    expect((await ask('DELETE', '/tokens/reader')).status).toBe(200)
    expect((await ask('DELETE', '/accounts/main?close_positions=true')).status).toBe(200)
  })
})
