/**
 * Drives an engine whose venue does not wait for it: deadlines by real timers, a candle when its time is over, and a
 * write of what happened whenever there is something to write.
 *
 * Candles that closed while nobody looked (a start, a process that was frozen) are history: they are folded into the
 * indicators, and only the newest is decided on.
 */
import type { CandleSource, MarketStep } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import { SNAPSHOT_VERSION } from './persisted.ts'
import { stateText } from './state-text.ts'
import type { System } from './system.ts'
import { within } from './time-limit.ts'
import type { WallClock } from './wall-clock.ts'

/** Real time between two writes while nothing urgent asks for one. */
const FLUSH_MS = 500
/** Longest sleep: a wall clock may be set anew meanwhile. */
const SLEEP_MS_MAX = 1_000
/** A store that takes longer is not waited for: exits go on, and entries are refused until it has caught up. */
const FLUSH_MS_MAX = 5_000
/** Longest real time for the last write, after which the next start goes on from the one before. */
const LAST_FLUSH_MS = 4_000
/** Longest real time that what is in flight is waited for at the end; what is not known then, the next start asks for. */
const SETTLE_MS_MAX = 20_000

export type WallDriverOptions = {
  system: Pick<System, 'conductor' | 'desk' | 'journal' | 'inFlight' | 'market'>
  clock: WallClock
  source: CandleSource
  /** Engine time that passes in one unit of real time; 1 on a real venue. */
  speed: number
  onError: (error: unknown) => void
}

export class WallDriver {
  readonly #options: WallDriverOptions
  readonly #candleMs: number
  #next: MarketStep | null = null
  #stopping = false
  #wake: () => void = () => {}
  #flushAt = 0
  #isFlushing = false
  /** Candles that were decided on. */
  steps = 0

  constructor(options: WallDriverOptions) {
    this.#options = options
    this.#candleMs = INTERVAL_MS[options.source.interval]
    const { system, clock } = options
    clock.onTimer(() => this.#wake())
    system.journal.captureWith(() => ({
      snapshots: system.desk
        .capture()
        .map(({ accountId, body }) => ({ accountId, version: SNAPSHOT_VERSION, at: clock.now(), body })),
      documents: [],
    }))
  }

  /** Folds every candle that is over by now into the indicators; to be called before accounts are opened. */
  catchUp(): void {
    const { system, source, clock } = this.#options
    this.#next ??= source.next()
    while (this.#next !== null && this.#closeAt(this.#next) <= clock.wall()) {
      system.conductor.warm(this.#next)
      this.#next = source.next()
    }
  }

  /** Runs until `stop` is called. */
  async run(): Promise<void> {
    const { clock } = this.#options
    while (!this.#stopping) {
      clock.advanceTo(clock.now())
      this.#playNewest()
      this.#flushIfDue()
      await this.#sleep()
    }
    await this.#settle()
    await this.#flush(LAST_FLUSH_MS)
  }

  /** Decides no more, and ends the run once what is in flight has settled; stops stay at the venue. */
  stop(): void {
    this.#stopping = true
    this.#wake()
  }

  #closeAt(step: MarketStep): number {
    return step.openAt + this.#candleMs
  }

  #playNewest(): void {
    const { system, source, clock } = this.#options
    let newest: MarketStep | null = null
    while (this.#next !== null && this.#closeAt(this.#next) <= clock.wall()) {
      if (newest !== null) system.conductor.warm(newest)
      newest = this.#next
      this.#next = source.next()
    }
    if (newest === null) return
    system.conductor.close(newest)
    system.market.publish()
    this.steps += 1
  }

  /** The loop goes on meanwhile: a slow disk must not hold up a deadline. */
  #flushIfDue(): void {
    if (performance.now() < this.#flushAt) return
    this.#flushAt = performance.now() + FLUSH_MS
    if (this.#isFlushing) return
    this.#isFlushing = true
    void this.#flush(FLUSH_MS_MAX).finally(() => {
      this.#isFlushing = false
    })
  }

  async #flush(ms: number): Promise<void> {
    const { journal } = this.#options.system
    try {
      await within(Promise.resolve(journal.flush()), ms, 'to write the journal')
    } catch (error) {
      journal.isSlow = true
      this.#options.onError(error)
    }
  }

  /** An entry on its way will want its stop: deadlines and answers go on until every position has what it needs. */
  async #settle(): Promise<void> {
    const { clock, onError } = this.#options
    const until = performance.now() + SETTLE_MS_MAX
    for (let open = this.#unsettled(); open.length > 0; open = this.#unsettled()) {
      if (performance.now() >= until) {
        const what = `Leaving after ${SETTLE_MS_MAX / 1000} s with work in flight: ${open.join(', ')}`
        return onError(new Error(`${what}; the next start asks the venue what has become of it`))
      }
      clock.advanceTo(clock.now())
      await this.#sleep()
    }
  }

  /** What is in flight, in words. */
  #unsettled(): string[] {
    const { desk, inFlight } = this.#options.system
    const actors = desk.accountIds().flatMap(accountId => {
      const account = desk.actor(accountId).getSnapshot()
      const children = Object.entries(account.children).map(([slot, child]) =>
        inFlightText(`${accountId}/${slot}`, child?.getSnapshot()),
      )
      return [inFlightText(accountId, account), ...children].flat()
    })
    return inFlight.count === 0 ? actors : [`${inFlight.count} services`, ...actors]
  }

  /** Until the next deadline, candle or write, or until woken. */
  #sleep(): Promise<void> {
    const { clock, speed } = this.#options
    const timerIn = (clock.nextDue() ?? Number.POSITIVE_INFINITY) - clock.now()
    const candleIn = this.#next === null ? Number.POSITIVE_INFINITY : this.#closeAt(this.#next) - clock.wall()
    const flushIn = this.#flushAt - performance.now()
    const ms = Math.max(0, Math.min(SLEEP_MS_MAX, flushIn, Math.min(timerIn, candleIn) / speed))
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#stopping ? 10 : ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

type Tagged = { value: unknown; hasTag(tag: string): boolean }

const inFlightText = (id: string, snapshot: unknown): string[] => {
  const tagged = snapshot as Partial<Tagged> | undefined
  return tagged?.hasTag?.('inFlight') === true ? [`${id} ${stateText(tagged.value)}`] : []
}
