/** `latch simulate`: the whole engine against everything that can go wrong, seed by seed, under an independent audit. */
import { availableParallelism } from 'node:os'
import { Command } from 'commander'
import { reportOf, type SimulationReport } from '../actors/simulation/report.ts'
import { shrink } from '../actors/simulation/shrink.ts'
import { type SimulationResult, simulate } from '../actors/simulation/simulation.ts'
import { EXIT, UsageError } from './exit.ts'
import { simulateOutside } from './simulate-outside.ts'
import { runSeeds } from './simulate-pool.ts'
import type { Task } from './simulate-worker.ts'

type Options = {
  seeds: string
  seed?: string
  days: string
  accounts: string
  shrink: boolean
  json?: boolean
}

const THREADS_MAX = 2
/** Newest strikes shown of a failing run. */
const HISTORY_SHOWN = 25

const numberOf = (name: string, text: string, least: number): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value >= least) return value
  throw new UsageError(`--${name} is ${text}; give a number from ${least}`)
}

const tasksOf = (options: Options): Task[] => {
  const days = numberOf('days', options.days, 0.25)
  const accounts = Math.floor(numberOf('accounts', options.accounts, 1))
  const first = options.seed === undefined ? 1 : numberOf('seed', options.seed, 0)
  const count = options.seed === undefined ? Math.floor(numberOf('seeds', options.seeds, 1)) : 1
  return Array.from({ length: count }, (_, index) => ({ seed: first + index, days, accounts }))
}

const explainFailure = async (task: Task, result: SimulationResult, shrinks: boolean): Promise<void> => {
  const write = (text: string) => process.stderr.write(`${text}\n`)
  for (const { promise, at, accountId, what, expected, actual } of result.violations) {
    write(`${promise} broken at ${new Date(at).toISOString()} by ${accountId}: ${what}`)
    write(`   expected ${expected}, actual ${actual}`)
  }
  write(`again with: latch simulate --seed ${task.seed} --days ${task.days} --accounts ${task.accounts}`)
  if (!shrinks) return
  const smaller = await shrink({ ...task, outside: simulateOutside }, result)
  const { days, accounts } = smaller.options
  write(
    `still broken with ${accounts} accounts, ${days} days and these faults: ${smaller.kinds.join(', ') || 'none'}`,
  )
  for (const line of smaller.result.history.slice(-HISTORY_SHOWN)) write(`   ${line}`)
}

const print = (report: SimulationReport, asJson: boolean): void => {
  const { failures, ...document } = report
  if (asJson) {
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    return
  }
  const { nakedSeconds: naked } = report
  const kinds = Object.keys(report.faults)
  const lines = [
    `${report.seeds} seeds, ${report.virtualDays} days, ${report.events} events, ${report.trades} trades, ${report.speedup} times real time`,
    `${kinds.length} kinds of faults: ${kinds.map(kind => `${kind} ${report.faults[kind]}`).join(', ')}`,
    `without a stop: ${naked.p50} s (half), ${naked.p99} s (99 %), ${naked.max} s (longest, outages included)`,
    `orders per intent at most ${report.ordersPerIntentMax}, works again after ${report.recoverySecondsP99} s (99 %)`,
    `promises broken: ${report.violations}${failures.length === 0 ? '' : ` in seeds ${failures.map(each => each.seed).join(', ')}`}`,
    `hash ${report.hash}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** The same seed twice gives the same run (P11); what differs is added to the results. */
const compareAgain = async (task: Task | undefined, results: SimulationResult[]): Promise<void> => {
  const first = results.find(each => each.plan.seed === task?.seed)
  if (task === undefined || first === undefined) return
  const again = await simulate({ ...task, outside: simulateOutside })
  if (again.hash === first.hash) return
  const what = `seed ${task.seed} run twice`
  first.violations.push({
    promise: 'P11',
    at: 0,
    accountId: '*',
    what,
    expected: first.hash,
    actual: again.hash,
  })
}

const simulateSeeds = async (options: Options): Promise<void> => {
  const tasks = tasksOf(options)
  const began = performance.now()
  const results: SimulationResult[] = []
  const errors: string[] = []
  await runSeeds(tasks, Math.min(THREADS_MAX, availableParallelism()), ({ seed, result, error }) => {
    if (result !== null) results.push(result)
    else errors.push(`seed ${seed} ended with ${error}`)
  })
  const tookMs = performance.now() - began
  await compareAgain(tasks[0], results)
  const report = reportOf(results, tookMs)
  for (const error of errors) process.stderr.write(`${error}\n`)
  const failed = results
    .filter(each => each.violations.length > 0)
    .toSorted((a, b) => a.plan.seed - b.plan.seed)[0]
  const task = tasks.find(each => each.seed === failed?.plan.seed)
  if (failed !== undefined && task !== undefined) await explainFailure(task, failed, options.shrink)
  print(report, options.json === true)
  if (report.violations > 0 || errors.length > 0) process.exitCode = EXIT.failed
}

export const simulateCommand = (): Command =>
  new Command('simulate')
    .description('run the engine against faults drawn from seeds, and check every promise after every event')
    .option('--seeds <count>', 'how many seeds, from 1 on', '200')
    .option('--seed <number>', 'this seed only')
    .option('--days <number>', 'simulated days per seed', '7')
    .option('--accounts <number>', 'accounts per seed', '10')
    .option('--no-shrink', 'do not look for a smaller run that fails the same way')
    .option('--json', 'print one JSON document')
    .action(simulateSeeds)
