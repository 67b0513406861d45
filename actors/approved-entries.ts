/**
 * Entries that the rules let through, of all accounts, kept in memory once they were read: what comes later is all that is
 * read again. A decision that was made stays as it is; one that the store has let go is let go here too, so that an answer
 * is the same before a restart and after it.
 */
import { type Predicting, predictingOf } from '../domain/performance/predictions.ts'
import type { DecisionRow, StoreReader } from '../domain/ports.ts'
import { everyRow } from './every-row.ts'

export type Entry = { at: number; decision: Predicting }

const PAGE = 500
/** Accounts are written apart from each other: one may be behind another by far less than this, ms of engine time. */
const BEHIND_MAX = 24 * 3_600_000
/** For the number of what is stored, and the oldest of it. */
const OLDEST = { status: 'approved', limit: 1, oldestFirst: true }

class ApprovedEntries {
  /** By account, then by decision. */
  readonly #entries = new Map<string, Map<string, Entry>>()
  #latestAt = Number.NEGATIVE_INFINITY

  /** Oldest first. */
  of(accountId: string): Entry[] {
    return [...(this.#entries.get(accountId)?.values() ?? [])].toSorted((one, other) => one.at - other.at)
  }

  find(accountId: string, decisionId: string): Entry | undefined {
    return this.#entries.get(accountId)?.get(decisionId)
  }

  /** Reads what has come since the last time, and lets go what is no longer stored. */
  async follow(reader: StoreReader): Promise<void> {
    const from = this.#latestAt - BEHIND_MAX
    const since = Number.isFinite(from) ? { from } : {}
    const approved = everyRow(query => reader.decisions(query), { status: 'approved', ...since }, PAGE)
    for await (const row of approved) this.#keep(row)
    await this.#letGo(reader)
  }

  #keep(row: DecisionRow): void {
    const own = this.#entries.get(row.accountId) ?? new Map<string, Entry>()
    if (!own.has(row.decisionId)) own.set(row.decisionId, { at: row.at, decision: predictingOf(row) })
    this.#entries.set(row.accountId, own)
    this.#latestAt = Math.max(this.#latestAt, row.at)
  }

  /** The store lets the oldest of an account go first, and each account may have a time of its own for that. */
  async #letGo(reader: StoreReader): Promise<void> {
    const kept = [...this.#entries.values()].reduce((sum, own) => sum + own.size, 0)
    if ((await reader.signals(OLDEST)).total >= kept) return
    for (const [accountId, own] of this.#entries) {
      const { items, total } = await reader.signals({ ...OLDEST, accountId: [accountId] })
      if (total >= own.size) continue
      const oldestAt = items[0]?.at ?? Number.POSITIVE_INFINITY
      for (const [decisionId, { at }] of own) if (at < oldestAt) own.delete(decisionId)
      if (own.size === 0) this.#entries.delete(accountId)
    }
  }
}

const byReader = new WeakMap<StoreReader, ApprovedEntries>()

/** Of this store, up to now. */
export const approvedEntries = async (reader: StoreReader): Promise<ApprovedEntries> => {
  const known = byReader.get(reader) ?? new ApprovedEntries()
  byReader.set(reader, known)
  await known.follow(reader)
  return known
}
