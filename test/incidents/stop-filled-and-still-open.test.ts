/** A stop that had filled was no loss, so a position that was larger than its stop, as a restart finds it, stood without one
 * and without a deadline until the venue had told its fills. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('a stop that has filled starts the naked time while our books are open', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  stage.restart()
  stage.say.filled(stage.call('lookupOrder', 'stop'))
  expect(stage.state()).toBe('protected.holding')
  expect(stage.reported('position.doubted')).toMatchObject([{ reason: 'fills_missing' }])
  stage.pass(4_999)
  expect(stage.sent('exit')).toEqual([])
  stage.pass(1)
  expect(stage.state()).toBe('closing.exiting')
  expect(stage.request('exit')).toMatchObject({ reduceOnly: true, quantity: '1' })
})

test('its fill, told in time, ends the position as usual', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  stage.tell('stop', { status: 'filled', filledQuantity: stage.request('stop').quantity })
  stage.fill('stop')
  expect(stage.state()).toBe('cooldown')
  expect(stage.reported('trade.closed')).toMatchObject([{ trade: { exitReason: 'stop' } }])
})
