/** The services of an order: record the intent, submit, look up, cancel. Failures of the venue are answers, not throws. */
import type { VenueOrder } from '../domain/order.ts'
import { type Answer, VenueRefused, VenueUnreachable } from '../domain/ports.ts'
import type { OrderServiceInput, VenueAnswer } from '../machines/order/context.ts'
import { type Flow, wait } from './flow.ts'
import type { World } from './world.ts'

/** Durable before anything is sent (P1, P10): the decision was recorded before, the journal is one ordered writer. */
export const saveIntent = (world: World) =>
  function* ({ ids, request }: OrderServiceInput): Flow<{ at: number }> {
    const { leg, positionId, decisionId } = ids
    world.journal.record(ids.accountId, world.clock.now(), {
      type: 'intent.recorded',
      request,
      leg,
      positionId,
      decisionId,
    })
    yield* wait(world.journal.flush())
    return { at: world.clock.now() }
  }

/** Asks the venue and sorts what comes back into the five things it can mean. */
function* ask(
  world: World,
  input: OrderServiceInput,
  call: () => Answer<VenueOrder | null>,
): Flow<VenueAnswer> {
  try {
    const order = yield* wait(call())
    const at = world.clock.now()
    if (order === null) return { outcome: 'absent', at }
    world.noteOrder(input.ids.accountId, order, at)
    return { outcome: 'known', order, at }
  } catch (error) {
    const at = world.clock.now()
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof VenueRefused) return { outcome: 'refused', code: error.code, message, at }
    if (error instanceof VenueUnreachable) return { outcome: 'unreachable', message, at }
    const { accountId, leg } = input.ids
    const { clientOrderId, symbol } = input.request
    world.journal.record(accountId, at, { type: 'order.unknown', clientOrderId, symbol, leg, message })
    return { outcome: 'unknown', message, at }
  }
}

export const submitOrder = (world: World) => (input: OrderServiceInput) =>
  ask(world, input, () => world.seat(input.ids.accountId).exchange.submit(input.request))

export const lookupOrder = (world: World) => (input: OrderServiceInput) =>
  ask(world, input, () =>
    world.seat(input.ids.accountId).exchange.lookup(input.request.symbol, input.request.clientOrderId),
  )

export const cancelOrder = (world: World) => (input: OrderServiceInput) =>
  ask(world, input, () =>
    world.seat(input.ids.accountId).exchange.cancel(input.request.symbol, input.request.clientOrderId),
  )
