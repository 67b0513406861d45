/** An account that is removed takes along what was told of it. */
import { expect, test } from 'vitest'
import type { AlertNews } from '../../../actors/operations/alert-book.ts'
import { Watch } from '../../../actors/operations/watch.ts'
import type { EngineEvent } from '../../../actors/engine-view.ts'
import { NO_ALERTS } from '../../../domain/alert.ts'
import type { Fact } from '../../../domain/fact.ts'
import { createFakeEngine } from '../../http/fake-engine.ts'
import { AT, fact, failedCall, given } from './given-facts.ts'

const watched = () => {
  const engine = createFakeEngine()
  const listeners = new Set<(event: EngineEvent) => void>()
  engine.subscribe = listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const watch = new Watch({
    engine,
    thresholds: { ...NO_ALERTS, nakedMs: 1, modelFailures: 2 },
    now: () => AT,
  })
  watch.start()
  watch.jobs.stop()
  const news: AlertNews[] = []
  watch.onNews(each => news.push(each))
  const hear = (...facts: Fact[]) => {
    for (const each of facts)
      for (const listener of listeners) listener({ kind: 'fact', fact: each } as EngineEvent)
  }
  return { engine, watch, news, hear }
}

const moved = (to: string, accountId = 'main') =>
  fact({ type: 'account.moved', from: 'idle', to, until: null, reason: null }, accountId)
const removed = fact({
  type: 'account.administered',
  change: 'removed',
  by: 'token:owner',
  reason: null,
  fields: [],
})
const troubles = [
  moved('halted'),
  fact({ type: 'limit.tripped', limit: 'drawdown', line: '0.25', actual: '0.26' }),
  fact({ type: 'account.failed', message: 'boom', restartAt: null }),
  failedCall('model_not_found'),
  fact({
    type: 'order.unknown',
    clientOrderId: given.order.clientOrderId,
    symbol: 'BTC',
    leg: 'stop',
    message: 'timeout',
  }),
]

test('every alert of it is over at once, and says why; those of others stay', () => {
  const { watch, news, hear } = watched()
  hear(...troubles, moved('halted', 'other'))
  expect(watch.health(() => true).alerts).toHaveLength(6)
  news.length = 0
  hear(removed)
  const report = watch.health(() => true)
  expect(report.alerts.map(each => each.accountId)).toEqual(['other'])
  expect(news.map(each => [each.event, each.alert.code])).toEqual(
    ['order_unknown', 'model_off', 'account_failed', 'drawdown_limit', 'account_halted'].map(code => [
      'cleared',
      code,
    ]),
  )
  expect(news.at(-1)?.message).toBe('Account main was removed. Over with it: Account main is halted.')
  expect(watch.alerts().filter(each => each.accountId === 'main')).toHaveLength(5)
})

test('a change of it that is no removal ends nothing', () => {
  const { watch, hear } = watched()
  hear(...troubles, { ...removed, change: 'changed' } as Fact)
  expect(watch.health(() => true).alerts).toHaveLength(5)
})

test('what is raised of it late is over at the next look', () => {
  const { engine, watch, hear } = watched()
  engine.settings.accounts = engine.settings.accounts.filter(each => each.id !== 'main')
  engine.positions = () => []
  hear(removed, failedCall('model_not_found'))
  expect(watch.health(() => true).alerts.map(each => each.code)).toEqual(['model_off'])
  watch.look()
  expect(watch.health(() => true).alerts).toEqual([])
})

test('failures of its model are counted anew when it comes back', () => {
  const { watch, hear } = watched()
  hear(failedCall('timeout'), removed, failedCall('timeout'))
  expect(watch.health(() => true).alerts).toEqual([])
  hear(failedCall('timeout'))
  expect(watch.health(() => true).alerts.map(each => each.code)).toEqual(['model_failing'])
})
