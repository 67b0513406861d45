/** What an alert says when it is over, when that is, and what a person said that it is about. */
import { describe, expect, test } from 'vitest'
import { AlertBook, type AlertNews } from '../../../actors/operations/alert-book.ts'
import { AlertRules } from '../../../actors/operations/alert-rules.ts'
import { changesOf } from '../../../actors/operations/checks.ts'
import { Watch } from '../../../actors/operations/watch.ts'
import { NO_ALERTS } from '../../../domain/alert.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { Resources } from '../../../domain/health.ts'
import { createFakeEngine } from '../../http/fake-engine.ts'
import { AT, fact, failedCall, given } from './given-facts.ts'

const told = (...facts: Fact[]): string[] => {
  const rules = new AlertRules({ nakedMs: 5_000, modelFailures: 1 })
  const book = new AlertBook()
  return facts
    .flatMap(each => rules.changes(each))
    .flatMap(change => book.apply(change, AT))
    .map(news => `${news.event}: ${news.message}`)
}
const moved = (to: string, reason: string | null = null) =>
  fact({ type: 'account.moved', from: 'idle', to, until: null, reason })
const said = (command: 'panic' | 'rearm', reason: string | null) =>
  fact({ type: 'control.commanded', command, by: 'token:owner', reason, symbol: null, fraction: null })

describe('a halt', () => {
  test('is one alert through a whole panic, and over when the account is armed again', () => {
    const panic = ['halted', 'closing', 'reconciling', 'degraded', 'closing', 'reconciling', 'halted']
    const during = told(said('panic', null), ...panic.map(state => moved(state)))
    expect(during.filter(each => each.includes('halted'))).toEqual(['raised: Account main is halted.'])
    const after = told(...panic.map(state => moved(state)), said('rearm', null), moved('idle'))
    expect(after.at(-1)).toBe('cleared: Account main is no longer halted.')
  })

  test.each(['paused', 'cooldown', 'hysteresis', 'protected', 'stopped'])('is over in %s', state => {
    expect(told(moved('halted'), moved(state))).toHaveLength(2)
  })

  test('tells why, in the words of who said it', () => {
    expect(told(said('panic', 'drill by hand'), moved('halted', 'drill by hand'))).toEqual([
      'told: Account main: Panic was said by token:owner: drill by hand.',
      'raised: Account main is halted: drill by hand.',
    ])
  })
})

describe('what is said of an alert that is over', () => {
  const tripped = (limit: 'daily_loss' | 'drawdown' | 'drawdown_warn') =>
    fact({ type: 'limit.tripped', limit, line: '0.25', actual: '0.26' })
  const unknown = fact({
    type: 'order.unknown',
    clientOrderId: given.order.clientOrderId,
    symbol: 'BTC',
    leg: 'stop',
    message: 'timeout',
  })
  const answered = fact({ type: 'model.called', call: given.call })
  const spent = { ...given.decision, code: 'model_budget_spent', limit: '25', actual: '26' }

  test.each<[string, Fact, Fact]>([
    ['a failure', fact({ type: 'account.failed', message: 'boom', restartAt: AT }), moved('idle')],
    ['a venue', moved('degraded'), moved('idle')],
    ['a halt', moved('halted'), moved('idle')],
    ['a loss', tripped('daily_loss'), fact({ type: 'limit.rearmed', limit: 'daily_loss' })],
    ['a drawdown', tripped('drawdown'), fact({ type: 'limit.rearmed', limit: 'drawdown' })],
    ['a warning', tripped('drawdown_warn'), fact({ type: 'limit.rearmed', limit: 'drawdown_warn' })],
    ['an order', unknown, fact({ type: 'order.updated', leg: 'stop', order: given.order, positionId: 'p' })],
    ['a model that is off', failedCall('model_not_found'), answered],
    ['a model that fails', failedCall('timeout'), answered],
    ['a budget', fact({ type: 'decision.recorded', decision: spent }), answered],
  ])('does not read like %s', (_name, begins, ends) => {
    const [raised, cleared] = told(begins, ends)
    expect(raised).toMatch(/^raised: /)
    expect(cleared).toMatch(/^cleared: .*\.$/)
    expect(cleared?.slice('cleared: '.length)).not.toBe(raised?.slice('raised: '.length))
  })

  const resources: Resources = {
    cpuSeconds: 1,
    cpuRatio: 0.1,
    memoryBytes: 2e9,
    heapBytes: 1,
    diskFreeBytes: 1,
    diskBytes: 100,
    loopLagMs: { p50: 1, p99: 80, max: 90 },
    openHandles: 1,
  }

  test('is another sentence for everything that is looked up, too', () => {
    const engine = createFakeEngine()
    const status = engine.status()
    const sight = {
      status: { ...status, feed: { ...status.feed, ageSeconds: 900 }, store: { ...status.store, lag: 9 } },
      positions: engine.positions(['main']).map(each => ({ ...each, protected: false, nakedSeconds: 9 })),
      dependencies: [
        {
          kind: 'exchange' as const,
          name: 'paper',
          accountId: 'main',
          condition: 'failing' as const,
          detail: 'timeout',
          since: null,
        },
      ],
      resources,
    }
    const lines = {
      ...NO_ALERTS,
      nakedMs: 1,
      storeLag: 1,
      dataAgeCandles: 1,
      diskFreeBytes: 2,
      memoryBytes: 1,
      loopLagMs: 1,
    }
    const changes = changesOf(sight, lines)
    expect(changes.map(each => each.do)).toEqual(changes.map(() => 'raise'))
    expect(changes.length).toBeGreaterThanOrEqual(8)
    for (const each of changes) if (each.do === 'raise') expect(each.over).not.toBe(each.subject.message)
  })

  test('a standstill that a scrape has read is still seen by the next look', () => {
    const read = [400, 0].map(max => ({ ...resources, loopLagMs: { p50: 0, p99: 1, max } }))
    const clock = { now: AT }
    const watch = new Watch({
      engine: createFakeEngine(),
      thresholds: { ...NO_ALERTS, loopLagMs: 100 },
      now: () => clock.now,
      meter: { read: () => read.shift() ?? { ...resources, loopLagMs: { p50: 0, p99: 0, max: 0 } } },
    })
    const news: AlertNews[] = []
    const end = watch.onNews(each => news.push(each))
    watch.metricsText(() => true)
    clock.now += 3_000
    watch.look()
    clock.now += 5_000
    watch.look()
    expect(news.map(each => `${each.event} ${each.alert.code}`)).toEqual([
      'raised loop_lag',
      'cleared loop_lag',
    ])
    expect(news[0]?.message).toContain('400 ms')
    end()
  })
})
