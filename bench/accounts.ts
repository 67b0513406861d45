/**
 * Memory of many accounts in one process, each with an open position under a stop and a target.
 *
 * A process of its own (`node --expose-gc bench/accounts.ts 10000`), so that nothing else is counted; prints JSON.
 */
import { createSystem } from '../actors/system.ts'
import { crowdOf, START, SYMBOL } from './crowd.ts'
import { sweepAll } from './measure.ts'

export type AccountsRow = {
  accounts: number
  /** Heap of an account that has never traded, with its books at the venue. */
  flatBytes: number
  /** Heap of an account with an open position, its stop and its target. */
  openBytes: number
  rssBytes: number
  /** Opening one account, and one entry with its protection. */
  openMicros: number
  entryMicros: number
}

const heap = (): number => {
  sweepAll()
  return process.memoryUsage().heapUsed
}

const measure = (count: number): AccountsRow => {
  const { settings, source, strategies } = crowdOf(count, 3)
  const system = createSystem({
    settings,
    source,
    strategies,
    wiring: 'simulated',
    attention: 'changes',
    startAt: START,
    equityMs: Number.MAX_SAFE_INTEGER,
  })
  const before = heap()
  const from = performance.now()
  system.openAccounts()
  const opened = performance.now()
  const flat = heap()
  const decided = performance.now()
  for (let step = source.next(); step !== null; step = source.next()) system.conductor.play(step)
  const entered = performance.now()
  const open = heap()
  const safe = system.desk.accountIds().filter(id => {
    const { context } = system.desk.actor(id).getSnapshot()
    return context.positions[SYMBOL]?.state === 'protected'
  })
  if (safe.length !== count) throw new Error(`${safe.length} of ${count} accounts have a protected position`)
  return {
    accounts: count,
    flatBytes: (flat - before) / count,
    openBytes: (open - before) / count,
    rssBytes: process.memoryUsage().rss,
    openMicros: ((opened - from) * 1000) / count,
    entryMicros: ((entered - decided) * 1000) / count,
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(measure(Number(process.argv[2] ?? 10_000)))}\n`)
