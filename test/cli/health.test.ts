/** What is wrong with a running engine, as `latch health` says it, and what the monitor does about it. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AccountRow, type HealthRow, troublesOf } from '../../cli/health-command.ts'
import { folder, latch, startLatch } from './latch.ts'

const NOW = Date.UTC(2026, 0, 2, 12)
const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString()
const WELL: HealthRow = { status: 'ok', score: 100, data_age_s: 0, alerts: [], dependencies: [], jobs: [] }
const bot = (change: Partial<AccountRow> = {}): AccountRow => ({
  account_id: 'bot',
  status: 'active',
  state: 'idle',
  interval: '5m',
  last_decision_at: ago(5),
  ...change,
})

describe('what is wrong', () => {
  test('an account that has decided nothing for more than three of its candles is stuck', () => {
    expect(troublesOf(WELL, [bot(), bot({ last_decision_at: ago(15) })], NOW)).toEqual([])
    expect(troublesOf(WELL, [bot({ last_decision_at: ago(16) })], NOW)).toEqual([
      { what: `bot is idle and has decided nothing since ${ago(16)}`, accountId: 'bot' },
    ])
    const old = { last_decision_at: ago(99) }
    const resting = [{ ...old, status: 'paused' }, { ...old, state: 'cooldown' }, { last_decision_at: null }]
    expect(troublesOf(WELL, resting.map(bot), NOW)).toEqual([])
  })

  test('an account is named once, with what can be done; the rest is told', () => {
    const health: HealthRow = {
      ...WELL,
      dependencies: [
        { kind: 'exchange', name: 'paper', account_id: 'bot', condition: 'failing', detail: 'gone' },
        { kind: 'model', name: 'm', account_id: 'other', condition: 'degraded', detail: null },
        { kind: 'store', name: 'pglite', account_id: null, condition: 'ok', detail: null },
      ],
      alerts: [{ level: 'critical', code: 'disk_low', account_id: null, message: 'full' }],
      jobs: [
        { name: 'look', last_error: null },
        { name: 'figures', last_error: 'no' },
      ],
    }
    expect(troublesOf(health, [bot({ status: 'degraded' })], NOW)).toEqual([
      { what: 'bot is degraded', accountId: 'bot' },
      { what: 'model m is degraded', accountId: null },
      { what: 'critical disk_low: full', accountId: null },
      { what: 'job figures failed: no', accountId: null },
    ])
  })
})

describe('latch health monitor --once (C-71)', () => {
  /** An engine with a planted stuck bot that a comparison does or does not free. */
  const given = (isFreed: boolean) => {
    const asked: unknown[] = []
    const app = new Hono()
    app.get('/health', c => c.json(WELL))
    app.get('/status', c => c.json({ now: new Date(NOW).toISOString() }))
    app.get('/accounts', c => c.json({ items: [bot({ last_decision_at: ago(60) })], next: null }))
    app.post('/reconcile', async c => {
      asked.push(await c.req.json())
      return c.json({ items: [{ account_id: 'bot', done: isFreed }] })
    })
    return new Promise<{ url: string; asked: unknown[] }>(resolve => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve({ url: `http://127.0.0.1:${port}`, asked }),
      )
      onTestFinished(() => void server.close())
    })
  }

  test('reports a stuck bot and has it compared with its venue', async () => {
    const { url, asked } = await given(true)
    const { code, stdout, stderr } = await latch(
      ['health', 'monitor', '--once', '--url', url, '--token', 't'],
      folder(),
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /ok, score 100\n {2}bot is idle and has decided nothing since .* \(compared with its venue now: agreed\)\n/,
    )
    expect(asked).toEqual([{ account_id: ['bot'] }])
  })

  test('says by its code that one could not be freed', async () => {
    const { url } = await given(false)
    const words = ['health', 'monitor', '--once', '--json', '--url', url, '--token', 't']
    const { code, stdout } = await latch(words, folder())
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ troubles: [{ accountId: 'bot', mended: false }] })
  })

  test('finds nothing wrong with an engine that is well', async () => {
    const cwd = folder()
    // This machine may be busy with other tests.
    const engine = startLatch(cwd, { ALERT_LOOP_LAG_MS: 'off' })
    const [, url = ''] = await engine.seen(/(http:\/\/127\.0\.0\.1:\d+)/)
    for (const words of [['health'], ['health', 'monitor', '--once']]) {
      const { code, stdout, stderr } = await latch([...words, '--url', url, '--data-dir', 'data'], cwd)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^\S+ {2}ok, score 100\n$/)
    }
    engine.child.kill('SIGINT')
    expect(await engine.ended).toBe(0)
  })
})
