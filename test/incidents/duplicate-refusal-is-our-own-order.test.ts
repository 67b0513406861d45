/** An order nobody found was sent again, and came after its first sending had arrived late. The venue refused the second as
 * a duplicate, and the engine took that for a refusal of the order, which stood. */
import { expect, test } from 'vitest'
import { entryRequest, givenOrder } from '../machines/given.ts'

test('an order refused as a duplicate of itself is looked up', () => {
  const request = entryRequest({ clientOrderId: 'main-BTC-1-x1', reduceOnly: true, validUntil: null })
  const { stage, say } = givenOrder(request, 'exit')
  say.unknown(stage.call('submitOrder'))
  for (const wait of [250, 500, 1_000, 2_000]) {
    stage.pass(wait)
    say.absent(stage.call('lookupOrder'))
  }
  say.refused(stage.call('submitOrder'), 'duplicate_client_order_id')
  expect(stage.state()).toBe('unknown')
  stage.pass(8_000)
  say.known(stage.call('lookupOrder'))
  expect(stage.state()).toBe('working')
  expect(stage.reported('order.settled')).toEqual([])
})
