/**
 * Deadlines of every actor in one heap. An actor's deadline is data in its context (`timing.until`); when it is due and
 * still the same, the actor is ticked. Nobody else is.
 */
import type { AnyActorRef } from 'xstate'
import type { SimClock } from './sim-clock.ts'

type Timed = { timing?: { until: number | null } }

export const deadlineOf = (context: unknown): number | null => (context as Timed).timing?.until ?? null

export class Deadlines {
  readonly #clock: SimClock

  constructor(clock: SimClock) {
    this.#clock = clock
  }

  /** The actor's context now says `until`. */
  set(actor: AnyActorRef, until: number): void {
    const tick = () => {
      const snapshot = actor.getSnapshot() as { status: string; context: unknown }
      if (snapshot.status !== 'active' || deadlineOf(snapshot.context) !== until) return
      actor.send({ type: 'clock.ticked', at: this.#clock.now() })
    }
    this.#clock.at(until, tick, actor.system)
  }
}
