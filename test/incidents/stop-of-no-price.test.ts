/** A position whose plan has no stop was given a stop order without a price. The venue refused it, the refusal counted as a
 * lost stop, and with services that answer at once this went round for ever. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test('a plan without a stop sends none', () => {
  const stage = new PositionStage()
  stage.approve({ stop: null })
  stage.accept('entry')
  stage.fill('entry')
  stage.say.refused(stage.call('submitOrder', 'target'))
  expect(stage.state()).toBe('protected.holding')
  expect(stage.sent('stop')).toEqual([])
})
