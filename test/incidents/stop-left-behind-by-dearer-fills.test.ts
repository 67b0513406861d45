/**
 * The simulator (seeds 72, 77, 86, 100, 115, 146): an entry that filled in parts at ever dearer prices kept the stop of its
 * first fill, and the loss at the stop was up to 11 % more than was approved.
 */
import { expect, test } from 'vitest'
import { price } from '../../domain/units.ts'
import { PositionStage } from '../machines/given.ts'

test('a stop at a distance follows the average entry toward profit, never away from it', () => {
  const stage = new PositionStage()
  stage.approve()
  stage.fill('entry', '0.4', { price: price(100) })
  expect(stage.positionContext().protection.stopPrice).toBe('98')
  stage.fill('entry', '0.4', { price: price(101) })
  expect(stage.positionContext().protection.stopPrice).toBe('98.49')
  stage.fill('entry', '0.2', { price: price(98) })
  expect(stage.positionContext().protection.stopPrice).toBe('98.49')
})
