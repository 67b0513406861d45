/** An entry that was cancelled while its intent was being recorded was sent all the same, and filled. */
import { expect, test } from 'vitest'
import { PositionStage } from '../machines/given.ts'

test.each(['recorded', 'not recorded'])('an order cancelled before it was sent never is: intent %s', how => {
  const stage = new PositionStage({}, { saveIntent: null })
  stage.approve()
  stage.close()
  if (how === 'recorded') stage.call('saveIntent').answer({ at: stage.at })
  else stage.call('saveIntent').fail(new Error('disk full'))
  expect(stage.sent()).toEqual([])
  expect(stage.state()).toBe('idle')
  expect(stage.reported('order.settled')).toMatchObject([{ status: 'cancelled', venueOrderId: null }])
})
