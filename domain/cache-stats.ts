/** How a cache does: counted since this process began, by whoever reads through it. */
export type CacheStats = {
  name: string
  hits: number
  misses: number
  /** What it holds now. */
  entries: number
  bytes: number
  /** Epoch ms of the oldest of them; `null`: it is empty. */
  oldestAt: number | null
}
