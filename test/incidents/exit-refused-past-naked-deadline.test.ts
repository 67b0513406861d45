/** The retry of an exit was bound by the naked deadline: once that was past, the same past time was set again and again,
 * which no clock ticks twice, and the position was never closed. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('an exit refused after the naked deadline is asked for every second until it fills', () => {
  const stage = new PositionStage()
  stage.approve({ target: null })
  stage.accept('entry')
  stage.fill('entry')
  stage.pass(5_000)
  expect(stage.state()).toBe('closing.exiting')
  for (let count = 1; count <= 5; count += 1) {
    stage.say.unreachable(stage.call('submitOrder', 'exit'))
    expect(stage.sent('exit')).toHaveLength(count)
    stage.pass(999)
    expect(stage.sent('exit')).toHaveLength(count)
    stage.pass(1)
  }
  stage.execute('exit')
  expect(stage.state()).toBe('closing.sweeping')
})
