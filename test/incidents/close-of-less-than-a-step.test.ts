/** A part smaller than the step, and any part of a position that was not filled yet, became an exit of nothing, which the
 * venue refused for ever. */
import { expect, test } from 'vitest'
import { quantity } from '../../domain/units.ts'
import { PositionStage } from '../machines/given.ts'

test('the smallest part that can be closed is one step', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  stage.close(0.0001)
  expect(stage.request('exit').quantity).toBe('0.001')
})

test('a part of a single step is all of it', () => {
  const stage = new PositionStage()
  stage.enter({ target: null, quantity: quantity('0.001') })
  stage.close(0.5)
  expect(stage.state()).toBe('closing.exiting')
  expect(stage.request('exit').quantity).toBe('0.001')
})

test('a part that leaves less than a step is all of it', () => {
  const stage = new PositionStage()
  stage.enter({ target: null, quantity: quantity('0.0015') })
  stage.close(0.7)
  expect(stage.request('exit').quantity).toBe('0.0015')
})

test('a part of an entry in flight is all of it', () => {
  const stage = new PositionStage()
  stage.approve()
  stage.close(0.3)
  stage.execute('entry')
  expect(stage.request('exit').quantity).toBe('1')
})
