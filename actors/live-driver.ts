/**
 * Drives an engine in real time or faster: plays step after step, waits between the moments of a step until every
 * service has answered, and makes what happened durable.
 */
import type { MarketStep } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import { CHECKPOINT, type Checkpoint, type Moment, replayTo, VENUE } from './checkpoint.ts'
import type { System } from './system.ts'

/** Real time between two writes while nothing urgent asks for one. */
const FLUSH_MS = 500

export type DriverOptions = {
  system: System
  next: () => MarketStep | null
  speed: number | 'max'
  onError: (error: unknown) => void
  /** Called after each step. */
  onStep?: (step: MarketStep) => void
}

export class LiveDriver {
  readonly #options: DriverOptions
  #checkpoint: Checkpoint
  #stopping = false
  #wake: (() => void) | null = null
  #lastFlushAt = 0
  steps = 0

  constructor(options: DriverOptions) {
    this.#options = options
    this.#checkpoint = { version: 1, now: options.system.clock.now(), stepOpenAt: null, moment: 'close' }
    const { system } = options
    system.journal.captureWith(() => ({
      snapshots: system.desk
        .capture()
        .map(({ accountId, body }) => ({ accountId, version: 1, at: system.clock.now(), body })),
      documents: [
        { key: CHECKPOINT, body: { ...this.#checkpoint, now: system.clock.now() } },
        { key: VENUE, body: system.venue.state() },
      ],
    }))
  }

  /** Finds the place where a former run stood; returns the step it left unfinished. */
  resume(checkpoint: Checkpoint, source: Parameters<typeof replayTo>[0]): MarketStep | null {
    this.#checkpoint = checkpoint
    return replayTo(source, checkpoint, step => this.#options.system.conductor.warm(step))
  }

  /** Plays until the source ends or `stop` is called. `unfinished` continues where a former run stopped. */
  async run(unfinished: MarketStep | null = null): Promise<void> {
    await this.#settle()
    if (unfinished !== null) await this.#play(unfinished, this.#checkpoint.moment)
    while (!this.#stopping) {
      const step = this.#options.next()
      if (step === null) break
      await this.#play(step, null)
    }
    await this.#settle()
    await this.#flush(true)
  }

  /** Ends after the moment that is being played; `run` returns when everything is durable. */
  stop(): void {
    this.#stopping = true
    this.#wake?.()
  }

  async #play(step: MarketStep, done: Moment | null): Promise<void> {
    const { system, onStep } = this.#options
    const lengthMs = INTERVAL_MS[this.#interval()]
    const { conductor } = system
    if (done === null) {
      await this.#advance(step.openAt)
      conductor.open(step)
      await this.#reached(step, 'open')
    }
    if (done !== 'inside') {
      await this.#pause(lengthMs / 2)
      if (this.#stopping) return
      await this.#advance(step.openAt + lengthMs)
      conductor.inside(step)
      await this.#reached(step, 'inside')
      await this.#pause(lengthMs / 2)
      if (this.#stopping) return
    }
    conductor.close(step)
    system.market.publish()
    await this.#reached(step, 'close')
    this.steps += 1
    onStep?.(step)
  }

  #interval() {
    return this.#options.system.interval
  }

  async #reached(step: MarketStep, moment: Moment): Promise<void> {
    this.#checkpoint = { version: 1, now: this.#options.system.clock.now(), stepOpenAt: step.openAt, moment }
    await this.#settle()
    this.#options.system.desk.remember()
    await this.#flush(false)
  }

  /** Moves the clock from deadline to deadline, so that what one of them starts is finished before the next. */
  async #advance(to: number): Promise<void> {
    const { clock } = this.#options.system
    for (let due = clock.nextDue(); due !== null && due <= to; due = clock.nextDue()) {
      clock.advanceTo(due)
      await this.#settle()
    }
    clock.advanceTo(to)
  }

  #settle(): Promise<void> {
    return this.#options.system.inFlight.settled()
  }

  async #flush(now: boolean): Promise<void> {
    const at = performance.now()
    if (!now && at - this.#lastFlushAt < FLUSH_MS) return
    this.#lastFlushAt = at
    try {
      await this.#options.system.journal.flush()
    } catch (error) {
      this.#options.onError(error)
    }
  }

  /** Real time for `ms` of market time, at the engine's speed; ends early on `stop`. */
  #pause(ms: number): Promise<void> {
    const { speed } = this.#options
    if (speed === 'max' || this.#stopping) return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms / speed)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
