/** What many runs add up to, as one plain document: the same seeds give the same one, but for the speed. */
import { createHash } from 'node:crypto'
import type { Violation } from './auditor/violation.ts'
import type { SimulationResult } from './simulation.ts'

export type SimulationReport = {
  seeds: number
  virtualDays: number
  events: number
  trades: number
  faults: Record<string, number>
  violations: number
  /** The first of each failing seed. */
  failures: { seed: number; violation: Violation }[]
  nakedSeconds: { p50: number; p99: number; max: number }
  ordersPerIntentMax: number
  recoverySecondsP99: number
  hash: string
  /** Simulated seconds per second. */
  speedup: number
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

const seconds = (ms: number): number => Math.round(ms) / 1000

/** `results` in any order; they are sorted by seed. */
export const reportOf = (results: readonly SimulationResult[], tookMs: number): SimulationReport => {
  const sorted = results.toSorted((a, b) => a.plan.seed - b.plan.seed)
  const faults: Record<string, number> = {}
  const hash = createHash('sha256')
  for (const result of sorted) {
    hash.update(result.hash)
    for (const [kind, count] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + count
  }
  const naked = sorted.flatMap(result => result.nakedMs).sort((a, b) => a - b)
  const recovery = sorted.flatMap(result => result.recoveryMs).sort((a, b) => a - b)
  const sum = (of: (result: SimulationResult) => number) => sorted.reduce((all, each) => all + of(each), 0)
  const days = sum(result => result.days)
  return {
    seeds: sorted.length,
    virtualDays: Math.round(days * 1000) / 1000,
    events: sum(result => result.events),
    trades: sum(result => result.trades),
    faults: Object.fromEntries(Object.entries(faults).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    violations: sum(result => result.violations.length),
    failures: sorted.flatMap(({ plan, violations }) =>
      violations[0] === undefined ? [] : [{ seed: plan.seed, violation: violations[0] }],
    ),
    nakedSeconds: {
      p50: seconds(quantile(naked, 0.5)),
      p99: seconds(quantile(naked, 0.99)),
      max: seconds(naked.at(-1) ?? 0),
    },
    ordersPerIntentMax: Math.max(0, ...sorted.map(result => result.ordersPerIntentMax)),
    recoverySecondsP99: seconds(quantile(recovery, 0.99)),
    hash: hash.digest('hex'),
    speedup: Math.round((days * 86_400_000) / Math.max(1, tookMs)),
  }
}
