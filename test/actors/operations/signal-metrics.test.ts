/** Whether signals were right, counted as the next decision on the asset is made. */
import { expect, test } from 'vitest'
import { Registry } from '../../../actors/operations/metrics.ts'
import { SignalMetrics } from '../../../actors/operations/signal-metrics.ts'
import { Watch } from '../../../actors/operations/watch.ts'
import { NO_ALERTS } from '../../../domain/alert.ts'
import { price } from '../../../domain/units.ts'
import { createFakeEngine } from '../../http/fake-engine.ts'
import { fact, given } from './given-facts.ts'

type Action = 'buy' | 'sell' | 'hold' | 'close'
const at = (action: Action, now: string | null, accountId = 'main') =>
  fact(
    {
      type: 'decision.recorded',
      decision: {
        ...given.decision,
        price: now === null ? null : price(now),
        proposal: { ...given.decision.proposal, action },
      },
    },
    accountId,
  )

const linesAfter = (...facts: ReturnType<typeof at>[]): string[] => {
  const registry = new Registry()
  const metrics = new SignalMetrics(registry, id => `model of ${id}`)
  for (const each of facts) metrics.note(each)
  return registry
    .text()
    .split('\n')
    .filter(each => each.startsWith('latch_signals_judged_total{'))
}
const line = (accountId: string, outcome: string, count: number): string =>
  `latch_signals_judged_total{account_id="${accountId}",model="model of ${accountId}",outcome="${outcome}"} ${count}`

test('a buy is right when the price rose, a sell when it fell; a price that stands is no hit', () => {
  expect(linesAfter(at('buy', '100'), at('sell', '101'), at('buy', '100'), at('hold', '100'))).toEqual([
    line('main', 'hit', 2),
    line('main', 'miss', 1),
  ])
})

test('holds are not judged, nor is what has no price; accounts are told apart', () => {
  expect(linesAfter(at('hold', '100'), at('buy', '101'), at('hold', '101', 'other'))).toEqual([])
  expect(linesAfter(at('buy', '100'), at('hold', null), at('hold', '99'))).toEqual([line('main', 'miss', 1)])
})

test('metrics of predictions and signals name the model, or the strategy where there is none', () => {
  const engine = createFakeEngine()
  const watch = new Watch({ engine, thresholds: NO_ALERTS, now: () => 0 })
  watch.start()
  for (const each of [at('buy', '100'), at('hold', '101')])
    engine.emit({ kind: 'fact', accountId: 'main', fact: each })
  expect(watch.metricsText(() => true)).toContain(
    'latch_signals_judged_total{account_id="main",model="signals",outcome="hit"} 1\n',
  )
  watch.stop()
})
