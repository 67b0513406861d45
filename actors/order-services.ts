/** The services of an order: record the intent, submit, look up, cancel. Failures of the venue are answers, not throws. */
import type { VenueOrder } from '../domain/order.ts'
import { type Answer, VenueRefused, VenueUnreachable } from '../domain/ports.ts'
import type { OrderServiceInput, VenueAnswer } from '../machines/order/context.ts'
import { type Flow, isPromise, wait } from './flow.ts'
import { within } from './time-limit.ts'
import type { World } from './world.ts'

/** Longest wait for the store before an entry is refused and an exit goes another way. */
const INTENT_MS_MAX = 1_000

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
    const flushed = world.journal.flush()
    const { exits } = world
    if (exits === null || !isPromise(flushed)) {
      yield* wait(flushed)
      return { at: world.clock.now() }
    }
    try {
      // A moment that is being played is written as a whole: that wait is ours, not the store's.
      yield* wait(world.journal.free)
      yield* wait(within(flushed, INTENT_MS_MAX, 'to record an intent'))
    } catch (error) {
      world.journal.isSlow = true
      // An entry can be missed; an exit cannot, so its intent becomes durable in another place.
      if (!request.reduceOnly) throw error
      exits.append({
        accountId: ids.accountId,
        at: world.clock.now(),
        intent: { type: 'intent.recorded', request, leg, positionId, decisionId },
      })
    }
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
