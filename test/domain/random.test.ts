import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derivedSeed, type RandomState, restoredRandom, seededRandom } from '../../domain/random.ts'

const take = (random: { next(): number }, count: number): number[] =>
  Array.from({ length: count }, () => random.next())

const seed = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constant(0))

describe('seededRandom', () => {
  test('the words are those of the reference xoshiro128**', () => {
    // First words of xoshiro128starstar.c (version 1.1, prng.di.unimi.it) from state {1, 2, 3, 4}.
    const words = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849]
    const random = restoredRandom([1, 2, 3, 4])
    for (let index = 0; index < words.length; index += 2) {
      const [first, second] = [words[index] as number, words[index + 1] as number]
      expect(random.next()).toBe(((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53)
    }
  })

  test('equal seeds give equal numbers, all in [0, 1)', () => {
    fc.assert(
      fc.property(seed, value => {
        const numbers = take(seededRandom(value), 20)
        expect(take(seededRandom(value), 20)).toEqual(numbers)
        for (const number of numbers) expect(number >= 0 && number < 1).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('different seeds give different numbers', () => {
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        fc.pre(!Object.is(one + 0, other + 0))
        expect(take(seededRandom(one), 4)).not.toEqual(take(seededRandom(other), 4))
      }),
      { numRuns: 1_000 },
    )
  })

  test('a state taken anywhere and sent through JSON goes on with the very next number', () => {
    fc.assert(
      fc.property(seed, fc.nat(50), (value, skipped) => {
        const random = seededRandom(value)
        take(random, skipped)
        const state = JSON.parse(JSON.stringify(random.state())) as RandomState
        expect(take(restoredRandom(state), 10)).toEqual(take(random, 10))
      }),
      { numRuns: 1_000 },
    )
  })

  test('numbers fill sixteen boxes evenly', () => {
    const boxes = Array.from({ length: 16 }, () => 0)
    for (const number of take(seededRandom(7), 160_000)) boxes[Math.floor(number * 16)]! += 1
    // Standard deviation of a box is 97; five of them is one run in a million.
    for (const box of boxes) expect(Math.abs(box - 10_000)).toBeLessThan(485)
  })

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY]])('seed %s is refused', value => {
    expect(() => seededRandom(value)).toThrow(/not a finite number/)
  })

  test.each<[number[]]>([
    [[0, 0, 0, 0]],
    [[1, 2, 3]],
    [[1, 2, 3, -1]],
    [[1, 2, 3, 0.5]],
    [[1, 2, 3, 2 ** 32]],
  ])('state %j is refused', state => {
    expect(() => restoredRandom(state as unknown as RandomState)).toThrow(/four unsigned 32-bit words/)
  })
})

describe('derivedSeed', () => {
  test('it depends on seed and name', () => {
    const seeds = [
      derivedSeed(1, 'BTC'),
      derivedSeed(1, 'ETH'),
      derivedSeed(2, 'BTC'),
      derivedSeed(12, 'BTC'),
    ]
    expect(new Set(seeds).size).toBe(4)
    expect(derivedSeed(1, 'BTC')).toBe(seeds[0])
  })
})
