/** The time of a failed lookup was not noted, so the next one was set for the same past time, and an order in doubt stayed
 * in doubt for good. */
import { expect, test } from 'vitest'
import { givenOrder } from '../machines/given.ts'

test('a lookup that fails is repeated at least every eight seconds', () => {
  const { stage } = givenOrder()
  stage.call('submitOrder').fail(new Error('timed out'))
  for (let count = 0; count < 12; count += 1) {
    stage.pass(8_000)
    stage.call('lookupOrder').fail(new Error('timed out'))
  }
  expect(stage.open()).toEqual([])
  expect(stage.state()).toBe('unknown')
})
