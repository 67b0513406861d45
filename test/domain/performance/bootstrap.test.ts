import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  INTERVAL_SHARE,
  intervalOf,
  probabilityAbove,
  RESAMPLES,
  resampledDifference,
  resampledTotals,
} from '../../../domain/performance/bootstrap.ts'
import { seededRandom } from '../../../domain/random.ts'

const results = (min = 0, max = 12) =>
  fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: min, maxLength: max })
const seed = fc.integer()
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const width = ({ low, high }: { low: number; high: number }): number => high - low
/** Sum of twelve uniforms: normal enough, mean 0, deviation 1. */
const normals = (count: number, from: number): number[] => {
  const random = seededRandom(from)
  return Array.from({ length: count }, () => sum(Array.from({ length: 12 }, () => random.next())) - 6)
}

describe('the interval', () => {
  test('holds the result itself', () => {
    fc.assert(
      fc.property(results(), seed, (values, from) => {
        const { low, high } = intervalOf(resampledTotals(values, from), sum(values))
        expect(low <= sum(values) && sum(values) <= high).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is the same for the same seed, and moves with what is added to all', () => {
    fc.assert(
      fc.property(results(1), seed, (values, from) => {
        const totals = resampledTotals(values, from)
        expect(resampledTotals(values, from)).toEqual(totals)
        const moved = intervalOf(
          totals.map(total => total + 7),
          sum(values) + 7,
        )
        const still = intervalOf(totals, sum(values))
        expect(moved.low).toBeCloseTo(still.low + 7, 6)
        expect(moved.high).toBeCloseTo(still.high + 7, 6)
      }),
      { numRuns: 1_000 },
    )
  })

  test('of results that are all the same is that one point', () => {
    expect(intervalOf(resampledTotals([2, 2, 2], 1), 6)).toEqual({ low: 6, high: 6 })
    expect(intervalOf(resampledTotals([], 1), 0)).toEqual({ low: 0, high: 0 })
  })

  test('of a mean is wider with fewer trades of the same kind', () => {
    const few = normals(25, 3)
    const many = Array.from({ length: 4 }, () => few).flat()
    const ofMean = (values: readonly number[]): number =>
      width(intervalOf(resampledTotals(values, 5), sum(values))) / values.length
    expect(ofMean(few) / ofMean(many)).toBeGreaterThan(1.8)
    expect(ofMean(few) / ofMean(many)).toBeLessThan(2.2)
  })

  test('is as wide as the normal distribution says: 2 × 1.645 × s × √n', () => {
    const values = normals(200, 11)
    const mean = sum(values) / values.length
    const deviation = Math.sqrt(sum(values.map(value => (value - mean) ** 2)) / values.length)
    const expected = 2 * 1.645 * deviation * Math.sqrt(values.length)
    expect(width(intervalOf(resampledTotals(values, 1), sum(values))) / expected).toBeCloseTo(1, 1)
  })

  test('holds the truth about as often as it says', () => {
    const held = Array.from({ length: 300 }, (_, run) => {
      const values = normals(40, run)
      const { low, high } = intervalOf(resampledTotals(values, run), sum(values))
      return low <= 0 && 0 <= high
    }).filter(Boolean).length
    expect(held / 300).toBeGreaterThan(INTERVAL_SHARE - 0.06)
    expect(held / 300).toBeLessThan(INTERVAL_SHARE + 0.06)
  })

  test('of thousands of trades is drawn in blocks that add up to the same', () => {
    const values = normals(5_003, 2)
    const totals = resampledTotals(values, 9)
    expect(totals).toHaveLength(RESAMPLES)
    expect(sum(totals) / RESAMPLES / sum(values)).toBeCloseTo(1, 0)
    const expected = 2 * 1.645 * Math.sqrt(values.length)
    expect(width(intervalOf(totals, sum(values))) / expected).toBeCloseTo(1, 0)
  })
})

describe('one account against another', () => {
  test('each is better with probabilities that add up to one', () => {
    fc.assert(
      fc.property(results(1), results(1), seed, (one, other, from) => {
        const [a, b] = [resampledTotals(one, from), resampledTotals(other, from + 1)]
        expect(probabilityAbove(a, b) + probabilityAbove(b, a)).toBeCloseTo(1, 12)
      }),
      { numRuns: 300 },
    )
  })

  test('is the count of all pairs, ties by half', () => {
    expect(probabilityAbove([3, 1], [2, 1])).toBe((1 + 1 + 0.5) / 4)
    expect(probabilityAbove([], [1])).toBe(0.5)
  })

  test('twins are even, and one that always earns more is better for certain', () => {
    const values = normals(60, 4)
    const twins = probabilityAbove(resampledTotals(values, 1), resampledTotals(values, 2))
    expect(twins).toBeGreaterThan(0.4)
    expect(twins).toBeLessThan(0.6)
    const better = values.map(value => value + 5)
    expect(probabilityAbove(resampledTotals(better, 1), resampledTotals(values, 2))).toBe(1)
  })

  test('the difference of two has zero in its interval when they are twins', () => {
    const values = normals(60, 4)
    const { low, high } = intervalOf(
      resampledDifference(resampledTotals(values, 1), resampledTotals(values, 2)),
      0,
    )
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(0)
  })
})
