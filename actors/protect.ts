/** The services of a position: set the leverage before an entry, and read the stop back from the venue after it. */
import { dec } from '../domain/units.ts'
import type {
  LeverageAnswer,
  LeverageInput,
  ProtectionAnswer,
  ProtectionInput,
} from '../machines/position/context.ts'
import { type Flow, wait } from './flow.ts'
import type { World } from './world.ts'

/** The venue's answer counts, not the wish: an entry is refitted to the leverage the venue has. */
export const setLeverage = (world: World) =>
  function* ({ accountId, symbol, leverage }: LeverageInput): Flow<LeverageAnswer> {
    try {
      const actual = yield* wait(world.seat(accountId).exchange.setLeverage(symbol, leverage))
      const message = actual === leverage ? '' : `leverage_is_${actual}_not_${leverage}`
      return { ok: actual === leverage, actual, message, at: world.clock.now() }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { ok: false, actual: null, message: `leverage_not_set: ${reason}`, at: world.clock.now() }
    }
  }

/** Proof, not belief: the venue itself lists a working reduce-only stop with our id that covers the whole position. */
export const readProtection = (world: World) =>
  function* ({ accountId, stopOrderId, quantity }: ProtectionInput): Flow<ProtectionAnswer> {
    const orders = yield* wait(world.seat(accountId).exchange.openOrders())
    const confirmed = orders.some(
      order =>
        order.clientOrderId === stopOrderId &&
        order.status === 'working' &&
        order.reduceOnly &&
        dec(order.quantity).minus(order.filledQuantity).gte(quantity),
    )
    return { confirmed, at: world.clock.now() }
  }
