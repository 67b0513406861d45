import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DecisionRecord } from '../../../domain/fact.ts'
import { type Forecast, predictionQuality, predictionsOf } from '../../../domain/performance/predictions.ts'
import { hold, type Proposal } from '../../../domain/strategy.ts'
import { price } from '../../../domain/units.ts'
import { START, trade } from './given.ts'

const forecast = (
  decisionId: string,
  proposal: Partial<Proposal> = {},
  changes: Partial<Forecast> = {},
): Forecast => {
  const symbol = proposal.symbol ?? 'BTC'
  const decision: DecisionRecord = {
    decisionId,
    symbol,
    strategy: 'llm',
    candleAt: START,
    price: null,
    proposal: { ...hold(symbol, ''), action: 'buy', ...proposal },
    outcome: 'approved',
    code: null,
    limit: null,
    actual: null,
    risk: [],
  }
  return { accountId: 'main', model: 'gpt', at: START, decision, ...changes }
}
/** Entry of 100: the result is the percentage. */
const closed = (decisionId: string, pnl: number) => trade(pnl, { decisionId })
const of = (forecasts: Forecast[], trades = [closed('a', 3)]) => predictionsOf(forecasts, trades)

describe('a prediction', () => {
  test('is compared with the net result of its trade in percent of the entry', () => {
    expect(of([forecast('a', { predictedRoiPct: 5, confidence: 70 })])[0]).toMatchObject({
      predictedRoiPercent: 5,
      actualRoiPercent: '3',
      errorPercent: '-2',
      confidence: 70,
      closedAt: START + 1,
    })
  })

  test('of an entry still open has no actual yet', () => {
    expect(of([forecast('b', { predictedRoiPct: 5 })])[0]).toMatchObject({
      actualRoiPercent: null,
      errorPercent: null,
      closedAt: null,
    })
  })

  test.each([
    ['buy', { price: price('104') }, '100', 4],
    ['sell', { price: price('96') }, '100', 4],
    ['buy', { ratio: 0.03 }, null, 3],
    ['sell', { ratio: 0.03 }, '100', 3],
    ['buy', { price: price('104') }, null, null],
    ['buy', null, '100', null],
  ] as const)(
    'of a %s that says none is the way to its target %o from %s: %s',
    (action, target, at, predicted) => {
      const told = forecast('a', { action, target, confidence: null })
      told.decision.price = at === null ? null : price(at)
      const [row] = of([told])
      expect([row?.predictedRoiPercent, row?.predictedBy]).toEqual([
        predicted,
        predicted === null ? null : 'target',
      ])
      expect(row?.actualRoiPercent).toBe('3')
      expect(row?.errorPercent).toBe(predicted === null ? null : String(3 - predicted))
    },
  )

  test('of rules is the way to the target that they gave to the position, open or closed', () => {
    const levels = { side: 'short', entryPrice: price('200'), targetPrice: price('190') } as const
    const shorted = forecast('a', { action: 'sell' })
    expect(predictionsOf([shorted], [trade(-1, { ...levels, decisionId: 'a' })])[0]).toMatchObject({
      predictedRoiPercent: 5,
      predictedBy: 'target',
      errorPercent: '-5.5',
    })
    expect(predictionsOf([shorted], [], [{ ...levels, decisionId: 'a' }])[0]).toMatchObject({
      predictedRoiPercent: 5,
      actualRoiPercent: null,
    })
    expect(predictionsOf([shorted], [], [{ ...levels, decisionId: 'b' }])[0]?.predictedBy).toBeNull()
  })

  test('is what the decision says, whatever its target', () => {
    const [row] = of([forecast('a', { predictedRoiPct: 0, target: { ratio: 0.03 } })])
    expect([row?.predictedRoiPercent, row?.predictedBy]).toEqual([0, 'decision'])
  })

  test('is none for what is no entry', () => {
    expect(of([forecast('a', { action: 'hold', confidence: 50 })])).toEqual([])
    expect(of([forecast('a', { action: 'close', predictedRoiPct: 1 })])).toEqual([])
  })
})

