/** What is durable in a simulation: it outlives every process, and it can be slow, full, or lose a write. */
import type { Batch, Store, StoredSnapshot } from '../../domain/ports.ts'
import type { Witness } from './auditor/witness.ts'
import { ALL, type Faults } from './faults.ts'
import type { Timeline } from './timeline.ts'

export class Disk {
  readonly #timeline: Timeline
  readonly #faults: Faults
  readonly #witness: Witness
  readonly #snapshots = new Map<string, StoredSnapshot>()
  readonly #lastSeq: Record<string, number> = {}
  #slowUntil = 0
  #downUntil = 0

  constructor(timeline: Timeline, faults: Faults, witness: Witness) {
    this.#timeline = timeline
    this.#faults = faults
    this.#witness = witness
  }

  slow(ms: number): void {
    this.#slowUntil = this.#timeline.now() + ms
  }

  fail(ms: number): void {
    this.#downUntil = this.#timeline.now() + ms
  }

  /** Snapshots as a new process reads them: text has been made of them meanwhile. */
  snapshots(): StoredSnapshot[] {
    return [...this.#snapshots.values()].map(each => JSON.parse(JSON.stringify(each)) as StoredSnapshot)
  }

  lastSeq(): Record<string, number> {
    return { ...this.#lastSeq }
  }

  /** A connection of one process. What it writes after `isOpen` has become false never arrives. */
  connect(isOpen: () => boolean): Pick<Store, 'write'> {
    return {
      write: batch => {
        const now = this.#timeline.now()
        if (now < this.#downUntil) return this.#refuse('the disk is full')
        if (this.#faults.strikes('store_write_lost', ALL)) return this.#refuse('serialization failure')
        const dice = this.#faults.dice('store')
        const ms = now < this.#slowUntil ? dice.between(200, 10_000) : 0
        if (ms === 0) {
          if (isOpen()) this.#commit(batch)
          this.#timeline.disturb()
          return Promise.resolve()
        }
        return new Promise(resolve =>
          this.#timeline.at(now + ms, () => {
            if (!isOpen()) return
            this.#commit(batch)
            this.#timeline.disturb()
            resolve()
          }),
        )
      },
    }
  }

  #refuse(message: string): Promise<never> {
    this.#timeline.disturb()
    this.#witness.storeFailed(this.#timeline.now())
    return Promise.reject(new Error(message))
  }

  #commit(batch: Batch): void {
    for (const snapshot of batch.snapshots) this.#snapshots.set(snapshot.accountId, snapshot)
    for (const { accountId, seq } of batch.facts) {
      this.#lastSeq[accountId] = Math.max(seq, this.#lastSeq[accountId] ?? 0)
    }
    this.#witness.durable(batch.facts)
  }
}
