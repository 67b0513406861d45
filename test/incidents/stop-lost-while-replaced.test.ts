/** Once the naked time had ended, losing the old stop while a new one was on its way did not start it again: the position
 * could stand without any stop, for ever. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('the naked time starts when the last stop has gone, also while one is being replaced', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  const first = stage.request('stop')
  stage.close(0.5)
  stage.execute('exit')
  expect(stage.state()).toBe('protecting.stopping')
  expect(stage.positionContext().protection.nakedSince).toBeNull()
  const order = { ...first, venueOrderId: 'v', status: 'cancelled', filledQuantity: '0' }
  stage.send({ type: 'order.reported', order })
  expect(stage.positionContext().protection.nakedSince).toBe(stage.at)
  stage.pass(5_000)
  expect(stage.state()).toBe('closing.exiting')
  expect(stage.request('exit').quantity).toBe('0.5')
})
