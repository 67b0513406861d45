/** Which stored states of accounts can be gone on from. */
import type { StoredSnapshot, StoreReader } from '../domain/ports.ts'
import { rebuild, rejectionOf } from './recover.ts'
import type { System } from './system.ts'

/** Snapshots that can be restored, and what the journal says in the place of those that cannot; one account at a time. */
export const usable = async (
  system: System,
  reader: StoreReader,
  snapshots: readonly StoredSnapshot[],
): Promise<StoredSnapshot[]> => {
  const found: StoredSnapshot[] = []
  for (const account of system.settings.accounts) {
    const snapshot = snapshots.find(each => each.accountId === account.id)
    if (snapshot === undefined) continue
    const input = system.inputOf(account)
    const reason = rejectionOf(snapshot, input)
    if (reason === null) {
      found.push(snapshot)
      continue
    }
    found.push(await rebuild(reader, input))
    system.journal.record(account.id, system.clock.now(), {
      type: 'snapshot.rejected',
      reason,
      action: 'rebuilt from the journal, to be compared with the venue',
    })
  }
  return found
}
