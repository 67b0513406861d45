import { describe, expect, test } from 'vitest'
import { AlertBook } from '../../../actors/operations/alert-book.ts'
import { AlertRules } from '../../../actors/operations/alert-rules.ts'
import { changesOf } from '../../../actors/operations/checks.ts'
import { Dispatcher } from '../../../actors/operations/dispatcher.ts'
import { NO_ALERTS, type Notice, type Notifier } from '../../../domain/alert.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { Resources } from '../../../domain/health.ts'
import { createFakeEngine } from '../../http/fake-engine.ts'
import { AT, fact, failedCall, given } from './given-facts.ts'

const newsOf = (...facts: Fact[]): string[] => {
  const rules = new AlertRules({ nakedMs: 5_000, modelFailures: 3 })
  const book = new AlertBook()
  return facts.flatMap(each =>
    rules
      .changes(each)
      .flatMap(change => book.apply(change, each.at))
      .map(({ event, alert }) => `${event} ${alert.level} ${alert.code}`),
  )
}
const moved = (to: string, reason: string | null = null) =>
  fact({ type: 'account.moved', from: 'idle', to, until: null, reason })

describe('alerts of facts', () => {
  const failure = () => fact({ type: 'account.failed', message: 'boom', restartAt: AT + 1_000 })
  const protection = {
    positionId: 'p',
    symbol: 'BTC',
    stopPrice: '1',
    targetPrice: null,
    stopOrderId: 's',
    targetOrderId: null,
  }

  test.each<[string, Fact[], string[]]>([
    [
      'an account that fails is told once, and cleared when it rests again',
      [failure(), failure(), moved('reconciling'), moved('idle')],
      ['raised critical account_failed', 'cleared critical account_failed'],
    ],
    [
      'an account that cannot use its venue, until it can, not while it only asks again',
      [moved('degraded'), moved('reconciling'), moved('degraded'), moved('reconciling'), moved('idle')],
      ['raised critical account_degraded', 'cleared critical account_degraded'],
    ],
    [
      'a limit trips and is armed again',
      [
        fact({ type: 'limit.tripped', limit: 'drawdown', line: '0.25', actual: '0.26' }),
        fact({ type: 'limit.rearmed', limit: 'drawdown' }),
      ],
      ['raised critical drawdown_limit', 'cleared critical drawdown_limit'],
    ],
    [
      'a drawdown to be warned of',
      [fact({ type: 'limit.tripped', limit: 'drawdown_warn', line: '0.15', actual: '0.16' })],
      ['raised warning drawdown_warning'],
    ],
    [
      'a stop that came too late',
      [fact({ type: 'protection.confirmed', ...protection, nakedMs: 5_001 } as never)],
      ['told critical naked_too_long'],
    ],
    ['a stop in time', [fact({ type: 'protection.confirmed', ...protection, nakedMs: 5_000 } as never)], []],
    [
      'a position that was liquidated',
      [fact({ type: 'trade.closed', trade: { ...given.trade, exitReason: 'liquidation' } })],
      ['told critical liquidation'],
    ],
    ['a position that met its target', [fact({ type: 'trade.closed', trade: given.trade })], []],
    [
      'a model that is switched off, and answers again',
      [failedCall('model_not_found'), fact({ type: 'model.called', call: given.call })],
      ['raised critical model_off', 'cleared critical model_off'],
    ],
    [
      'a model that fails three times in a row',
      [failedCall('timeout'), failedCall('timeout'), failedCall('timeout'), failedCall('timeout')],
      ['raised warning model_failing'],
    ],
    [
      'a budget that is spent',
      [
        fact({
          type: 'decision.recorded',
          decision: {
            ...given.decision,
            code: 'model_budget_spent',
            limit: '25 USD a month',
            actual: '25.1 USD',
          },
        }),
      ],
      ['raised warning model_budget_spent'],
    ],
    [
      'an order that is not known, and found again',
      [
        fact({
          type: 'order.unknown',
          clientOrderId: given.order.clientOrderId,
          symbol: 'BTC',
          leg: 'stop',
          message: 'timeout',
        }),
        fact({ type: 'order.updated', leg: 'stop', order: given.order, positionId: 'p' }),
      ],
      ['raised warning order_unknown', 'cleared warning order_unknown'],
    ],
    [
      'panic',
      [
        fact({
          type: 'control.commanded',
          command: 'panic',
          by: 'token:owner',
          reason: null,
          symbol: null,
          fraction: null,
        }),
      ],
      ['told critical panic'],
    ],
  ])('%s', (_name, facts, expected) => {
    expect(newsOf(...facts)).toEqual(expected)
  })
})

