/** A client that knows nothing but the description follows a trade from its decision to its close. */
import { describe, expect, test } from 'vitest'
import { createAuthenticator, mintToken } from '../../http/auth.ts'
import { createApp } from '../../http/app.ts'
import { dec } from '../../domain/units.ts'
import { givenSeries } from '../actors/given.ts'
import { openEngine, WORDS } from '../actors/given-admin.ts'
import { openapiClient } from '../openapi-client.ts'

describe('a trade', () => {
  test('is followed from decision to close by what the description says', async () => {
    const { engine, store } = await openEngine(givenSeries(7, 1_500))
    const { token, stored } = mintToken('owner', { scopes: ['admin'], accounts: '*' }, 0)
    const silent = { warn: () => {}, error: () => {} }
    const app = createApp({ engine, auth: createAuthenticator([stored]), now: () => 0, log: silent })
    const headers = { Authorization: `Bearer ${token}` }
    const client = await openapiClient((path, init) =>
      Promise.resolve(app.request(path, { headers, ...init })),
    )
    const run = engine.run()
    const added = await client.send('POST', '/accounts', {}, { id: 'guest', ...WORDS })
    expect(added).toMatchObject({ account_id: 'guest', change: 'added', done: true })
    await run

    const [closed] = await client.list('/positions', { account_id: 'guest', status: 'closed' })
    expect(closed).toBeDefined()
    const decisions = await client.list('/decisions', {
      account_id: 'guest',
      outcome: 'approved',
      limit: '7',
    })
    const decision = decisions.find(each => each['decision_id'] === closed?.['decision_id'])
    expect(decision).toMatchObject({ asset: closed?.['asset'], code: null })

    const orders = await client.list('/orders', { account_id: 'guest', limit: '50' })
    const own = orders.filter(each => each['position_id'] === closed?.['position_id'])
    const entry = own.find(each => each['leg'] === 'entry')
    expect(entry).toMatchObject({ decision_id: decision?.['decision_id'], status: 'filled' })
    expect(own.some(each => each['leg'] === 'stop')).toBe(true)

    const fills = (await client.list('/trades', { account_id: 'guest', limit: '50' })).filter(
      each => each['position_id'] === closed?.['position_id'],
    )
    const sum = (key: string) =>
      fills.reduce((total, each) => total.plus(dec(String(each[key]) as never)), dec('0'))
    const net = sum('realized_pnl')
      .minus(sum('fee'))
      .minus(dec(String(closed?.['funding'])))
    expect(
      net
        .minus(dec(String(closed?.['net_pnl']) as never))
        .abs()
        .lt('0.00000001'),
    ).toBe(true)
    engine.close()
    await store.close()
  }, 60_000)
})
