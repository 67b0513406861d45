/** How everything around the engine stands, as `/status` shows it. */
import { z } from '@hono/zod-openapi'
import type { HealthReport } from '../../actors/operations/watch.ts'
import { visible } from '../../domain/text.ts'
import { Alert, alertExample, presentAlert } from './alert.ts'
import { choice, count, isoOrNull, moment, number, text } from './shape.ts'

const CONDITIONS = ['ok', 'degraded', 'failing'] as const

const Dependency = z.strictObject({
  kind: choice(['store', 'feed', 'exchange', 'model'], 'What it is.'),
  name: text('Its name.'),
  account_id: text('Account that uses it; `null`: all of them.').nullable(),
  condition: choice(CONDITIONS, 'How it is.'),
  detail: text('What is wrong.').nullable(),
  since: moment('Since when, where that is known.').nullable(),
})

const ResourcesShape = z.strictObject({
  cpu_percent: number('Share of one core since the last look.').min(0),
  memory_bytes: count('Memory of the engine.'),
  heap_bytes: count('Memory of JavaScript values.'),
  disk_free_bytes: count('Room on the disk of the data folder.').nullable(),
  disk_bytes: count('Size of that disk.').nullable(),
  loop_lag_p50_ms: number('Usual lateness of the event loop.').min(0),
  loop_lag_p99_ms: number('99 of 100 turns are late by this at most.').min(0),
  open_handles: count('Sockets, timers and files that are open.'),
})

export const Job = z.strictObject({
  name: text('What is done.'),
  every_s: number('Seconds between two runs.').min(0),
  last_run_at: moment('Last run.').nullable(),
  runs: count('Runs so far.'),
  failures: count('Runs that failed.'),
  last_error: text('What the last run died of; `null`: it did not.').nullable(),
})

const Delivery = z.strictObject({
  name: text('Way to reach a person.'),
  sent: count('Notices that arrived.'),
  failed: count('Notices that did not.'),
  last_error: text('What the last attempt died of.').nullable(),
})

export const HealthDetail = z
  .strictObject({
    condition: choice(['ok', 'degraded', 'failing'], '`degraded`: it trades, and something is wrong.'),
    score: count('100 less what is wrong.').max(100),
    dependencies: z.array(Dependency),
    resources: ResourcesShape.nullable(),
    alerts: z.array(Alert),
    jobs: z.array(Job),
    notifications: z.array(Delivery),
  })
  .openapi('HealthDetail')

export type HealthDetail = z.infer<typeof HealthDetail>

const textOrNull = (value: string | null): string | null => (value === null ? null : visible(value))
const rounded = (value: number): number => Math.round(value * 100) / 100

const presentResources = (resources: HealthReport['resources']): HealthDetail['resources'] =>
  resources === null
    ? null
    : {
        cpu_percent: rounded(resources.cpuRatio * 100),
        memory_bytes: resources.memoryBytes,
        heap_bytes: resources.heapBytes,
        disk_free_bytes: resources.diskFreeBytes,
        disk_bytes: resources.diskBytes,
        loop_lag_p50_ms: rounded(resources.loopLagMs.p50),
        loop_lag_p99_ms: rounded(resources.loopLagMs.p99),
        open_handles: resources.openHandles,
      }

export const presentJob = (job: HealthReport['jobs'][number]): z.infer<typeof Job> => ({
  name: job.name,
  every_s: job.everyMs / 1000,
  last_run_at: isoOrNull(job.lastRunAt),
  runs: job.runs,
  failures: job.failures,
  last_error: textOrNull(job.lastError),
})

export const presentHealth = (report: HealthReport): HealthDetail => ({
  condition: report.condition,
  score: report.score,
  dependencies: report.dependencies.map(each => ({
    kind: each.kind,
    name: each.name,
    account_id: each.accountId,
    condition: each.condition,
    detail: textOrNull(each.detail),
    since: isoOrNull(each.since),
  })),
  resources: presentResources(report.resources),
  alerts: report.alerts.map(presentAlert),
  jobs: report.jobs.map(presentJob),
  notifications: report.deliveries.map(each => ({
    name: each.name,
    sent: each.sent,
    failed: each.failed,
    last_error: textOrNull(each.lastError),
  })),
})

export const healthDetailExample: HealthDetail = {
  condition: 'degraded',
  score: 80,
  dependencies: [
    { kind: 'store', name: 'pglite', account_id: null, condition: 'ok', detail: null, since: null },
    { kind: 'exchange', name: 'paper', account_id: 'default', condition: 'ok', detail: null, since: null },
  ],
  resources: {
    cpu_percent: 3.2,
    memory_bytes: 310_000_000,
    heap_bytes: 90_000_000,
    disk_free_bytes: 42_000_000_000,
    disk_bytes: 80_000_000_000,
    loop_lag_p50_ms: 0.1,
    loop_lag_p99_ms: 2.4,
    open_handles: 14,
  },
  alerts: [alertExample],
  jobs: [
    {
      name: 'look',
      every_s: 5,
      last_run_at: '2026-01-02T03:30:00.000Z',
      runs: 1080,
      failures: 0,
      last_error: null,
    },
  ],
  notifications: [{ name: 'webhook', sent: 2, failed: 0, last_error: null }],
}
