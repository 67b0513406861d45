import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxDrawdown } from '../../../domain/performance/drawdown.ts'
import { PERIODS } from '../../../domain/performance/periods.ts'
import { type PerformanceInput, performanceOf } from '../../../domain/performance/performance.ts'
import { periodSpans, type SnapshotInput, snapshotsOf } from '../../../domain/performance/snapshots.ts'
import { within } from '../../../domain/performance/window.ts'
import { dec } from '../../../domain/units.ts'
import { DAY, trade } from './given.ts'

const SETTINGS: PerformanceInput['settings'] = {
  riskFreeRatio: 0,
  sortinoTargetRatio: 0,
  annualisationDays: 252,
  sortinoDenominator: 'all',
}
/** A Thursday. */
const BEGIN = Date.UTC(2026, 0, 1)
const FIVE_MINUTES = 300_000

const given = (changes: Partial<SnapshotInput> = {}): SnapshotInput => ({
  equity: [],
  flows: [],
  trades: [],
  settings: SETTINGS,
  opening: '1000',
  beganAt: BEGIN,
  now: BEGIN + 40 * DAY,
  ...changes,
})

/** A mark every five minutes over 40 days, one more unit each day. */
const fortyDays = given({
  equity: Array.from({ length: (40 * DAY) / FIVE_MINUTES }, (_, index) => {
    const at = BEGIN + (index + 1) * FIVE_MINUTES
    return { at, equity: String(1000 + Math.ceil((at - BEGIN) / DAY)) }
  }),
})
const rowsOf = (input: SnapshotInput, period: (typeof PERIODS)[number]) =>
  snapshotsOf(input, periodSpans(input, period))
const date = (at: number) => new Date(at).toISOString().slice(0, 10)

describe('40 days from 2026-01-01', () => {
  test('are 40 days, none of them partial', () => {
    const rows = rowsOf(fortyDays, 'day')
    expect(rows).toHaveLength(40)
    expect(rows.filter(each => each.partial)).toEqual([])
    expect([date(rows[0]?.startAt ?? 0), date(rows[39]?.startAt ?? 0)]).toEqual(['2026-01-01', '2026-02-09'])
    expect(rows.map(each => each.equity)).toEqual(rows.map((_, index) => String(1001 + index)))
    expect(rows[0]).toMatchObject({ returnPercent: '0.1', markedAt: BEGIN + DAY })
  })

  test('are 7 ISO weeks, of which the first and the last are partial', () => {
    const rows = rowsOf(fortyDays, 'week')
    expect(rows.map(each => [date(each.startAt), each.partial])).toEqual([
      ['2025-12-29', true],
      ['2026-01-05', false],
      ['2026-01-12', false],
      ['2026-01-19', false],
      ['2026-01-26', false],
      ['2026-02-02', false],
      ['2026-02-09', true],
    ])
  })

  test('are 2 months, of which the second is partial', () => {
    const rows = rowsOf(fortyDays, 'month')
    expect(rows.map(each => [date(each.startAt), date(each.endAt), each.partial])).toEqual([
      ['2026-01-01', '2026-02-01', false],
      ['2026-02-01', '2026-03-01', true],
    ])
    expect(rows.map(each => each.returnPercent)).toEqual(['3.1', '0.872938894277'])
  })

  test('a day that is not over is partial, and one that began late', () => {
    const started = BEGIN + DAY / 2
    const input = { ...fortyDays, beganAt: started, now: BEGIN + 3 * DAY - 1 }
    const equity = fortyDays.equity.filter(each => each.at > started && each.at < input.now)
    const rows = rowsOf({ ...input, equity }, 'day')
    expect(rows.map(each => each.partial)).toEqual([true, false, true])
  })
})

