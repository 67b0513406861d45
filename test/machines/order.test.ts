import { expect, test } from 'vitest'
import { givenOrder } from './given.ts'
test('x', () => {
  const { stage, say } = givenOrder()
  expect(stage.state()).toBe('submitting')
  say.known(stage.call('submitOrder'))
  expect(stage.state()).toBe('working')
  stage.send({ type: 'order.cancel' })
  stage.restart()
  expect(stage.state()).toBe('looking')
  expect(stage.moves).toEqual([])
})
