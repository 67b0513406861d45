import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { manualDecisionId, shareOf } from '../../domain/manual-order.ts'
import { partOf } from '../../domain/partial-close.ts'
import { dec, quantity } from '../../domain/units.ts'

test('a decision by hand goes by its account and the name of its request', () => {
  expect(manualDecisionId('main', '7f3a')).toBe('main-manual-7f3a')
})

test('what is open or more is all of it', () => {
  expect(shareOf(dec(3), quantity(2))).toBe(1)
  expect(shareOf(dec(2), quantity(2))).toBe(1)
})

test('so many steps of a position, asked for as a share, are so many steps', () => {
  const step = quantity('0.001')
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 5_000_000 }), fc.nat(), (steps, seed) => {
      const wanted = 1 + (seed % (steps - 1))
      const open = quantity(dec(step).times(steps))
      const units = dec(step).times(wanted)
      const fraction = shareOf(units, open)
      const part = partOf({
        open,
        pending: quantity(0),
        fraction,
        stepSize: step,
        minNotional: '0',
        price: null,
      })
      expect(part).toBe(units.toFixed())
    }),
    { numRuns: 2_000 },
  )
})
