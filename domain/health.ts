/** How everything stands: what outside things say, how fresh the data is, and what the machine has left. */

export type Condition = 'ok' | 'degraded' | 'failing'

/** Something the engine needs and does not hold itself. */
export type DependencyHealth = {
  kind: 'store' | 'feed' | 'exchange' | 'model'
  name: string
  /** `null`: shared by every account. */
  accountId: string | null
  condition: Condition
  /** What is wrong; `null` while nothing is. It may hold text from outside. */
  detail: string | null
  /** Epoch ms since when; `null`: not known. */
  since: number | null
}

/** What this process and its machine have used and have left. Counters only grow; sizes in bytes. */
export type Resources = {
  cpuSeconds: number
  /** Share of one core since the last look. */
  cpuRatio: number
  memoryBytes: number
  heapBytes: number
  diskFreeBytes: number | null
  diskBytes: number | null
  /** Of the event loop, since the last look. */
  loopLagMs: { p50: number; p99: number; max: number }
  openHandles: number
}

export interface ResourceMeter {
  read(): Resources
}

export type JobHealth = {
  name: string
  /** Real time between two runs. */
  everyMs: number
  /** Epoch ms, wall clock; `null`: not yet. */
  lastRunAt: number | null
  runs: number
  failures: number
  /** What the last run died of; `null`: it did not. */
  lastError: string | null
}

/** From 0 to 100: 100 less what each dependency and alert takes away. */
export const healthScore = (
  dependencies: readonly Pick<DependencyHealth, 'condition'>[],
  alerts: readonly { level: 'warning' | 'critical' }[],
): number => {
  const lost =
    dependencies.reduce(
      (sum, { condition }) => sum + (condition === 'ok' ? 0 : condition === 'degraded' ? 10 : 30),
      0,
    ) + alerts.reduce((sum, { level }) => sum + (level === 'critical' ? 20 : 5), 0)
  return Math.max(0, 100 - lost)
}

/** Of the whole: what does not answer at all is found out by whoever asks, and a restart cures nothing of the rest. */
export const conditionOf = (
  dependencies: readonly Pick<DependencyHealth, 'condition'>[],
  alerts: readonly { level: 'warning' | 'critical' }[],
): Exclude<Condition, 'failing'> =>
  dependencies.every(each => each.condition === 'ok') && alerts.every(each => each.level !== 'critical')
    ? 'ok'
    : 'degraded'
