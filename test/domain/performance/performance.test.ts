import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, daily, measure, places, START, VECTOR_1 } from './given.ts'

describe('test vector 1', () => {
  it.each([
    { title: 'defaults', settings: {}, sharpe: '7.404663', sortino: '19.261730' },
    {
      title: 'Sortino below target',
      settings: { sortinoDenominator: 'downside' as const },
      sharpe: '7.404663',
      sortino: '12.182188',
    },
    { title: 'risk free 5 %', settings: { riskFreeRatio: 0.05 }, sharpe: '7.159598', sortino: '19.261730' },
    { title: '365 days', settings: { annualisationDays: 365 }, sharpe: '8.911513', sortino: '23.181496' },
  ])('$title', ({ settings, sharpe, sortino }) => {
    const result = measure({ equity: VECTOR_1 }, settings)
    expect(result.totalReturnPercent).toBe('3')
    expect(places(result.sharpe)).toBe(sharpe)
    expect(places(result.sortino)).toBe(sortino)
    expect(places(result.maxDrawdownPercent)).toBe('0.990099')
    expect([result.maxDrawdownPeakAt, result.maxDrawdownTroughAt]).toEqual([START + DAY, START + 2 * DAY])
    expect(result.days).toBe(5)
  })

  it('a target of 5 % a year gives the Sortino computed by hand', () => {
    const returns = [0.01, -10 / 1010, 0.02, -5 / 1020, 15 / 1015].map(value => value - 0.05 / 252)
    const mean = returns.reduce((sum, value) => sum + value, 0) / 5
    const downside = Math.sqrt(returns.reduce((sum, value) => sum + Math.min(0, value) ** 2, 0) / 5)
    const result = measure({ equity: VECTOR_1 }, { sortinoTargetRatio: 0.05 })
    expect(Number(result.sortino)).toBeCloseTo((mean / downside) * Math.sqrt(252), 9)
  })

  it('snapshots within a day change nothing but the last of it', () => {
    const crowded = VECTOR_1.flatMap(({ at, equity }) => [
      { at: at - 9000, equity: '1012' },
      { at: at - 5000, equity: '1011' },
      { at, equity },
    ])
    const [plain, filled] = [measure({ equity: VECTOR_1 }), measure({ equity: crowded })]
    expect(filled.daily).toEqual(plain.daily)
    expect([filled.sharpe, filled.sortino, filled.totalReturnPercent]).toEqual([
      plain.sharpe,
      plain.sortino,
      plain.totalReturnPercent,
    ])
  })

  it('a trough within a day counts for the drawdown', () => {
    const equity = [...VECTOR_1.slice(0, 5), { at: START + 4.5 * DAY, equity: '918' }, ...VECTOR_1.slice(5)]
    const result = measure({ equity })
    expect(result.maxDrawdownPercent).toBe('10')
    expect([result.maxDrawdownPeakAt, result.maxDrawdownTroughAt]).toEqual([
      START + 3 * DAY,
      START + 4.5 * DAY,
    ])
  })
})

describe('deposits and withdrawals', () => {
  it('test vector 2: a deposit of 50 on the second day gives +5 %, −5 %, −0.25 %', () => {
    const result = measure({
      equity: daily([1000, 1100, 1045]),
      flows: [{ at: START + 0.5 * DAY, amount: '50' }],
    })
    expect(result.daily.map(day => day.percent)).toEqual(['5', '-5'])
    expect(result.totalReturnPercent).toBe('-0.25')
    expect(result.maxDrawdownPercent).toBe('5')
  })

  it('without trading no flow is a return or a drawdown', () => {
    const amount = fc.integer({ min: -400, max: 1000 })
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 12 }), amounts => {
        let held = 5000
        const equity = [{ at: START, equity: '5000' }]
        const flows = amounts.map((each, index) => {
          held += each
          const at = START + (index + 1) * 0.7 * DAY
          equity.push({ at, equity: String(held) })
          return { at, amount: String(each) }
        })
        const result = measure({ equity, flows })
        expect(result.maxDrawdownPercent).toBe('0')
        expect(result.totalReturnPercent ?? '0').toBe('0')
      }),
      { numRuns: 1000 },
    )
  })

  it('money paid in or out before the first snapshot is no profit and no loss of what the account opened with', () => {
    for (const paid of ['-200', '500']) {
      const result = measure({
        equity: daily([1000 + Number(paid), (1000 + Number(paid)) * 1.1]),
        flows: [{ at: START - 1, amount: paid }],
        opening: '1000',
      })
      expect(result.daily.map(day => day.percent)).toEqual(['0', '10'])
      expect(result.totalReturnPercent).toBe('10')
      expect(result.maxDrawdownPercent).toBe('0')
    }
  })

  it('an account emptied and filled again goes on where it stood', () => {
    const equity = daily([1000, 1100, 0, 0, 500, 550])
    const flows = [
      { at: START + 2 * DAY, amount: '-1100' },
      { at: START + 4 * DAY, amount: '500' },
    ]
    const result = measure({ equity, flows })
    expect(result.maxDrawdownPercent).toBe('0')
    expect(result.daily.map(day => day.percent)).toEqual(['10', '0', null, null, '10'])
    expect(result.totalReturnPercent).toBe('21')
  })

  it('an account that lost everything has fallen by 100 %, whatever is paid in later', () => {
    const result = measure({
      equity: daily([1000, 0, 800, 900]),
      flows: [{ at: START + 2 * DAY, amount: '800' }],
    })
    expect(result.maxDrawdownPercent).toBe('100')
    expect(result.totalReturnPercent).toBe('-100')
  })
})

