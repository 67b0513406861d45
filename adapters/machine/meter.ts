/** What the process uses and its machine has left. The event loop is measured from the start on. */
import { statfsSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ResourceMeter, Resources } from '../../domain/health.ts'

const RESOLUTION_MS = 10
const MICROSECONDS = 1e6
const NANOSECONDS_PER_MS = 1e6

const diskOf = (folder: string): { free: number; size: number } | null => {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { free: bavail * bsize, size: blocks * bsize }
  } catch {
    // A folder that is gone has no disk to tell of.
    return null
  }
}

export class MachineMeter implements ResourceMeter {
  readonly #folder: string
  readonly #loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #last: { at: number; cpuSeconds: number }

  constructor(folder: string) {
    this.#folder = folder
    this.#loop.enable()
    this.#last = { at: performance.now(), cpuSeconds: 0 }
  }

  read(): Resources {
    const { user, system } = process.cpuUsage()
    const cpuSeconds = (user + system) / MICROSECONDS
    const at = performance.now()
    const elapsed = Math.max(0.001, (at - this.#last.at) / 1000)
    const cpuRatio = Math.max(0, (cpuSeconds - this.#last.cpuSeconds) / elapsed)
    this.#last = { at, cpuSeconds }
    const { rss, heapUsed } = process.memoryUsage()
    const disk = diskOf(this.#folder)
    return {
      cpuSeconds,
      cpuRatio,
      memoryBytes: rss,
      heapBytes: heapUsed,
      diskFreeBytes: disk?.free ?? null,
      diskBytes: disk?.size ?? null,
      loopLagMs: this.#lag(),
      openHandles: process.getActiveResourcesInfo().length,
    }
  }

  close(): void {
    this.#loop.disable()
  }

  /** The measure includes its own period, which is no lateness. */
  #lag(): Resources['loopLagMs'] {
    const late = (nanoseconds: number): number => {
      const ms = nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS
      return Number.isFinite(ms) ? Math.max(0, ms) : 0
    }
    const lag = {
      p50: late(this.#loop.percentile(50)),
      p99: late(this.#loop.percentile(99)),
      max: late(this.#loop.max),
    }
    this.#loop.reset()
    return lag
  }
}
