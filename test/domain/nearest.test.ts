import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearest } from '../../domain/nearest.ts'

describe('edit distance', () => {
  test.each([
    ['', '', 0],
    ['speed', 'speed', 0],
    ['sped', 'speed', 1],
    ['spede', 'speed', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('%j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
  })

  test('it is the same both ways, zero only for equals, and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const distance = editDistance(a, b)
        expect(distance).toBe(editDistance(b, a))
        expect(distance === 0).toBe(a === b)
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('nearest', () => {
  test('a slip finds its word, another word finds nothing', () => {
    expect(nearest('Positon_pct_max', ['position_pct_max', 'positions_max'])).toBe('position_pct_max')
    expect(nearest('colour', ['speed', 'mode'])).toBeNull()
  })
})