describe('days, weeks and months', () => {
  it('40 days chain across week and month borders', () => {
    // +1 % a day from 2024-01-01 (Monday) on; each snapshot ends its day.
    const equity = Array.from({ length: 41 }, (_, index) => ({
      at: START + index * DAY,
      equity: String(1000 * 1.01 ** index),
    }))
    const result = measure({ equity })
    const grown = (days: number) => (1.01 ** days - 1) * 100
    expect(result.daily).toHaveLength(40)
    expect(result.weekly.map(week => (week.startAt - START) / DAY)).toEqual([0, 7, 14, 21, 28, 35])
    for (const [index, days] of [7, 7, 7, 7, 7, 5].entries()) {
      expect(Number(result.weekly[index]?.percent)).toBeCloseTo(grown(days), 8)
    }
    expect(result.monthly.map(month => new Date(month.startAt).toISOString())).toEqual([
      '2024-01-01T00:00:00.000Z',
      '2024-02-01T00:00:00.000Z',
    ])
    expect(Number(result.monthly[0]?.percent)).toBeCloseTo(grown(31), 8)
    expect(Number(result.monthly[1]?.percent)).toBeCloseTo(grown(9), 8)
  })

  it('a snapshot at exactly 00:00 ends the day before, a moment later it belongs to the new one', () => {
    const at = (offset: number) =>
      measure({
        equity: [
          { at: START, equity: '100' },
          { at: START + DAY + offset, equity: '110' },
        ],
      }).daily
    expect(at(0)).toEqual([{ startAt: START, percent: '10' }])
    expect(at(1)).toEqual([{ startAt: START + DAY, percent: '10' }])
  })

  it('a day without a snapshot is part of the next day’s return', () => {
    const equity = daily([100, 110, 110, 121]).filter((_, index) => index !== 2)
    expect(measure({ equity }).daily.map(day => [(day.startAt - START) / DAY, day.percent])).toEqual([
      [0, '10'],
      [2, '10'],
    ])
  })

  it('with the opening equity the first day counts, also for the drawdown', () => {
    const equity = [
      { at: START + 1000, equity: '990' },
      { at: START + 2000, equity: '1020' },
    ]
    expect(measure({ equity })).toMatchObject({ totalReturnPercent: null, days: 0, maxDrawdownPercent: '0' })
    expect(measure({ equity, opening: '1000' })).toMatchObject({
      totalReturnPercent: '2',
      days: 1,
      maxDrawdownPercent: '1',
    })
  })
})

describe('ratios', () => {
  it('are null without enough to say', () => {
    const empty = measure({})
    expect(empty).toMatchObject({
      equity: null,
      totalReturnPercent: null,
      sharpe: null,
      sortino: null,
      maxDrawdownPercent: null,
    })
    expect(measure({ equity: daily([1000, 1010]) })).toMatchObject({
      sharpe: null,
      sortino: null,
      totalReturnPercent: '1',
    })
    expect(measure({ equity: daily([1000, 1000, 1000]) })).toMatchObject({ sharpe: null, sortino: null })
    // The same return every day, not a finite decimal.
    const third = (index: number) => `${3 ** (12 - index)}${'0'.repeat(index)}`
    const steady = Array.from({ length: 12 }, (_, index) => third(index))
    expect(measure({ equity: daily(steady) })).toMatchObject({ sharpe: null, sortino: null })
    expect(measure({ equity: daily([1000, 1010, 1030]) })).toMatchObject({
      sortino: null,
      sharpe: expect.any(String),
    })
  })

  it('raising a return above the target leaves the downside as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), raise => {
        const downside = (gain: number) => {
          const result = measure({ equity: daily([1000, 1000 + gain, (1000 + gain) * 0.9]) })
          const mean = (gain / 1000 - 0.1) / 2
          return (mean * Math.sqrt(252)) / Number(result.sortino)
        }
        // (mean ÷ Sortino × √A) is the downside deviation: √(0.1² ÷ 2), whatever was gained.
        fc.pre(raise !== 100)
        expect(downside(raise)).toBeCloseTo(Math.sqrt(0.01 / 2), 8)
      }),
      { numRuns: 1000 },
    )
  })
})
