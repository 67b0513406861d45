/** What is done from time to time beside trading, and how it went. A job that fails is told and tried again next time. */
import type { JobHealth } from '../../domain/health.ts'

export type Job = { name: string; everyMs: number; work: () => unknown }

export type JobOptions = { now: () => number; onError: (job: string, error: unknown) => void }

type Running = { health: JobHealth; timer: ReturnType<typeof setInterval> | null; isBusy: boolean; job: Job }

export class Jobs {
  readonly #options: JobOptions
  readonly #jobs: Running[] = []

  constructor(options: JobOptions) {
    this.#options = options
  }

  /** Runs it every so often from now on, never twice at one time. */
  start(job: Job): void {
    const { name, everyMs } = job
    const health = { name, everyMs, lastRunAt: null, runs: 0, failures: 0, lastError: null }
    const running: Running = { health, timer: null, isBusy: false, job }
    running.timer = setInterval(() => void this.#run(running), everyMs)
    // Nobody waits for a job: the process ends when trading does.
    running.timer.unref()
    this.#jobs.push(running)
  }

  /** Runs one of them now; settles when it is over. Throws for a name that is none. */
  async runNow(name: string): Promise<void> {
    const found = this.#jobs.find(each => each.job.name === name)
    if (found === undefined) throw new Error(`Invariant: there is no job ${name}`)
    await this.#run(found)
  }

  health(): JobHealth[] {
    return this.#jobs.map(each => ({ ...each.health }))
  }

  stop(): void {
    for (const { timer } of this.#jobs.splice(0)) if (timer !== null) clearInterval(timer)
  }

  async #run(running: Running): Promise<void> {
    if (running.isBusy) return
    running.isBusy = true
    const { health, job } = running
    health.lastRunAt = this.#options.now()
    health.runs += 1
    try {
      await job.work()
      health.lastError = null
    } catch (error) {
      health.failures += 1
      health.lastError = error instanceof Error ? error.message : String(error)
      this.#options.onError(job.name, error)
    } finally {
      running.isBusy = false
    }
  }
}
