/**
 * Snapshots of account trees as they are stored.
 *
 * Children that are services are taken out: a restore would run them again, and an order would be sent twice. What a
 * restart means for each state is said by the machines on `account.resumed`.
 */
import type { AnyActor } from 'xstate'

export const SNAPSHOT_VERSION = 2

type Persisted = { children?: Record<string, { src: unknown; snapshot: Persisted }> }

const isMachine = (src: unknown): boolean => src === 'position' || src === 'order'

const withoutServices = (snapshot: Persisted): Persisted => {
  if (snapshot.children === undefined) return snapshot
  const children: NonNullable<Persisted['children']> = {}
  for (const [id, child] of Object.entries(snapshot.children)) {
    if (isMachine(child.src)) children[id] = { ...child, snapshot: withoutServices(child.snapshot) }
  }
  return { ...snapshot, children }
}

/** Plain JSON of an account and everything below it that is worth keeping. */
export const persist = (account: AnyActor): unknown =>
  withoutServices(account.getPersistedSnapshot() as unknown as Persisted)

/** A copy that an actor may own: XState shares the context object of what it restores. */
export const restorable = (body: unknown): never => structuredClone(body) as never