describe('a snapshot', () => {
  test('of an account that begins at midnight has no row for the day before', () => {
    const input = given({
      equity: [
        { at: BEGIN, equity: '1000' },
        { at: BEGIN + DAY, equity: '1010' },
      ],
    })
    expect(rowsOf(input, 'day').map(each => date(each.startAt))).toEqual(['2026-01-01'])
  })

  test('counts a trade that closes at 00:00 to the day that ends there', () => {
    const equity = [1, 2].map(day => ({ at: BEGIN + day * DAY, equity: '1000' }))
    const trades = [
      trade(5, { exitAt: BEGIN + DAY }),
      trade(-2, { exitAt: BEGIN + DAY + 1 }),
      trade(1, { exitAt: BEGIN + 2 * DAY }),
    ]
    const rows = rowsOf(given({ equity, trades }), 'day')
    expect(rows.map(each => [each.trades, each.netPnl, each.toDate.trades])).toEqual([
      [1, '5', 1],
      [2, '-1', 3],
    ])
    expect(rows[0]?.toDate.winRatePercent).toBe('100')
  })

  test('of a day without a mark is not there, and its return is in the next one', () => {
    const equity = [1, 4].map(day => ({ at: BEGIN + day * DAY, equity: String(1000 + 10 * day) }))
    const rows = rowsOf(given({ equity }), 'day')
    expect(rows.map(each => date(each.startAt))).toEqual(['2026-01-01', '2026-01-04'])
    expect(rows[1]?.returnPercent).toBe('2.970297029703')
  })

  test('is the same whether its neighbours are asked for or not', () => {
    const spans = periodSpans(fortyDays, 'week')
    const [third] = snapshotsOf(fortyDays, spans.slice(2, 3))
    expect(third).toEqual(rowsOf(fortyDays, 'week')[2])
  })

  const lives = fc
    .record({
      steps: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
      values: fc.array(fc.integer({ min: 500, max: 2000 }), { minLength: 30, maxLength: 30 }),
      paid: fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: -90, max: 90 })), {
        maxLength: 3,
      }),
      results: fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: -9, max: 9 })), {
        maxLength: 5,
      }),
    })
    .map(({ steps, values, paid, results }) => {
      const hour = 3_600_000
      let at = BEGIN
      const equity = steps.map((step, index) => {
        at += step * hour
        return { at, equity: String(values[index]) }
      })
      const before = (when: number): boolean => BEGIN + when * hour <= at
      return given({
        equity,
        flows: paid
          .filter(([when]) => before(when))
          .toSorted(([one], [other]) => one - other)
          .map(([when, amount]) => ({ at: BEGIN + when * hour, amount: String(amount) })),
        trades: results
          .filter(([when]) => before(when))
          .map(([when, pnl]) => trade(pnl, { exitAt: BEGIN + when * hour })),
        now: at,
      })
    })

  test('of the newest period says what the metrics of the whole life say', () => {
    fc.assert(
      fc.property(lives, fc.constantFrom(...PERIODS), (life, period) => {
        const last = rowsOf(life, period).at(-1)
        const { totalReturnPercent, sharpe, sortino, winRatePercent, maxDrawdownPercent, trades } =
          performanceOf(life)
        expect(last?.toDate).toEqual({
          totalReturnPercent,
          sharpe,
          sortino,
          winRatePercent,
          maxDrawdownPercent,
          trades,
        })
      }),
      { numRuns: 1_000 },
    )
  })

  test('has every trade in exactly one period, and its sum in the last', () => {
    fc.assert(
      fc.property(lives, fc.constantFrom(...PERIODS), (life, period) => {
        // A period has a row when equity was marked in it.
        const spans = periodSpans(life, period)
        const isIn = (at: number) => spans.some(({ startAt, endAt }) => at > startAt && at <= endAt)
        const trades = life.trades.filter(each => isIn(each.exitAt))
        const rows = rowsOf({ ...life, trades }, period)
        expect(rows.reduce((sum, each) => sum + each.trades, 0)).toBe(trades.length)
        expect(rows.at(-1)?.toDate.trades).toBe(trades.length)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a window', () => {
  const life = given({
    equity: [1, 2, 3, 4].map(day => ({ at: BEGIN + day * DAY, equity: String(1000 + 10 * day) })),
    flows: [{ at: BEGIN + 2.5 * DAY, amount: '10' }],
    trades: [1, 2, 3].map(day => trade(day, { exitAt: BEGIN + day * DAY })),
  })

  test('without ends is the whole', () => {
    expect(within(life, {})).toEqual(life)
  })

  test('begins with the equity at its start, and takes in what happens exactly at its end', () => {
    const part = within(life, { from: BEGIN + DAY, to: BEGIN + 2 * DAY })
    expect(part.opening).toBe('1010')
    expect(part.equity.map(each => each.equity)).toEqual(['1020'])
    expect(part.trades.map(each => each.pnl)).toEqual(['2'])
    expect(part.flows).toEqual([])
    expect(performanceOf(part).totalReturnPercent).toBe('0.990099009901')
  })

  test('takes money that was paid in out of its return', () => {
    const part = within(life, { from: BEGIN + 2 * DAY })
    expect(performanceOf(part).totalReturnPercent).toBe('0.970873786408')
  })

  test('before the account began has no metrics', () => {
    const metrics = performanceOf(within(life, { to: BEGIN }))
    expect([metrics.totalReturnPercent, metrics.maxDrawdownPercent, metrics.trades]).toEqual([null, null, 0])
  })

  test('days side by side chain to the return of them together', () => {
    const each = [1, 2, 3].map(day =>
      Number(
        performanceOf(within(life, { from: BEGIN + day * DAY, to: BEGIN + (day + 1) * DAY }))
          .totalReturnPercent,
      ),
    )
    const chained = each.reduce((product, percent) => product * (1 + percent / 100), 1) - 1
    const together = Number(performanceOf(within(life, { from: BEGIN + DAY })).totalReturnPercent)
    expect(chained * 100).toBeCloseTo(together, 9)
  })
})

describe('the deepest fall', () => {
  /** Every snapshot in decimals, as the formula is written down. */
  const byFormula = (points: SnapshotInput['equity'], opening: string | null): string | null => {
    const [first] = points
    if (first === undefined) return null
    let peak = dec(opening ?? first.equity)
    let worst = dec(0)
    for (const { equity } of points) {
      if (peak.lt(equity)) peak = dec(equity)
      const ratio = peak.minus(equity).div(peak)
      if (ratio.gt(worst)) worst = ratio
    }
    return worst.toFixed(30)
  }

  test('is that of the formula, to the last digit, however close the snapshots are to one another', () => {
    const close = fc.constantFrom('1000', '1000.00000001', '999.99999999', '999.9999999999999999')
    const spread = fc.integer({ min: 1, max: 200_000 }).map(cents => (cents / 100).toFixed(2))
    const values = fc.array(fc.oneof(spread, close), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(values, fc.option(spread, { nil: null }), (list, opening) => {
        const points = list.map((equity, index) => ({ at: BEGIN + index, equity }))
        const found = maxDrawdown(points, [], opening)
        const wanted = byFormula(points, opening)
        expect(
          found?.ratio
            .minus(wanted ?? 0)
            .abs()
            .lt('1e-28'),
        ).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
