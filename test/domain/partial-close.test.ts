import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { partOf, sliceOf } from '../../domain/partial-close.ts'
import { dec, money, price, quantity } from '../../domain/units.ts'

const step = quantity('0.001')
const given = {
  open: quantity(1),
  pending: quantity(0),
  fraction: 0.25,
  stepSize: step,
  minNotional: money(5),
}

describe('a part of a position', () => {
  test('is a fraction of what is open, down to the step', () => {
    expect(partOf({ ...given, price: price(100) })).toBe('0.25')
    expect(partOf({ ...given, fraction: 0.3333, price: null })).toBe('0.333')
  })
  test('is everything where dust would stay', () => {
    expect(partOf({ ...given, fraction: 0.96, price: price(100) })).toBeNull()
    expect(partOf({ ...given, fraction: 0.95, price: price(100) })).toBe('0.95')
    expect(partOf({ ...given, open: step, fraction: 0.5, price: null })).toBeNull()
  })
  test('comes on top of a part that is under way', () => {
    expect(partOf({ ...given, pending: quantity('0.5'), fraction: 0.5, price: price(100) })).toBe('0.75')
    expect(partOf({ ...given, pending: quantity('0.95'), fraction: 0.5, price: price(100) })).toBeNull()
    expect(partOf({ ...given, pending: quantity(1), price: price(100) })).toBeNull()
  })
})

describe('so many units of a position', () => {
  const units = (of: string, pending = '0') =>
    partOf({ ...given, fraction: 1, units: quantity(of), pending: quantity(pending), price: price(100) })
  test('are as many however much is pending, which they come on top of', () => {
    expect(units('0.4')).toBe('0.4')
    expect(units('0.4', '0.4')).toBe('0.8')
    expect(units('0.4009')).toBe('0.4')
  })
  test('are everything where they reach what is left of it, or leave dust', () => {
    expect(units('0.4', '0.6')).toBeNull()
    expect(units('0.4', '0.7')).toBeNull()
    expect(units('0.96')).toBeNull()
    expect(units('0.4', '1')).toBeNull()
  })
})

describe('slices', () => {
  const slicesOf = (whole: string, most: string | null): string[] => {
    const slices: string[] = []
    for (let index = 0; ; index += 1) {
      const slice = sliceOf(quantity(whole), index, most === null ? null : quantity(most), step)
      if (slice === null) return slices
      slices.push(slice)
    }
  }
  test('of an order below the limit, or without one, are the order', () => {
    expect(slicesOf('1', null)).toEqual(['1'])
    expect(slicesOf('1', '1')).toEqual(['1'])
  })
  test('of a larger order are as large as the limit, and the rest', () => {
    expect(slicesOf('1', '0.4')).toEqual(['0.4', '0.4', '0.2'])
    expect(slicesOf('1', '0.4009')).toEqual(['0.4', '0.4', '0.2'])
  })
  test('sum to the whole, each on the step and none above the limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 100, max: 30_000 }),
        (units, limit) => {
          const [whole, most] = [dec(units).times(step), dec(limit).times(step)]
          const slices = slicesOf(whole.toFixed(), most.toFixed())
          expect(slices.reduce((sum, each) => sum.plus(each), dec(0)).toFixed()).toBe(whole.toFixed())
          for (const each of slices) {
            expect(dec(each).lte(most) && dec(each).gt(0) && dec(each).mod(step).isZero()).toBe(true)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