describe('alerts of what is looked up', () => {
  const resources: Resources = {
    cpuSeconds: 1,
    cpuRatio: 0.1,
    memoryBytes: 200,
    heapBytes: 1,
    diskFreeBytes: 50,
    diskBytes: 100,
    loopLagMs: { p50: 1, p99: 80, max: 90 },
    openHandles: 1,
  }
  const engine = createFakeEngine()
  const sight = { status: engine.status(), positions: engine.positions(), dependencies: [], resources }
  const raised = (lines: Partial<typeof NO_ALERTS>, over: Partial<typeof sight> = {}): string[] =>
    changesOf({ ...sight, ...over }, { ...NO_ALERTS, ...lines }).flatMap(each =>
      each.do === 'raise' ? [each.subject.code] : [],
    )
  const late = { ...sight.status, feed: { ...sight.status.feed, ageSeconds: 301 } }
  const naked = [{ ...sight.positions[0]!, protected: false, nakedSeconds: 6 }]

  test.each<[string, Partial<typeof NO_ALERTS>, Partial<typeof sight>, string[]]>([
    ['nothing while every line is off', {}, { status: late }, []],
    ['a late candle', { dataAgeCandles: 5 }, { status: late }, ['data_stale']],
    ['a candle in time', { dataAgeCandles: 5 }, {}, []],
    ['a full disk', { diskFreeBytes: 51 }, {}, ['disk_low']],
    ['much memory', { memoryBytes: 199 }, {}, ['memory_high']],
    ['an event loop that stood still once', { loopLagMs: 89 }, {}, ['loop_lag']],
    ['an event loop in time', { loopLagMs: 90 }, {}, []],
    [
      'a slow store',
      { storeLag: 9 },
      { status: { ...sight.status, store: { kind: 'pglite', lag: 10 } } },
      ['store_slow'],
    ],
    ['a naked position', { nakedMs: 5_000 }, { positions: naked }, ['naked']],
    ['a position naked within its limit', { nakedMs: 6_000 }, { positions: naked }, []],
  ])('%s', (_name, lines, over, expected) => {
    expect(raised(lines, over)).toEqual(expected)
  })

  test('a threshold crossed raises once and clears once (B-87)', () => {
    const book = new AlertBook()
    const look = (status: typeof sight.status) =>
      changesOf({ ...sight, status }, { ...NO_ALERTS, dataAgeCandles: 5 }).flatMap(change =>
        book.apply(change, AT).map(news => news.event),
      )
    expect([look(late), look(late), look(sight.status), look(sight.status), look(late)]).toEqual([
      ['raised'],
      [],
      ['cleared'],
      [],
      ['raised'],
    ])
    expect(book.all().map(each => [each.id, each.clearedAt])).toEqual([
      [2, null],
      [1, AT],
    ])
  })
})

describe('the dispatcher', () => {
  const notice = (code: string, level: Notice['level'] = 'warning') =>
    ({ event: 'raised', level, code, accountId: null, message: code, at: AT }) as const

  const given = (perHourMax: number, failures = 0) => {
    const sent: Notice[] = []
    const waits: number[] = []
    const clock = { now: AT }
    const errors: string[] = []
    let left = failures
    const notifier: Notifier = {
      name: 'fake',
      send: each => {
        if (left > 0) {
          left -= 1
          return Promise.reject(new Error('no'))
        }
        sent.push(each)
        return Promise.resolve()
      },
    }
    const dispatcher = new Dispatcher({
      notifiers: [notifier],
      perHourMax,
      now: () => clock.now,
      wait: ms => Promise.resolve(void waits.push(ms)),
      onFailure: name => errors.push(name),
    })
    return { dispatcher, sent, waits, clock, errors }
  }

  test('more than the cap is held back, and told with the next', async () => {
    const { dispatcher, sent, clock } = given(2)
    for (const code of ['a', 'b', 'c', 'd']) dispatcher.send(notice(code))
    clock.now += 3_600_001
    dispatcher.send(notice('e'))
    await dispatcher.idle()
    expect(sent.map(each => [each.code, each.heldBack])).toEqual([
      ['a', 0],
      ['b', 0],
      ['e', 2],
    ])
  })

  test('the last tenth of the cap is for what is critical', async () => {
    const { dispatcher, sent } = given(10)
    for (let index = 0; index < 12; index += 1) dispatcher.send(notice('warning'))
    dispatcher.send(notice('bad', 'critical'))
    await dispatcher.idle()
    expect(sent.map(each => each.code)).toEqual([...Array.from({ length: 9 }, () => 'warning'), 'bad'])
  })

  test('a way that fails is tried three times, with longer waits', async () => {
    const { dispatcher, sent, waits, errors } = given(10, 2)
    dispatcher.send(notice('a'))
    await dispatcher.idle()
    expect([sent.length, waits, errors]).toEqual([1, [1_000, 2_000], []])
  })

  test('a notice that is given up on is told to the log, and the next one goes out', async () => {
    const { dispatcher, sent, errors } = given(10, 3)
    dispatcher.send(notice('a'))
    dispatcher.send(notice('b'))
    await dispatcher.idle()
    expect([sent.map(each => each.code), errors]).toEqual([['b'], ['fake']])
    expect(dispatcher.deliveries()).toEqual([{ name: 'fake', sent: 1, failed: 1, lastError: null }])
  })
})
