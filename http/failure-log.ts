/**
 * Wrong tokens as the log tells them: each of the few that a peer is allowed, and of those beyond only how many there were,
 * once a minute. Else whoever guesses would fill the log, and rotate away what happened before.
 */
import type { Log } from './context.ts'
import { networkOf } from './network.ts'

const WINDOW_MS = 60_000
/** Peers remembered at once; the oldest is forgotten first. */
const PEERS_MAX = 10_000
const PATH_LENGTH_MAX = 200

export type WrongToken = { peer: string; requestId: string; path: string; isBeyondLimit: boolean }

export type FailureLog = { note(wrong: WrongToken): void }

export const createFailureLog = (log: Log, now: () => number): FailureLog => {
  const told = new Map<string, { at: number; untold: number }>()

  /** Whether a line is due, and how many it stands for; `null`: it is only counted. */
  const dueOf = (peer: string): number | null => {
    const at = now()
    const last = told.get(peer)
    if (last !== undefined && at - last.at < WINDOW_MS) {
      last.untold += 1
      return null
    }
    told.delete(peer)
    const oldest = told.keys().next()
    if (told.size >= PEERS_MAX && !oldest.done) told.delete(oldest.value)
    told.set(peer, { at, untold: 0 })
    return 1 + (last?.untold ?? 0)
  }

  return {
    note({ peer, requestId, path, isBeyondLimit }) {
      const fields = { component: 'auth', peer, request_id: requestId, path: path.slice(0, PATH_LENGTH_MAX) }
      if (!isBeyondLimit) return log.warn(fields, 'wrong token')
      const count = dueOf(networkOf(peer))
      if (count !== null) log.warn({ ...fields, count }, 'wrong tokens beyond the limit')
    },
  }
}
