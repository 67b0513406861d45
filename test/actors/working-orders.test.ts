/** The orders a stream begins with are those the venue has. */
import { expect, test } from 'vitest'
import { workingOrders } from '../../actors/working-orders.ts'
import { presentWorkingOrder } from '../../http/present/stream-trading.ts'
import { givenFloor, say, VICTIM } from './given-control.ts'

test('orders that have not ended are those that work at the venue, each with its position and decision', async () => {
  const floor = await givenFloor()
  const reached = floor.reached('', 'protected')
  const stop = floor.run()
  await reached
  const { exchange } = floor.desk.seat(VICTIM)
  const atVenue = (await exchange.openOrders()).map(each => each.clientOrderId).toSorted()
  const ours = workingOrders(floor.desk, [VICTIM])
  expect(atVenue.length).toBeGreaterThan(0)
  expect(ours.map(each => each.request.clientOrderId).toSorted()).toEqual(atVenue)
  const stops = ours.filter(each => each.ids.leg === 'stop').map(presentWorkingOrder)
  expect(stops.length).toBeGreaterThan(0)
  for (const each of stops) {
    expect(each).toMatchObject({ status: 'working', leg: 'stop', filled_quantity: '0' })
    expect(each.order_id).not.toBeNull()
    expect(each.position_id).toMatch(new RegExp(`^${VICTIM}-`))
    expect(each.decision_id).not.toBeNull()
  }
  await floor.tell(say('panic'))
  await stop()
  expect(workingOrders(floor.desk, [VICTIM])).toEqual([])
})
