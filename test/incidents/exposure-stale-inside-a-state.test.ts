/**
 * The simulator (seeds 3 to 5): a position that shrank without leaving its state kept its old size in its account, which
 * judged exposure, heat and equity by it.
 */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('a stop that fills in part tells the account the new size at once', () => {
  const stage = new PositionStage()
  stage.enter()
  stage.fill('stop', '0.4')
  expect(stage.state()).toBe('protected.holding')
  expect(stage.reported('position.resized').at(-1)).toMatchObject({
    book: { quantity: '0.6', direction: 'long' },
  })
})
