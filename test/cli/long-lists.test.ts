/** Commands over more accounts than one page of the interface holds: none is left out. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { folder, latch } from './latch.ts'

const NOW = Date.UTC(2026, 0, 2, 12)
const COUNT = 5
const rows = Array.from({ length: COUNT }, (_, nth) => ({
  account_id: `a${nth}`,
  id: `a${nth}`,
  name: `Bot ${nth}`,
  status: nth === COUNT - 1 ? 'degraded' : 'active',
  state: 'idle',
  interval: '5m',
  last_decision_at: null,
}))

/** An engine whose lists have pages of two rows at most. */
const given = () => {
  const commanded: string[] = []
  const app = new Hono()
  app.get('/health', c => {
    return c.json({ status: 'ok', score: 100, data_age_s: 0, alerts: [], dependencies: [], jobs: [] })
  })
  app.get('/status', c => c.json({ now: new Date(NOW).toISOString() }))
  for (const path of ['/accounts', '/bots', '/performance/leaderboard']) {
    app.get(path, c => {
      const limit = 2
      const from = Number(c.req.query('cursor') ?? 0)
      const next = from + limit < COUNT ? String(from + limit) : null
      return c.json({ items: rows.slice(from, from + limit), total: COUNT, next })
    })
  }
  app.post('/accounts/:id/pause', c => {
    const account_id = c.req.param('id')
    commanded.push(account_id)
    return c.json({ acknowledged: true, items: [{ account_id, acknowledged: true, remaining: [] }] })
  })
  return new Promise<{ at: string[]; commanded: string[] }>(resolve => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ at: ['--url', `http://127.0.0.1:${port}`, '--token', 't'], commanded }),
    )
    onTestFinished(() => void server.close())
  })
}

test('health looks at every account', async () => {
  const { at } = await given()
  const { stdout, code } = await latch(['health', ...at], folder())
  expect(stdout).toContain('a4 is degraded')
  expect(code).toBe(1)
})

test('bots are listed to the last, and so is the leaderboard', async () => {
  const { at } = await given()
  expect((await latch(['bots', 'list', ...at], folder())).stdout).toMatch(/Bot 4[\s\S]*5 of 5 bots\n$/)
  for (const words of [['bots', 'list'], ['leaderboard']]) {
    const { stdout } = await latch([...words, '--json', ...at], folder())
    const body = JSON.parse(stdout) as { items: unknown[]; next: null }
    expect([body.items.length, body.next]).toEqual([COUNT, null])
  }
})

test('a command for all accounts reaches all of them', async () => {
  const { at, commanded } = await given()
  const { code } = await latch(['pause', '--all', ...at], folder())
  expect(code).toBe(0)
  expect(new Set(commanded).size).toBe(COUNT)
})
