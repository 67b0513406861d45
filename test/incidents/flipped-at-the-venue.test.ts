/** A fill that was not ours went through zero: the position was short in our books, and protected by a stop that sells. */
import { expect, test } from 'vitest'
import { quantity } from '../../domain/units.ts'
import { fillOf, PositionStage } from '../machines/given.ts'

test('a position that was turned over from outside is closed', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  const turned = fillOf(stage.request('stop'), {
    clientOrderId: null,
    quantity: quantity(3),
    reason: 'external',
  })
  stage.send({ type: 'fill.received', fill: turned, order: null })
  expect(stage.book).toMatchObject({ direction: 'short', quantity: '2' })
  expect(stage.state()).toBe('closing.exiting')
  expect(stage.request('exit')).toMatchObject({ side: 'buy', quantity: '2', reduceOnly: true })
})
