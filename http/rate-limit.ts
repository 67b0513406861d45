/** How much one token may ask: a bucket that refills evenly, so that a pause earns a burst and haste earns a wait. */

export type RateLimit = {
  /** Takes one; `null` when there was one to take, else the seconds until there is. */
  take(key: string): number | null
}

/** Buckets remembered at once; the one longest unused is forgotten, which is then full again. */
const KEYS_MAX = 10_000

/** `perMinute` is both what comes back in a minute and what may be used at once. */
export const createRateLimit = (perMinute: number | null, now: () => number): RateLimit => {
  if (perMinute === null) return { take: () => null }
  const buckets = new Map<string, { left: number; at: number }>()
  const perMs = perMinute / 60_000
  return {
    take(key) {
      const at = now()
      const known = buckets.get(key) ?? { left: perMinute, at }
      buckets.delete(key)
      const oldest = buckets.keys().next()
      if (buckets.size >= KEYS_MAX && !oldest.done) buckets.delete(oldest.value)
      // A clock that was set back earns nothing.
      const left = Math.min(perMinute, known.left + Math.max(0, at - known.at) * perMs)
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at })
      return left >= 1 ? null : Math.max(1, Math.ceil((1 - left) / perMs / 1000))
    },
  }
}
