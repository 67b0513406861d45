/** Asking for a part while the stop was being placed closed everything. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('a part closed while protecting leaves the rest, with a stop of its size', () => {
  const stage = new PositionStage()
  stage.approve({ target: null })
  stage.accept('entry')
  stage.fill('entry')
  stage.close(0.4)
  expect(stage.request('exit').quantity).toBe('0.4')
  stage.execute('exit')
  for (let count = 0; count < 4; count += 1) {
    if (stage.open('submitOrder').length > 0) stage.accept('stop')
    stage.sweep()
  }
  expect(stage.state()).toBe('protected.holding')
  expect(stage.book.quantity).toBe('0.6')
  const stops = stage.positionContext().slots.used.filter(use => use.leg === 'stop')
  expect(stops).toMatchObject([{ quantity: '0.6', accepted: true }])
})
