/** *reconcile*: the venue's truth about one account, asked for at start, at recovery and after a failure. */
import type { ReconcileAnswer, ReconcileInput } from '../machines/account/context.ts'
import { type Flow, wait } from './flow.ts'
import type { World } from './world.ts'

export const reconcile = (world: World) =>
  function* ({ accountId, since }: ReconcileInput): Flow<ReconcileAnswer> {
    const { exchange } = world.seat(accountId)
    try {
      const fills = yield* wait(exchange.fillsSince(since))
      const positions = yield* wait(exchange.positions())
      return { reachable: true, positions, fills, at: world.clock.now() }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return { reachable: false, message, at: world.clock.now() }
    }
  }
