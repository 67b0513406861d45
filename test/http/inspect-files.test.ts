/** The inspector's page works offline and under the strict policy; what it reads is read by password, and nothing is said so. */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../domain/fact.ts'
import { isMove, presentMove } from '../../http/present/move.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const { app, get, tokens, engine } = createTestApp()
const FOLDER = join(import.meta.dirname, '../../http/static/inspect')
const files = globSync('*', { cwd: FOLDER }).toSorted()
const basic = (method: string, path: string) =>
  app.request(path, {
    method,
    headers: { Authorization: `Basic ${Buffer.from(`me:${tokens.owner}`).toString('base64')}` },
  })

describe('the page', () => {
  test.each(files)(
    '%s is served with its type, loads nothing from elsewhere, and sets text only',
    async name => {
      const response = await get(`/static/inspect/${name}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(
        name.endsWith('.css') ? /^text\/css/ : /^text\/javascript/,
      )
      const text = (await response.text()).replace("'http://www.w3.org/2000/svg'", '')
      expect(text).not.toMatch(/https?:|\/\/[a-z]|@import|\burl\((?!#)/i)
      expect(text).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\.style\b|'style'/,
      )
    },
  )

  test('itself has no script and no style of its own, and keeps its links under its prefix', async () => {
    const page = await (await get('/api/v1/inspect')).text()
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=| on\w+=|https?:/)
    expect(page).toContain('src="/api/v1/static/inspect/inspect.js"')
    expect((await get('/inspect')).headers.get('content-security-policy')).toContain("script-src 'self'")
  })

  test('the library that lays charts out comes from the engine, and evaluates nothing', async () => {
    const text = await (await get('/static/elk.js')).text()
    expect(text).toContain('ELK')
    expect(text).not.toMatch(/\beval\(|new Function\(/)
  })
})

describe('what the page reads', () => {
  test.each([
    '/inspect',
    '/status',
    '/accounts',
    '/actors',
    '/actors/main',
    '/machines/order',
    '/moves',
    '/inspect/ws',
  ])('%s is answered to the password a browser keeps', async path =>
    expect((await basic('GET', path)).status).toBe(200),
  )

  test('the password changes nothing and reads nothing else', async () => {
    expect((await basic('POST', '/accounts/main/pause')).status).toBe(401)
    expect((await basic('POST', '/emergency-stop')).status).toBe(401)
    expect((await basic('GET', '/orders')).status).toBe(401)
    expect(engine.said).toEqual([])
  })

  test('steps of the journal are those of the accounts a token sees', async () => {
    expect(new Set((await itemsOf(get('/moves?type=position'))).map(each => each.account_id))).toEqual(
      new Set(['main', 'other']),
    )
    const own = await itemsOf(get('/moves?type=position', tokens.limited))
    expect(new Set(own.map(each => each.actor))).toEqual(new Set(['main/position:BTC']))
    expect((await get('/moves?account_id=other', tokens.limited)).status).toBe(404)
    expect(engine.queries.at(-1)).toMatchObject({ action: 'position.moved', accountId: ['main'] })
  })

  test('when accounts came and went is told as steps from and to nowhere', async () => {
    await get('/moves?type=started')
    expect(engine.queries.at(-1)).toMatchObject({ action: 'account.started' })
    await get('/moves?type=administered', tokens.limited)
    expect(engine.queries.at(-1)).toMatchObject({ action: 'account.administered', accountId: ['main'] })
    const base = { seq: 1, at: 0, accountId: 'a' }
    const said = (change: 'added' | 'changed' | 'removed'): Fact => ({
      ...base,
      type: 'account.administered',
      change,
      by: 'me',
      reason: null,
      fields: [],
    })
    const steps = [said('added'), said('changed'), said('removed')].filter(isMove).map(presentMove)
    expect(steps.map(({ actor, from, to }) => [actor, from, to])).toEqual([
      ['a', 'none', 'reconciling'],
      ['a', 'any', 'none'],
    ])
  })

  test('a machine that is not there is said so', async () => {
    expect(await jsonOf(get('/machines/desk'))).toMatchObject({ code: 'machine_unknown', status: 404 })
  })
})
