import { describe, expect, test } from 'vitest'
import { FactMetrics } from '../../../actors/operations/fact-metrics.ts'
import { Registry } from '../../../actors/operations/metrics.ts'
import { PredictionMetrics } from '../../../actors/operations/prediction-metrics.ts'
import { predictedOf } from '../../../domain/performance/predictions.ts'
import { AT, fact, failedCall, given } from './given-facts.ts'

describe('the text of metrics', () => {
  test('counters and gauges have help, type, labels and values', () => {
    const registry = new Registry()
    const counter = registry.counter('a_total', 'Counts.\nTwo lines.')
    counter.add({ code: 'x' })
    counter.add({ code: 'x' }, 2)
    registry.gauge('b', 'Is.').set(-1.5)
    expect(registry.text()).toBe(
      '# HELP a_total Counts.\\nTwo lines.\n# TYPE a_total counter\na_total{code="x"} 3\n' +
        '# HELP b Is.\n# TYPE b gauge\nb -1.5\n',
    )
  })

  test('a label cannot end its line or its quotes', () => {
    const registry = new Registry()
    registry.counter('a_total', 'Counts.').add({ code: 'x"} 1\nfake_total 7\\' })
    expect(registry.text()).toContain('a_total{code="x\\"} 1\\nfake_total 7\\\\"} 1\n')
    expect(registry.text().split('\n')).toHaveLength(4)
  })

  test('a histogram adds up its buckets, and keeps what is beyond them', () => {
    const registry = new Registry()
    const histogram = registry.histogram('h', 'Takes.', [0.1, 1])
    for (const value of [0.05, 0.1, 0.5, 7, Number.NaN]) histogram.observe(value)
    expect(registry.text()).toContain(
      'h_bucket{le="0.1"} 2\nh_bucket{le="1"} 3\nh_bucket{le="+Inf"} 4\nh_sum 7.65\nh_count 4\n',
    )
  })

  test('labels nobody foresaw fill one series, not the memory', () => {
    const registry = new Registry()
    const counter = registry.counter('a_total', 'Counts.')
    for (let index = 0; index < 30_000; index += 1) counter.add({ code: `c${index}` })
    expect(counter.series().length).toBe(20_001)
    expect(registry.text()).toContain('a_total{code="other"} 10000\n')
  })

  test('series are shown to those who see their account', () => {
    const registry = new Registry()
    const gauge = registry.gauge('g', 'Is.')
    gauge.set(1, { account_id: 'main' })
    gauge.set(2, { account_id: 'other' })
    const text = registry.text(({ account_id: id }) => id === undefined || id === 'main')
    expect(text).toContain('account_id="main"')
    expect(text).not.toContain('other')
  })

  test('two metrics of one name are a fault of ours', () => {
    const registry = new Registry()
    registry.gauge('g', 'Is.')
    expect(() => registry.counter('g', 'Is.')).toThrow('two metrics are named g')
  })
})

