import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DailyCloses } from '../../../domain/performance/daily-closes.ts'
import { performanceOf } from '../../../domain/performance/performance.ts'
import { addTrade, NO_TRADES, runningMetrics } from '../../../domain/performance/running.ts'
import { tradeMetrics } from '../../../domain/performance/trades.ts'
import { money, ZERO_MONEY } from '../../../domain/units.ts'

const cents = fc.integer({ min: -1_000_000, max: 1_000_000 }).map(value => money(value / 100))
const settings = {
  riskFreeRatio: 0,
  sortinoTargetRatio: 0,
  annualisationDays: 365,
  sortinoDenominator: 'all' as const,
}
const HOUR = 3_600_000

test('figures folded trade by trade are those of all the trades together', () => {
  const trade = fc.record({
    pnl: fc.oneof(cents, fc.constant(ZERO_MONEY)),
    rMultiple: fc.option(fc.integer({ min: -50_000, max: 50_000 }).map(value => (value / 10_000).toFixed(4))),
  })
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 12 }), results => {
      const trades = results.map(each => ({ ...each, fees: ZERO_MONEY, funding: ZERO_MONEY }))
      const whole = tradeMetrics(trades as never)
      expect(whole).toMatchObject(runningMetrics(results.reduce(addTrade, NO_TRADES)))
    }),
    { numRuns: 1_000 },
  )
})

test('the Sharpe ratio of daily closes is that of every mark of the days that are over', () => {
  const step = fc.record({
    hours: fc.integer({ min: 1, max: 40 }),
    equity: fc.integer({ min: 9_000, max: 11_000 }).map(value => money(value)),
    flow: fc.option(fc.integer({ min: -100, max: 100 }).map(value => money(value))),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), steps => {
      const days = new DailyCloses(settings)
      days.open(money(10_000))
      const points: { at: number; equity: string }[] = []
      const flows: { at: number; amount: string }[] = []
      let at = 0
      for (const { hours, equity, flow } of steps) {
        at += hours * HOUR
        if (flow !== null) {
          days.flow(at, flow)
          flows.push({ at, amount: flow })
        }
        days.mark(at, equity)
        points.push({ at, equity })
        const today = Math.ceil(at / (24 * HOUR))
        const over = points.filter(point => Math.ceil(point.at / (24 * HOUR)) < today)
        const whole = performanceOf({ equity: over, flows, trades: [], settings, opening: '10000' })
        expect(days.sharpe()).toEqual({ sharpe: whole.sharpe, days: whole.days })
      }
    }),
    { numRuns: 100 },
  )
})
