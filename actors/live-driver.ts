/**
 * Drives an engine in real time or faster: plays step after step, waits between the moments of a step until every
 * service has answered, and makes what happened durable.
 */
import type { MarketStep } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import { CHECKPOINT, type Checkpoint, type Moment, replayTo, VENUE } from './checkpoint.ts'
import type { FeedControl, FeedStatus } from './feed-control.ts'
import { SNAPSHOT_VERSION } from './persisted.ts'
import { inSlices } from './slices.ts'
import type { System } from './system.ts'
import { Writer } from './writer.ts'

/** Real time a stop waits for services; with the last write below 30 s, after which others kill. */
const STOP_MS = 25_000
/** Real time between two looks for what people have set going while the market stands. */
const STANDING_MS = 20
/** While the market stands, its clock moves only for what is on its way to the venue or back, within so many ways. */
const WAYS = 4

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

export class LiveDriver implements FeedControl {
  readonly #options: DriverOptions
  readonly #writer: Writer
  #checkpoint: Checkpoint
  #stopping = false
  #wake: (() => void) | null = null
  #stopTimer: ReturnType<typeof setTimeout> | null = null
  #hasEnded = false
  #isHeld = false
  /** Between the open and the inside of a candle, where nothing comes of the market. */
  #mayStand = false
  #restarts = 0
  /** By the time that only grows. */
  #toldAt: number | null = null
  /** True when the run ended without the answers of all services. */
  hasLeft = false
  steps = 0

  constructor(options: DriverOptions) {
    this.#options = options
    this.#checkpoint = { version: 1, now: options.system.clock.now(), stepOpenAt: null, moment: 'close' }
    const { system, onError } = options
    this.#writer = new Writer(system.journal, onError)
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
    if (!(await this.#writer.last(this.#stopping))) this.hasLeft = true
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
    this.#options.system.inFlight.abandon()
    this.#wake?.()
    this.#writer.leave()
  }

  /** The market stands, from the open of a candle on, until `release` or a restart of the process. */
  hold(): FeedStatus {
    if (!this.#isHeld && !this.#hasEnded) {
      this.#isHeld = true
      this.#wake?.()
    }
    return this.feed()
  }

  release(): FeedStatus {
    if (this.#isHeld) {
      this.#isHeld = false
      this.#restarts += 1
      this.#wake?.()
    }
    return this.feed()
  }

  feed(): FeedStatus {
    const going = this.#isHeld ? 'stopping' : 'running'
    return {
      state: this.#hasEnded ? 'ended' : this.#mayStand && this.#isHeld ? 'stopped' : going,
      messageAgeMs: this.#toldAt === null ? null : performance.now() - this.#toldAt,
      restarts: this.#restarts,
    }
  }

  async #play(step: MarketStep, done: Moment | null): Promise<void> {
    const { system, onStep } = this.#options
    const lengthMs = INTERVAL_MS[this.#interval()]
    const { conductor } = system
    if (done === null) {
      await this.#advance(step.openAt)
      conductor.open(step)
      this.#toldAt = performance.now()
      await this.#reached(step, 'open')
    }
    if (done !== 'inside') {
      await this.#pause(lengthMs / 2, step.openAt + lengthMs)
      if (this.#stopping) return
      await this.#advance(step.openAt + lengthMs)
      conductor.inside(step)
      await this.#reached(step, 'inside')
      await this.#pause(lengthMs / 2, null)
      if (this.#stopping) return
    }
    await this.#close(step)
    system.market.publish()
    this.#toldAt = performance.now()
    await this.#reached(step, 'close')
    this.steps += 1
    onStep?.(step)
  }

  /**
   * Accounts decide one after the other, and many of them take long. Nothing of it is written before all are through: a
   * process killed on the way starts again before this close, which no account has then heard of.
   */
  async #close(step: MarketStep): Promise<void> {
    const { conductor, journal, inFlight } = this.#options.system
    const release = journal.hold()
    try {
      await inSlices(conductor.closing(step), () => inFlight.count > 0)
    } finally {
      release()
    }
  }

  #interval() {
    return this.#options.system.interval
  }

  async #reached(step: MarketStep, moment: Moment): Promise<void> {
    this.#checkpoint = { version: 1, now: this.#options.system.clock.now(), stepOpenAt: step.openAt, moment }
    await this.#settle()
    await inSlices(this.#options.system.desk.remembering())
    await this.#writer.flush()
  }

  /** Moves the clock from deadline to deadline, so that what one of them starts is finished before the next. */
  async #advance(to: number): Promise<void> {
    await this.#advanceDue(to)
    this.#options.system.clock.advanceTo(to)
  }

  /** As far as the last deadline up to `to`. */
  async #advanceDue(to: number): Promise<void> {
    const { clock } = this.#options.system
    for (let due = clock.nextDue(); due !== null && due <= to; due = clock.nextDue()) {
      clock.advanceTo(due)
      await this.#settle()
    }
  }

  /**
   * Real time for `ms` of market time, at the engine's speed; ends early on `stop`. With a `standUntil` the market may
   * stand meanwhile: orders are then filled at the last price told, and have until that time for their way.
   */
  async #pause(ms: number, standUntil: number | null): Promise<void> {
    const { speed } = this.#options
    let leftMs = speed === 'max' ? 0 : ms / speed
    this.#mayStand = standUntil !== null
    while (!this.#stopping) {
      if (this.#isHeld && standUntil !== null) await this.#stand(standUntil)
      else if (leftMs > 0) {
        const from = performance.now()
        await this.#sleep(leftMs)
        leftMs -= performance.now() - from
      } else break
    }
    this.#mayStand = false
  }

  /** Nothing comes of the market; what people say is done and made durable. */
  async #stand(until: number): Promise<void> {
    const { system } = this.#options
    while (this.#isHeld && !this.#stopping) {
      await this.#sleep(STANDING_MS)
      const reach = system.clock.now() + WAYS * system.settings.paper.latencyMs
      await this.#advanceDue(Math.min(reach, until))
      await this.#settle()
      system.desk.remember()
      if (system.journal.lag > 0) await this.#writer.flush()
    }
  }

  #settle(): Promise<void> {
    return this.#options.system.inFlight.settled()
  }

  /** Real time; ends early when woken. */
  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
