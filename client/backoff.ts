/** Waits between attempts: doubling, and drawn by lot below that, so that many clients do not come back at once. */

export type Backoff = { firstMs: number; maxMs: number }

export const BACKOFF: Backoff = { firstMs: 250, maxMs: 30_000 }

/** `failures` from 1; `chance` uniform in [0, 1). At least half of the full wait. */
export const waitMs = (failures: number, chance: number, { firstMs, maxMs }: Backoff = BACKOFF): number => {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return Math.round(full / 2 + (full / 2) * chance)
}
