/**
 * Entries that the rules let through, of all accounts, kept in memory once they were read: what comes later is all that is
 * read again. A decision that was made stays as it is.
 */
import { type Predicting, predictingOf } from '../domain/performance/predictions.ts'
import type { DecisionRow, StoreReader } from '../domain/ports.ts'

export type Entry = { at: number; decision: Predicting }

const PAGE = 500
/** Accounts are written apart from each other: one may be behind another by far less than this, ms of engine time. */
const BEHIND_MAX = 24 * 3_600_000

class ApprovedEntries {
  /** By account, then by decision, oldest first. */
  readonly #entries = new Map<string, Map<string, Entry>>()
  #latestAt = Number.NEGATIVE_INFINITY

  of(accountId: string): Entry[] {
    return [...(this.#entries.get(accountId)?.values() ?? [])]
  }

  /** Reads what has come since the last time. */
  async follow(reader: StoreReader): Promise<void> {
    const from = this.#latestAt - BEHIND_MAX
    for (let cursor: string | undefined; ; ) {
      const page = await reader.decisions({
        status: 'approved',
        limit: PAGE,
        oldestFirst: true,
        ...(Number.isFinite(from) ? { from } : {}),
        ...(cursor === undefined ? {} : { cursor }),
      })
      for (const row of page.items) this.#keep(row)
      if (page.next === null) return
      cursor = page.next
    }
  }

  #keep(row: DecisionRow): void {
    const own = this.#entries.get(row.accountId) ?? new Map<string, Entry>()
    if (!own.has(row.decisionId)) own.set(row.decisionId, { at: row.at, decision: predictingOf(row) })
    this.#entries.set(row.accountId, own)
    this.#latestAt = Math.max(this.#latestAt, row.at)
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
