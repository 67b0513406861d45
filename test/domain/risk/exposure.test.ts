/** Open risk from books and stops. */
import { describe, expect, it } from 'vitest'
import { FLAT, type PositionBook } from '../../../domain/position.ts'
import { openRisk } from '../../../domain/risk/exposure.ts'
import { price, quantity } from '../../../domain/units.ts'

const long: PositionBook = { ...FLAT, direction: 'long', quantity: quantity(2), entryPrice: price(100) }
const short: PositionBook = { ...long, direction: 'short' }

describe('risk of a position', () => {
  it.each([
    ['a long loses from entry down to its stop', long, price(95), '10'],
    ['a short loses from entry up to its stop', short, price(103), '6'],
    ['a stop beyond entry risks nothing', long, price(101), '0'],
    ['without a stop the whole notional is at risk', short, null, '200'],
    ['a flat book risks nothing', FLAT, null, '0'],
  ])('%s', (_name, book, stopPrice, expected) => {
    expect(openRisk([{ book, stopPrice }])).toBe(expected)
  })
})

describe('open risk', () => {
  it('is the sum of the losses at all stops, and nothing without positions', () => {
    const both = [
      { book: long, stopPrice: price(95) },
      { book: short, stopPrice: price(103) },
    ]
    expect(openRisk(both)).toBe('16')
    expect(openRisk([])).toBe('0')
  })
})
