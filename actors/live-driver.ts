/**
 * Drives an engine in real time or faster: plays step after step, waits between the moments of a step until every
 * service has answered, and makes what happened durable.
 */
import type { MarketStep } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import { CHECKPOINT, type Checkpoint, type Moment, replayTo, VENUE } from './checkpoint.ts'
import { SNAPSHOT_VERSION } from './persisted.ts'
import type { System } from './system.ts'
import { within } from './time-limit.ts'

/** Real time between two writes while nothing urgent asks for one. */
const FLUSH_MS = 500
/** A store that takes longer is not waited for: trading goes on without entries until it has caught up. */
const FLUSH_MS_MAX = 5_000
/** Real time a stop waits for services, and then for the last write: together below 30 s, after which others kill. */
const STOP_MS = 25_000
const LAST_FLUSH_MS = 4_000

export type DriverOptions = {
  system: System
  next: () => MarketStep | null
  speed: number | 'max'
  onError: (error: unknown) => void
  /** Called after each step. */
  onStep?: (step: MarketStep) => void
  /** Real time a stop waits for services that do not answer. */
  stopMs?: number
}

export class LiveDriver {
  readonly #options: DriverOptions
  #checkpoint: Checkpoint
  #stopping = false
  #wake: (() => void) | null = null
  #lastFlushAt = 0
  #stopTimer: ReturnType<typeof setTimeout> | null = null
  /** Ends the wait for a write. */
  #wakeFromWrite: (() => void) | null = null
  #isLeaving = false
  #hasEnded = false
  /** True when the run ended without the answers of all services. */
  hasLeft = false
  steps = 0

  constructor(options: DriverOptions) {
    this.#options = options
    this.#checkpoint = { version: 1, now: options.system.clock.now(), stepOpenAt: null, moment: 'close' }
    const { system } = options
    system.journal.captureWith(() => ({
      snapshots: system.desk.capture().map(({ accountId, body }) => ({
        accountId,
        version: SNAPSHOT_VERSION,
        at: system.clock.now(),
        body,
      })),
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
    this.#options.system.inFlight.isOpening = false
    if (unfinished !== null) await this.#play(unfinished, this.#checkpoint.moment)
    while (!this.#stopping) {
      const step = this.#options.next()
      if (step === null) break
      await this.#play(step, null)
    }
    await this.#settle()
    this.#hasEnded = true
    if (this.#stopTimer !== null) clearTimeout(this.#stopTimer)
    await this.#lastFlush()
  }

  /**
   * Ends after the moment that is being played; `run` returns when everything is durable. Services that do not answer in
   * time are left behind: what they asked the venue is looked up at the next start.
   */
  stop(): void {
    if (this.#stopping || this.#hasEnded) return
    this.#stopping = true
    const { stopMs = STOP_MS } = this.#options
    this.#stopTimer = setTimeout(() => this.leave(`after ${stopMs / 1000} s`), stopMs)
    this.#wake?.()
  }

  /** Ends now: waits for no service any more, only for the last write. */
  leave(why: string): void {
    const { count } = this.#options.system.inFlight
    if (count > 0 && !this.hasLeft) {
      this.hasLeft = true
      const what = count === 1 ? 'one service has' : `${count} services have`
      this.#options.onError(
        new Error(
          `Leaving ${why} although ${what} not answered; what was asked is looked up at the next start`,
        ),
      )
    }
    this.#stopping = true
    this.#isLeaving = true
    this.#options.system.inFlight.abandon()
    this.#wake?.()
    this.#wakeFromWrite?.()
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
    await this.#flush()
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

  /** A store that does not answer cannot hold a stop up for ever. */
  async #lastFlush(): Promise<void> {
    const flushed = this.#write()
    if (!this.#stopping) return flushed
    let timer: ReturnType<typeof setTimeout> | null = null
    const late = new Promise<void>(resolve => {
      timer = setTimeout(() => {
        this.hasLeft = true
        const text = `The last write was not confirmed within ${LAST_FLUSH_MS / 1000} s`
        this.#options.onError(new Error(`${text}; the next start goes on from the one before`))
        resolve()
      }, LAST_FLUSH_MS)
    })
    await Promise.race([flushed, late])
    if (timer !== null) clearTimeout(timer)
  }

  async #flush(): Promise<void> {
    if (performance.now() - this.#lastFlushAt < FLUSH_MS) return
    this.#lastFlushAt = performance.now()
    const written = this.#write()
    if (this.#isLeaving) return
    await new Promise<void>(resolve => {
      this.#wakeFromWrite = resolve
      void written.then(resolve)
    })
  }

  async #write(): Promise<void> {
    try {
      const flushed = this.#options.system.journal.flush()
      if (flushed !== undefined) await within(flushed, FLUSH_MS_MAX, 'to write the journal')
    } catch (error) {
      this.#options.system.journal.isSlow = true
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
