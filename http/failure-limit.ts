/** Counts wrong tokens per peer and its network: five in a minute, then the peer waits for the minute to end. */
import { networkOf } from './network.ts'

const FAILURES_MAX = 5
const WINDOW_MS = 60_000
/** Peers remembered at once; the oldest is forgotten first, so that a flood of addresses costs no memory. */
const PEERS_MAX = 10_000

export type FailureLimit = {
  /** Books one failure; returns the seconds to wait once the peer has had too many, `null` before. */
  fail(peer: string): number | null
}

export const createFailureLimit = (now: () => number): FailureLimit => {
  const windows = new Map<string, { startedAt: number; failures: number }>()

  const open = (peer: string, at: number) => {
    const found = windows.get(peer)
    if (found !== undefined && at - found.startedAt < WINDOW_MS) return found
    windows.delete(peer)
    const oldest = windows.keys().next()
    if (windows.size >= PEERS_MAX && !oldest.done) windows.delete(oldest.value)
    const fresh = { startedAt: at, failures: 0 }
    windows.set(peer, fresh)
    return fresh
  }

  return {
    fail(peer) {
      const at = now()
      const window = open(networkOf(peer), at)
      window.failures += 1
      if (window.failures <= FAILURES_MAX) return null
      return Math.max(1, Math.ceil((window.startedAt + WINDOW_MS - at) / 1000))
    },
  }
}
