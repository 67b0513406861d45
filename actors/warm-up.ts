/** History before the first decision, so that no indicator starts from nothing. */
import type { CandleSource } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { System } from './system.ts'

export const warmUp = (system: System, source: CandleSource, steps: number): void => {
  for (let count = 0; count < steps; count += 1) {
    const step = source.next()
    if (step === null) return
    system.conductor.warm(step)
    system.clock.advanceTo(step.openAt + INTERVAL_MS[source.interval])
  }
}