describe('quality', () => {
  const trades = [closed('a', 3), closed('b', -2), closed('c', 4), closed('d', -1)]
  const quality = predictionQuality(
    of(
      [
        forecast('a', { predictedRoiPct: 1, confidence: 80 }),
        forecast('b', { predictedRoiPct: 2, confidence: 60 }),
        forecast('c', { predictedRoiPct: 4, symbol: 'ETH', confidence: 100 }),
        forecast('d', { predictedRoiPct: 0, symbol: 'ETH' }),
        forecast('e', { predictedRoiPct: 9, confidence: 0 }),
        forecast('a', { confidence: 10 }, { model: 'claude' }),
      ],
      trades,
    ),
  )
  const row = (model: string, symbol: string | null) =>
    quality.find(each => each.model === model && each.symbol === symbol)

  test('is told per model, together and by asset', () => {
    expect(quality.map(each => [each.model, each.symbol])).toEqual([
      ['claude', null],
      ['claude', 'BTC'],
      ['gpt', null],
      ['gpt', 'BTC'],
      ['gpt', 'ETH'],
    ])
  })

  test('has the mean error, its mean size, and how often the sign was right', () => {
    // Errors 2, −4, 0, −1; three predicted a gain, two of them got one.
    expect(row('gpt', null)).toMatchObject({
      count: 4,
      meanErrorPercent: '-0.75',
      meanAbsoluteErrorPercent: '1.75',
      signHitRatePercent: '66.666666666667',
    })
    expect(row('claude', null)).toMatchObject({ count: 0, meanErrorPercent: null, signHitRatePercent: null })
  })

  test('the correlation of what was predicted and earned is that of Pearson', () => {
    // 1, 2, 4, 0 against 3, −2, 4, −1: 8 ÷ √(8.75 × 26).
    expect(Number(row('gpt', null)?.correlation)).toBeCloseTo(8 / Math.sqrt(8.75 * 26), 10)
    expect(row('claude', null)?.correlation).toBeNull()
    const same = [forecast('a', { predictedRoiPct: 2 }), forecast('b', { predictedRoiPct: 2 })]
    expect(predictionQuality(of(same, trades))[0]?.correlation).toBeNull()
  })

  test('the Brier score is that of the closed ones with a confidence', () => {
    // (0.8 − 1)², (0.6 − 0)², (1 − 1)².
    expect(row('gpt', null)).toMatchObject({ rated: 3, brierScore: plainThird(0.04 + 0.36) })
    expect(row('claude', 'BTC')?.brierScore).toBe('0.81')
  })

  test('the calibration puts 80 into 80 to 90 and 100 into 90 to 100', () => {
    const bins = row('gpt', null)?.calibration ?? []
    expect(bins).toHaveLength(10)
    expect(bins.map(each => each.count)).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 1, 1])
    expect(bins[6]).toEqual({
      fromPercent: 60,
      toPercent: 70,
      count: 1,
      statedPercent: '60',
      wonPercent: '0',
    })
    expect(bins[9]).toMatchObject({ statedPercent: '100', wonPercent: '100' })
    expect(bins[0]).toMatchObject({ statedPercent: null, wonPercent: null })
  })

  test('every rated prediction is in one bin, stated confidence within it, and the score from 0 to 1', () => {
    const one = fc.record({
      confidence: fc.double({ min: 0, max: 100, noNaN: true }),
      pnl: fc.integer({ min: -9, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 30 }), all => {
        const [result] = predictionQuality(
          predictionsOf(
            all.map(({ confidence }, index) => forecast(`${index}`, { confidence })),
            all.map(({ pnl }, index) => closed(`${index}`, pnl)),
          ),
        )
        expect(result?.calibration.reduce((sum, bin) => sum + bin.count, 0)).toBe(all.length)
        for (const { statedPercent: stated, fromPercent, toPercent } of result?.calibration ?? []) {
          if (stated === null) continue
          expect(Number(stated)).toBeGreaterThanOrEqual(fromPercent)
          expect(Number(stated)).toBeLessThanOrEqual(toPercent)
        }
        expect(Number(result?.brierScore)).toBeGreaterThanOrEqual(0)
        expect(Number(result?.brierScore)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1_000 },
    )
  })
})

const plainThird = (value: number): string => (value / 3).toFixed(12)
