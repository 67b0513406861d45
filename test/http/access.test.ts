/** Tokens and credentials over HTTP, and the row each use of trade and admin leaves. */
import { describe, expect, test } from 'vitest'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
const asking = () => {
  const test = createTestApp()
  const [main] = test.engine.settings.accounts
  if (main !== undefined) main.model = { baseUrl: 'https://host.example/v1' } as typeof main.model
  const ask = (method: Method, path: string, body?: unknown, token = test.tokens.owner) =>
    test.app.request(path, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  /** An admin of the account main alone. */
  const limited = test.store.create('main-admin', { scopes: ['admin'], accounts: ['main'] }).token
  return { ...test, ask, limited }
}

describe('/tokens', () => {
  test('makes one, shows it this once, and lets it in', async () => {
    const { ask, get } = asking()
    const body = {
      id: 'desk',
      scopes: ['trade'],
      accounts: ['main'],
      expires_at: '2099-01-02T03:00:00+01:00',
    }
    const made = await jsonOf(ask('POST', '/tokens', body))
    expect(made).toMatchObject({ id: 'desk', accounts: ['main'], expires_at: '2099-01-02T02:00:00.000Z' })
    const token = String(made.token)
    expect((await get('/accounts/main', token)).status).toBe(200)
    expect((await get('/accounts/other', token)).status).toBe(404)
    const listed = await (await get('/tokens')).text()
    expect(listed).toContain('"desk"')
    expect(listed).not.toContain(token)
    expect(listed).not.toContain('hash')
  })

  test('ends one at once', async () => {
    const { ask, get, tokens } = asking()
    expect((await get('/status', tokens.reader)).status).toBe(200)
    expect((await ask('DELETE', '/tokens/reader')).status).toBe(200)
    expect((await get('/status', tokens.reader)).status).toBe(401)
    expect((await ask('DELETE', '/tokens/reader')).status).toBe(404)
  })

  test.each([
    [{}, 'id'],
    [{ id: 'x', scopes: [], accounts: '*' }, 'scopes'],
    [{ id: 'x', scopes: ['root'], accounts: '*' }, 'scopes[0]'],
    [{ id: 'x', scopes: ['read'], accounts: [] }, 'accounts'],
    [{ id: 'x', scopes: ['read'], accounts: '*', expires_at: 'soon' }, 'expires_at'],
    [{ id: 'x', scopes: ['read'], accounts: '*', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ id: 'x', scopes: ['read'], accounts: '*', hash: 'x' }, 'hash'],
  ])('refuses %j by the name of its field', async (body, field) => {
    const response = await asking().ask('POST', '/tokens', body)
    expect(response.status).toBe(422)
    expect((await jsonOf(response)).parameter).toBe(field)
  })

  test('a name is given once; another account’s is not there', async () => {
    const { ask } = asking()
    expect((await ask('POST', '/tokens', { id: 'owner', scopes: ['read'], accounts: '*' })).status).toBe(409)
    expect((await ask('POST', '/tokens', { id: 'x', scopes: ['read'], accounts: ['absent'] })).status).toBe(
      404,
    )
  })

  test('an admin of some accounts makes, sees and ends tokens of those only', async () => {
    const { ask, limited } = asking()
    const order = (accounts: unknown) => ({ id: 'new', scopes: ['admin'], accounts, confirm: 'new' })
    expect((await ask('POST', '/tokens', order('*'), limited)).status).toBe(403)
    expect((await ask('POST', '/tokens', order(['main', 'other']), limited)).status).toBe(404)
    expect((await ask('POST', '/tokens', order(['main']), limited)).status).toBe(200)
    const seen = await itemsOf(ask('GET', '/tokens', undefined, limited))
    expect(seen.map(each => each.id)).toEqual(['limited', 'main-admin', 'new', 'trader'])
    expect((await ask('DELETE', '/tokens/owner', undefined, limited)).status).toBe(404)
    expect((await ask('DELETE', '/tokens/trader', undefined, limited)).status).toBe(200)
  })
})

describe('/accounts/{account_id}/credentials', () => {
  const KEY = 'sk-canary-0123456789abcdef'

  test('takes a key and never gives it back', async () => {
    const { ask, credentials } = asking()
    const answers = [
      await ask('PUT', '/accounts/main/credentials', { model_api_key: KEY, confirm: 'main' }),
      await ask('GET', '/accounts/main/credentials'),
      await ask('GET', '/audit'),
    ]
    expect(credentials.kept.get('main')?.reveal()).toBe(KEY)
    for (const each of answers) {
      expect(each.status).toBe(200)
      expect(await each.text()).not.toContain('0123456789')
    }
    const told = await jsonOf(ask('GET', '/accounts/main/credentials'))
    expect(told.items).toEqual([
      expect.objectContaining({ field: 'model_api_key', has_key: true, last4: 'last' }),
    ])
  })

  test('null takes it away; what is no key is refused, and not told back', async () => {
    const { ask, credentials } = asking()
    await ask('PUT', '/accounts/main/credentials', { model_api_key: KEY, confirm: 'main' })
    for (const model_api_key of [
      'short',
      'two words here',
      'x'.repeat(5_000),
      'umläut-umläut',
      123_456_789,
    ]) {
      const refused = await ask('PUT', '/accounts/main/credentials', { model_api_key })
      expect(refused.status).toBe(422)
      expect(await refused.text()).not.toContain(String(model_api_key).slice(0, 9))
    }
    await ask('PUT', '/accounts/main/credentials', { model_api_key: null })
    expect(credentials.kept.size).toBe(0)
  })

  test('an account without a model has no use for one', async () => {
    const response = await asking().ask('PUT', '/accounts/other/credentials', {
      model_api_key: KEY,
      confirm: 'other',
    })
    expect(response.status).toBe(409)
  })

  test('takes an admin, of that account', async () => {
    const { ask, tokens, limited } = asking()
    expect((await ask('GET', '/accounts/main/credentials', undefined, tokens.trader)).status).toBe(403)
    expect((await ask('GET', '/accounts/main/credentials', undefined, limited)).status).toBe(200)
    expect((await ask('GET', '/accounts/other/credentials', undefined, limited)).status).toBe(404)
  })
})

describe('/audit', () => {
  test('has who, what, about whom, and how it was before and after', async () => {
    const { ask, tokens } = asking()
    await ask('POST', '/accounts/main/pause?wait=false', { reason: 'noon' }, tokens.trader)
    const [row] = await itemsOf(ask('GET', '/audit'))
    expect(row).toMatchObject({
      by: 'token:trader',
      peer: 'local',
      action: 'POST /accounts/main/pause',
      scope: 'trade',
      account_ids: ['main'],
      status: 202,
      code: null,
      before: { main: { state: expect.any(String) } },
      after: { main: { state: expect.any(String), done: expect.any(Boolean) } },
    })
    expect(row?.request_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('has refusals too, and looks at what only an admin sees; not reads', async () => {
    const { ask, tokens } = asking()
    await ask('GET', '/positions')
    await ask('POST', '/accounts/main/panic', {}, tokens.reader)
    await ask('POST', '/accounts/other/panic', {}, tokens.trader)
    await ask('GET', '/tokens')
    await ask('POST', '/tokens', { id: 'desk', scopes: ['read'], accounts: '*' })
    const rows = await itemsOf(ask('GET', '/audit'))
    const told = rows.map(each => [each.by, each.action, each.scope, each.status, each.code].join(' '))
    expect(told.toSorted()).toEqual(
      [
        'token:owner GET /tokens admin 200 ',
        'token:owner POST /tokens admin 200 ',
        'token:reader POST /accounts/main/panic  403 scope_missing',
        'token:trader POST /accounts/other/panic trade 404 account_unknown',
      ].toSorted(),
    )
    expect(JSON.stringify(rows)).not.toMatch(/latch_[\w-]{43}/)
  })

  test('shows an admin of some accounts what is about those', async () => {
    const { ask, limited } = asking()
    await ask('POST', '/accounts/main/pause', {})
    await ask('POST', '/accounts/other/pause', {})
    await ask('POST', '/emergency-stop', {})
    const rows = await itemsOf(ask('GET', '/audit', undefined, limited))
    expect(rows.map(each => each.action)).toEqual(['POST /accounts/main/pause'])
    expect((await ask('GET', '/audit?account_id=other', undefined, limited)).status).toBe(404)
    const about = await itemsOf(ask('GET', '/audit?account_id=other'))
    expect(about.map(each => String(each.action)).toSorted()).toEqual([
      'POST /accounts/other/pause',
      'POST /emergency-stop',
    ])
  })

  test('is paged without a gap, newest first', async () => {
    const { ask, clock } = asking()
    for (let index = 0; index < 25; index += 1) {
      clock.now += index % 3
      await ask('POST', '/accounts/main/pause', {})
    }
    const seen: unknown[] = []
    let cursor: string | null = null
    do {
      const page: Record<string, unknown> = await jsonOf(
        ask('GET', `/audit?account_id=main&limit=7${cursor === null ? '' : `&cursor=${cursor}`}`),
      )
      seen.push(...(page.items as { request_id: string }[]).map(each => each.request_id))
      cursor = page.next as string | null
    } while (cursor !== null)
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
  })

  test('takes an admin', async () => {
    const { ask, tokens } = asking()
    expect((await ask('GET', '/audit', undefined, tokens.trader)).status).toBe(403)
  })

  test('a row that cannot be written is logged, and the command is carried out', async () => {
    const { ask, audit, engine, logged } = asking()
    audit.append = () => {
      throw new Error('disk full')
    }
    expect((await ask('POST', '/accounts/main/panic', {})).status).toBe(200)
    expect(engine.said).toHaveLength(1)
    expect(logged.at(-1)?.message).toBe('the audit row could not be written')
  })
})
