import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GROUPINGS, tradeGroups } from '../../../domain/performance/groups.ts'
import { tradeMetrics } from '../../../domain/performance/trades.ts'
import { dec } from '../../../domain/units.ts'
import { DAY, trade } from './given.ts'

/** A Thursday. */
const BEGIN = Date.UTC(2026, 0, 1)
const TRADES = [
  trade(10, { symbol: 'BTC', side: 'long', exitReason: 'target', exitAt: BEGIN + DAY, decisionId: 'a' }),
  trade(-4, { symbol: 'ETH', side: 'short', exitReason: 'stop', exitAt: BEGIN + 5 * DAY, decisionId: 'b' }),
  trade(3, { symbol: 'BTC', side: 'short', exitReason: 'stop', exitAt: BEGIN + 40 * DAY, decisionId: null }),
]
const strategies = new Map([
  ['a', 'signals'],
  ['b', 'analysts'],
])
const sumsBy = (grouping: (typeof GROUPINGS)[number]) =>
  tradeGroups(TRADES, grouping, id => strategies.get(id)).map(({ key, metrics }) => [key, metrics.netPnl])

describe('trades', () => {
  test.each([
    {
      by: 'asset',
      groups: [
        ['BTC', '13'],
        ['ETH', '-4'],
      ],
    },
    {
      by: 'direction',
      groups: [
        ['long', '10'],
        ['short', '-1'],
      ],
    },
    {
      by: 'strategy',
      groups: [
        ['analysts', '-4'],
        ['signals', '10'],
        ['unknown', '3'],
      ],
    },
    {
      by: 'exit_reason',
      groups: [
        ['stop', '-1'],
        ['target', '10'],
      ],
    },
    {
      by: 'day',
      groups: [
        ['2026-01-01', '10'],
        ['2026-01-05', '-4'],
        ['2026-02-09', '3'],
      ],
    },
    {
      by: 'week',
      groups: [
        ['2025-12-29', '10'],
        ['2026-01-05', '-4'],
        ['2026-02-09', '3'],
      ],
    },
    {
      by: 'month',
      groups: [
        ['2026-01-01', '6'],
        ['2026-02-01', '3'],
      ],
    },
  ] as const)('are put together by $by', ({ by, groups }) => {
    expect(sumsBy(by)).toEqual(groups)
  })

  test('of a group have the figures of trades', () => {
    const [btc] = tradeGroups(TRADES, 'asset')
    expect(btc?.metrics).toEqual(tradeMetrics(TRADES.filter(each => each.symbol === 'BTC')))
  })

  test('are in one group each, whatever they are grouped by', () => {
    const some = fc.array(
      fc.record({ pnl: fc.integer({ min: -50, max: 50 }), day: fc.integer({ min: 0, max: 400 }) }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(some, fc.constantFrom(...GROUPINGS), (list, by) => {
        const trades = list.map(({ pnl, day }) =>
          trade(pnl, { exitAt: BEGIN + day * DAY, symbol: `A${day % 3}` }),
        )
        const groups = tradeGroups(trades, by)
        expect(groups.reduce((sum, { metrics }) => sum + metrics.trades, 0)).toBe(trades.length)
        const net = groups.reduce((sum, { metrics }) => sum.plus(metrics.netPnl), dec(0))
        expect(net.toFixed()).toBe(tradeMetrics(trades).netPnl)
      }),
      { numRuns: 1_000 },
    )
  })
})
