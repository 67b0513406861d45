/** Faults that come by themselves, so many times a day: each kind has a clock of its own, for each account or the engine. */

import { FAULT_KINDS, FAULTS, type FaultKind } from './fault-kinds.ts'
import { ALL, type Faults } from './faults.ts'
import type { Timeline } from './timeline.ts'

/** What a fault does; the time it goes on in ms, or `null` when there was nothing it could do. */
export type Mishap = (accountId: string) => number | null

/** Kinds that hit the engine or the market as a whole. */
const OF_ALL: readonly FaultKind[] = [
  'store_slow',
  'store_down',
  'killed',
  'killed_twice',
  'suspended',
  'price_gap',
]

export class Mishaps {
  readonly #timeline: Timeline
  readonly #faults: Faults

  constructor(timeline: Timeline, faults: Faults) {
    this.#timeline = timeline
    this.#faults = faults
  }

  start(accountIds: readonly string[], acts: Partial<Record<FaultKind, Mishap>>): void {
    for (const kind of FAULT_KINDS) {
      const act = acts[kind]
      if (act === undefined || FAULTS[kind].per !== 'daily') continue
      for (const id of OF_ALL.includes(kind) ? [ALL] : accountIds) this.#expect(kind, id, act)
    }
  }

  #expect(kind: FaultKind, id: string, act: Mishap): void {
    const rate = this.#faults.rate(kind, id)
    if (rate === 0) return
    const dice = this.#faults.dice(`${id}/${kind}`)
    this.#timeline.at(this.#timeline.now() + dice.waitMs(rate), () => {
      if (this.#faults.isOver) return
      const ms = act(id)
      if (ms !== null) this.#faults.note(kind, id, ms)
      this.#expect(kind, id, act)
    })
  }
}
