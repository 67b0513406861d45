/** A portion was asked to be closed, then the stop filled all that was open, and then more of the entry: what was left
 * had no stop and was closed in exits of the size of that portion, one a second, instead of all at once. */
import { expect, test } from 'vitest'
import { quantity } from '../../domain/units.ts'
import { PositionStage } from '../machines/given.ts'

test('a portion asked for before does not limit the exit of what is closed as a whole', () => {
  const stage = new PositionStage()
  stage.approve({ target: null })
  stage.accept('entry')
  stage.fill('entry', '0.25')
  stage.accept('stop')
  stage.close(0.5)
  expect(stage.request('exit').quantity).toBe('0.125')
  stage.execute('stop')
  expect(stage.state()).toBe('closing.sweeping')
  stage.fill('entry', '0.75')
  stage.tell('entry', { status: 'filled', filledQuantity: quantity(1) })
  expect(stage.state()).toBe('closing.exiting')
  stage.say.refused(stage.call('submitOrder', 'exit'), 'busy')
  stage.pass(1_000)
  expect(stage.request('exit')).toMatchObject({ quantity: '0.75', reduceOnly: true })
  stage.execute('exit')
  expect(stage.state()).toBe('cooldown')
})
