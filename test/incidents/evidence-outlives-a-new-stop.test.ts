/** Evidence against a position stayed in the books when its stop was placed anew, but not in its state: a signal that was
 * lost later was not heard, and the next one counted as a repetition. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('evidence is still gathering after the stop was placed anew, and can be lost', () => {
  const stage = new PositionStage()
  stage.enter({ target: null })
  stage.send({ type: 'exit.signalled', direction: 'short', count: 1 })
  stage.tell('stop', { status: 'cancelled' })
  stage.accept('stop')
  expect(stage.state()).toBe('protected.hysteresis')
  stage.send({ type: 'signal.lost' })
  expect(stage.state()).toBe('protected.holding')
  expect(stage.positionContext().evidence).toBeNull()
})
