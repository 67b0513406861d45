/** An order the venue had acknowledged and did not list any more counted as never sent, and was sent a second time. */
import { expect, test } from 'vitest'
import { entryRequest, givenOrder } from '../machines/given.ts'

const request = entryRequest({ clientOrderId: 'main-BTC-1-x1', reduceOnly: true, validUntil: null })

test('an order the venue once had is never sent again', () => {
  const { stage, say } = givenOrder(request, 'exit')
  say.known(stage.call('submitOrder'))
  stage.restart()
  for (const wait of [0, 500, 1_000, 2_000, 4_000]) {
    stage.pass(wait)
    for (const call of stage.open('lookupOrder')) say.absent(call)
  }
  expect(stage.sent()).toHaveLength(1)
  expect(stage.reported('order.settled')).toMatchObject([{ status: 'rejected', reason: 'lost_at_the_venue' }])
})

test('lookups that found the order do not count toward its being absent', () => {
  const { stage, say } = givenOrder(request, 'exit')
  say.known(stage.call('submitOrder'))
  for (let count = 0; count < 6; count += 1) {
    stage.restart()
    say.known(stage.call('lookupOrder'))
  }
  expect(stage.orderContext().progress.lookups).toBe(0)
  stage.restart()
  say.absent(stage.call('lookupOrder'))
  expect(stage.state()).toBe('unknown')
})
