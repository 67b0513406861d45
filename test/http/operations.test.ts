/** Metrics, alerts, logs and health over HTTP: who sees what. */
import { describe, expect, test } from 'vitest'
import { Watch } from '../../actors/operations/watch.ts'
import { NO_ALERTS } from '../../domain/alert.ts'
import type { LogQuery } from '../../domain/logs.ts'
import { createFakeEngine } from './fake-engine.ts'
import { START } from './fake-rows.ts'
import { createTestApp, itemsOf, jsonOf } from './setup.ts'

const LINE =
  '{"level":"INFO","time":"2026-01-02T03:00:00.000Z","component":"orders","account_id":"main","message":"sent \\u001b[31m"}'

const given = () => {
  const engine = createFakeEngine()
  const asked: LogQuery[] = []
  const logs = {
    read: (query: LogQuery) => Promise.resolve(void asked.push(query)).then(() => [LINE, 'cut off']),
  }
  const watch = new Watch({ engine, thresholds: NO_ALERTS, now: () => START, logs })
  watch.start()
  const failed = (accountId: string) =>
    engine.emit({
      kind: 'fact',
      accountId,
      fact: { seq: 1, at: START, accountId, type: 'account.failed', message: 'boom', restartAt: null },
    })
  return { ...createTestApp({}, {}, {}, watch), watch, asked, failed }
}

describe('/metrics', () => {
  test('is Prometheus text, for a token that reads', async () => {
    const { app, get, watch } = given()
    expect((await app.request('/metrics')).status).toBe(401)
    const response = await get('/metrics')
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const text = await response.text()
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? (-?[\d.e+-]+|NaN|[+-]Inf))$/,
      )
    }
    expect(text).toContain('latch_account_equity{account_id="main"} 1021.6\n')
    watch.stop()
  })

  test('a token for some accounts sees their series only', async () => {
    const { get, tokens, watch, failed } = given()
    failed('other')
    failed('main')
    const text = await (await get('/metrics', tokens.limited)).text()
    expect(text).toContain('latch_account_failures_total{account_id="main"} 1\n')
    expect(text).not.toContain('account_id="other"')
    watch.stop()
  })

  test('requests are counted by route, whatever the path says', async () => {
    const { get, watch } = given()
    await get('/accounts/main')
    await get('/api/v1/accounts/other/')
    for (let index = 0; index < 5; index += 1) await get(`/nothing-${index}`)
    const text = await (await get('/metrics')).text()
    expect(text).toContain(
      'latch_http_requests_total{method="GET",route="/accounts/:account_id",status="200"} 2\n',
    )
    expect(text).toContain('latch_http_requests_total{method="GET",route="unmatched",status="404"} 5\n')
    expect(text).toContain('latch_http_request_duration_seconds_count{route="unmatched"} 5\n')
    watch.stop()
  })
})

describe('/alerts', () => {
  test('lists those of the accounts a token sees, newest first', async () => {
    const { get, tokens, failed, watch } = given()
    failed('main')
    failed('other')
    expect((await itemsOf(get('/alerts'))).map(each => each.account_id)).toEqual(['other', 'main'])
    expect((await itemsOf(get('/alerts', tokens.limited))).map(each => each.account_id)).toEqual(['main'])
    expect((await itemsOf(get('/alerts?limit=1')))[0]).toMatchObject({ code: 'account_failed', active: true })
    expect(await itemsOf(get('/alerts?active=false'))).toEqual([])
    expect((await get('/alerts?account_id=other', tokens.limited)).status).toBe(404)
    watch.stop()
  })
})

describe('/health and /status', () => {
  test('the public one says no more than how it is', async () => {
    const { app, failed, watch } = given()
    expect(await jsonOf(app.request('/health'))).toEqual({ status: 'ok' })
    failed('other')
    expect(await jsonOf(app.request('/health'))).toEqual({ status: 'degraded' })
    watch.stop()
  })

  test('with a token it says why: score, alerts, jobs, what is outside, and how old the data is (C-73)', async () => {
    const { app, get, tokens, failed, watch } = given()
    failed('other')
    const whole = await jsonOf(get('/health'))
    expect(whole).toMatchObject({ status: 'degraded', score: 80, data_age_s: 5, data_fresh: true })
    expect(whole).toMatchObject({
      alerts: [{ level: 'critical' }],
      jobs: [{ name: 'look' }, { name: 'figures' }],
    })
    expect(Array.isArray(whole.dependencies)).toBe(true)
    expect(whole.uptime_s).toBeGreaterThanOrEqual(0)
    expect(await jsonOf(get('/health', tokens.limited))).toMatchObject({
      status: 'ok',
      score: 100,
      alerts: [],
    })
    const wrong = await app.request('/health', { headers: { Authorization: 'Bearer latch_wrong' } })
    expect(wrong.status).toBe(401)
    expect(await jsonOf(get('/status'))).toMatchObject({ jobs: whole.jobs })
    watch.stop()
  })

  test('details are for those who may see them', async () => {
    const { get, tokens, failed, watch } = given()
    failed('other')
    const healthOf = async (token?: string) =>
      (await jsonOf(get('/status', token))).health as {
        score: number
        alerts: unknown[]
        jobs: { name: string }[]
      }
    const [whole, limited] = [await healthOf(), await healthOf(tokens.limited)]
    expect([whole.score, whole.alerts.length]).toEqual([80, 1])
    expect([limited.score, limited.alerts.length]).toEqual([100, 0])
    expect(whole.jobs.map(each => each.name)).toEqual(['look', 'figures'])
    watch.stop()
  })
})

describe('/logs', () => {
  test('files are named from a list, never by a path (B-74)', async () => {
    const { get, asked, watch } = given()
    for (const file of ['../../etc/passwd', 'app.log', '%2e%2e', '']) {
      expect((await get(`/logs?file=${encodeURIComponent(file)}`)).status).toBe(422)
    }
    expect(asked).toEqual([])
    expect((await get('/logs?file=errors&lines=5&level=WARNING&q=boom')).status).toBe(200)
    expect(asked).toEqual([{ file: 'errors', lines: 5, level: 'WARNING', text: 'boom' }])
    expect((await get('/logs?lines=1001')).status).toBe(422)
    watch.stop()
  })

  test('lines are shown with what cannot be seen made visible', async () => {
    const { get, watch } = given()
    const [line, cut] = await itemsOf(get('/logs'))
    expect(line).toMatchObject({ level: 'INFO', account_id: 'main', message: 'sent \\u{1b}[31m', line: LINE })
    expect(cut).toMatchObject({ level: null, line: 'cut off' })
    watch.stop()
  })

  test('a token for some accounts reads their lines only', async () => {
    const { get, tokens, asked, watch } = given()
    await get('/logs', tokens.limited)
    await get('/logs?account_id=main', tokens.owner)
    expect(asked.map(each => each.accounts)).toEqual([['main'], ['main']])
    expect((await get('/logs?account_id=other', tokens.limited)).status).toBe(404)
    watch.stop()
  })

  test('download=1 is a file of lines', async () => {
    const { get, watch } = given()
    const response = await get('/logs?download=1')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="latch-app.jsonl"')
    expect(await response.text()).toBe(`${LINE}\ncut off\n`)
    watch.stop()
  })

  test('a file has as many lines as were asked for, else all there are', async () => {
    const { get, asked, watch } = given()
    for (const query of ['', '&lines=2', '&limit=3']) await get(`/logs?download=1${query}`)
    expect(asked.map(each => each.lines)).toEqual([50_000, 2, 3])
    watch.stop()
  })
})