describe('facts become metrics', () => {
  const textAfter = (...facts: Parameters<FactMetrics['note']>[0][]) => {
    const registry = new Registry()
    const metrics = new FactMetrics(registry)
    for (const each of facts) metrics.note(each)
    return registry.text()
  }

  test('decisions and refusals by code', () => {
    const text = textAfter(fact({ type: 'decision.recorded', decision: given.decision }, 'main', AT + 2_000))
    expect(text).toContain('latch_decisions_total{account_id="main",outcome="refused"} 1\n')
    expect(text).toContain('latch_refusals_total{account_id="main",code="heat_exceeded"} 1\n')
    expect(text).toContain('latch_decision_latency_seconds_sum{account_id="main"} 2\n')
  })

  test('orders, their latency, fills and trades', () => {
    const { order, fill, trade, realised } = given
    const request = { ...order, accountId: 'main' } as never
    const text = textAfter(
      fact({ type: 'intent.recorded', request, leg: 'stop', positionId: 'p', decisionId: null }),
      fact({ type: 'order.updated', leg: 'stop', order, positionId: 'p' }, 'main', AT + 250),
      fact({ type: 'order.updated', leg: 'stop', order, positionId: 'p' }, 'main', AT + 9_000),
      fact({ type: 'fill.booked', fill, leg: 'entry', positionId: 'p', realised }),
      fact({ type: 'trade.closed', trade }),
    )
    expect(text).toContain('latch_orders_total{account_id="main",leg="stop"} 1\n')
    expect(text).toContain('latch_order_latency_seconds_sum{account_id="main"} 0.25\n')
    expect(text).toContain('latch_order_latency_seconds_count{account_id="main"} 1\n')
    expect(text).toContain('latch_fills_total{account_id="main",leg="entry"} 1\n')
    expect(text).toContain('latch_trades_total{account_id="main",reason="target",result="win"} 1\n')
  })

  test('calls of models with cost and failures', () => {
    const text = textAfter(fact({ type: 'model.called', call: given.call }), failedCall('timeout'))
    expect(text).toMatch(/latch_model_calls_total\{account_id="main",purpose="\w+",outcome="failed"\} 1\n/)
    expect(text).toContain('latch_model_failures_total{account_id="main",failure="timeout"} 1\n')
    expect(text).toMatch(/latch_model_cost_usd_total\{account_id="main"\} [\d.]+\n/)
  })

  test('naked seconds are measured each time a stop is confirmed', () => {
    const body = {
      positionId: 'p',
      symbol: 'BTC',
      stopPrice: '1',
      targetPrice: null,
      stopOrderId: 's',
      targetOrderId: null,
    }
    const text = textAfter(fact({ type: 'protection.confirmed', ...body, nakedMs: 400 } as never))
    expect(text).toContain('latch_naked_seconds_sum{account_id="main"} 0.4\n')
  })
})

describe('predictions become metrics (D-53)', () => {
  const entry = (predictedRoiPct: number | null, decisionId: string) =>
    fact({
      type: 'decision.recorded',
      decision: {
        ...given.decision,
        decisionId,
        outcome: 'approved',
        proposal: { ...given.decision.proposal, action: 'buy', score: 0.5, predictedRoiPct, target: null },
      },
    })
  const exit = (pnl: string, decisionId: string) =>
    fact({ type: 'trade.closed', trade: { ...given.trade, pnl: pnl as never, decisionId } })
  const textAfter = (...facts: Parameters<PredictionMetrics['note']>[0][]) => {
    const registry = new Registry()
    const metrics = new PredictionMetrics(registry)
    for (const each of facts) metrics.note(each)
    return registry.text()
  }

  test('predicted and actual return of the last closed trade, and how often the sign was right', () => {
    const text = textAfter(entry(2, 'd1'), exit('1', 'd1'), entry(-1, 'd2'), exit('0', 'd2'), exit('5', 'd2'))
    expect(text).toContain('latch_prediction_roi_percent{account_id="main",kind="predicted"} -1\n')
    expect(text).toContain('latch_prediction_roi_percent{account_id="main",kind="actual"} 0\n')
    expect(text).toContain('latch_predictions_total{account_id="main",sign="right"} 1\n')
    expect(text).toContain('latch_predictions_total{account_id="main",sign="wrong"} 1\n')
    expect(text).toMatch(/latch_signal_score\{account_id="main",asset="\w+"\} 0\.5\n/)
  })

  test('an entry that said nothing predicted its target', () => {
    const { proposal } = given.decision
    const silent = { ...given.decision, proposal: { ...proposal, predictedRoiPct: null, target: null } }
    const way = Number(predictedOf(silent, given.trade).percent)
    expect(way).toBeGreaterThan(0)
    const text = textAfter(entry(null, 'd1'), exit('1', 'd1'))
    expect(text).toContain(`latch_prediction_roi_percent{account_id="main",kind="predicted"} ${way}\n`)
  })

  test('an entry without a target that said nothing, and a trade nobody decided, are neither', () => {
    const bare = fact({
      type: 'trade.closed',
      trade: { ...given.trade, targetPrice: null, decisionId: 'd1' },
    })
    const text = textAfter(entry(null, 'd1'), bare, exit('1', 'd9'))
    expect(text).not.toMatch(/latch_predictions_total\{|latch_prediction_roi_percent\{/)
  })
})
