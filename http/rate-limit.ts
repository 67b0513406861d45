/** How much one token may ask: a bucket that refills evenly, so that a pause earns a burst and haste earns a wait. */

/** How a limit stands for one key. */
export type RateStanding = {
  perMinute: number
  /** Whole requests that may be made now. */
  left: number
  /** Epoch ms when all of them may be again. */
  fullAt: number
}

export type RateLimit = {
  /** Looks without taking; `null`: there is no limit. */
  standing(key: string): RateStanding | null
  /** Takes one; `null` when there was one to take, else the seconds until there is. */
  take(key: string): number | null
}

/** Buckets remembered at once; the one longest unused is forgotten, which is then full again. */
const KEYS_MAX = 10_000

/** `perMinute` is both what comes back in a minute and what may be used at once. */
export const createRateLimit = (perMinute: number | null, now: () => number): RateLimit => {
  if (perMinute === null) return { take: () => null, standing: () => null }
  const buckets = new Map<string, { left: number; at: number }>()
  const perMs = perMinute / 60_000
  // A clock that was set back earns nothing.
  const earned = ({ left, at: since }: { left: number; at: number }, at: number) =>
    Math.min(perMinute, left + Math.max(0, at - since) * perMs)
  return {
    standing(key) {
      const at = now()
      const left = earned(buckets.get(key) ?? { left: perMinute, at }, at)
      return { perMinute, left: Math.floor(left), fullAt: at + Math.ceil((perMinute - left) / perMs) }
    },
    take(key) {
      const at = now()
      const known = buckets.get(key) ?? { left: perMinute, at }
      buckets.delete(key)
      const oldest = buckets.keys().next()
      if (buckets.size >= KEYS_MAX && !oldest.done) buckets.delete(oldest.value)
      const left = earned(known, at)
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at })
      return left >= 1 ? null : Math.max(1, Math.ceil((1 - left) / perMs / 1000))
    },
  }
}
