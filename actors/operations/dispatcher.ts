/**
 * Sends notices to everyone who is to be told: one after the other per way, a few attempts each, never more than the cap.
 *
 * Whatever is held back by the cap is counted and told with the next notice that goes out; a critical one may use the last
 * tenth of the cap, which warnings may not. Trading never waits for any of this.
 */
import type { Notice, Notifier } from '../../domain/alert.ts'

const HOUR_MS = 3_600_000
const ATTEMPTS = 3
const WAIT_MS = 1_000
/** Notices that may wait for one way; the oldest go first. */
const QUEUE_MAX = 100
const CRITICAL_SHARE = 0.1

export type DispatcherOptions = {
  notifiers: readonly Notifier[]
  perHourMax: number
  now: () => number
  /** Between two attempts. */
  wait: (ms: number) => Promise<void>
  onFailure: (notifier: string, error: unknown) => void
}

export type Delivery = { name: string; sent: number; failed: number; lastError: string | null }

type Way = { notifier: Notifier; queue: Notice[]; busy: Promise<void> | null; delivery: Delivery }

export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #ways: Way[]
  /** Times of the notices of the last hour. */
  #sentAt: number[] = []
  #heldBack = 0

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#ways = options.notifiers.map(notifier => ({
      notifier,
      queue: [],
      busy: null,
      delivery: { name: notifier.name, sent: 0, failed: 0, lastError: null },
    }))
  }

  get heldBack(): number {
    return this.#heldBack
  }

  deliveries(): Delivery[] {
    return this.#ways.map(way => ({ ...way.delivery }))
  }

  /** False when the cap holds it back. */
  send(notice: Omit<Notice, 'heldBack'>): boolean {
    if (this.#ways.length === 0) return false
    const now = this.#options.now()
    this.#sentAt = this.#sentAt.filter(at => at > now - HOUR_MS)
    const { perHourMax } = this.#options
    const reserved = notice.level === 'critical' ? 0 : Math.floor(perHourMax * CRITICAL_SHARE)
    if (this.#sentAt.length >= perHourMax - reserved) {
      this.#heldBack += 1
      return false
    }
    this.#sentAt.push(now)
    const whole: Notice = { ...notice, heldBack: this.#heldBack }
    this.#heldBack = 0
    for (const way of this.#ways) {
      way.queue.push(whole)
      if (way.queue.length > QUEUE_MAX) way.queue.shift()
      this.#start(way)
    }
    return true
  }

  /** Settles when nothing waits any more. */
  async idle(): Promise<void> {
    for (;;) {
      const busy = this.#ways.flatMap(way => (way.busy === null ? [] : [way.busy]))
      if (busy.length === 0) return
      await Promise.all(busy)
    }
  }

  #start(way: Way): void {
    if (way.busy !== null || way.queue.length === 0) return
    way.busy = this.#empty(way).finally(() => {
      way.busy = null
      this.#start(way)
    })
  }

  async #empty(way: Way): Promise<void> {
    for (let notice = way.queue.shift(); notice !== undefined; notice = way.queue.shift()) {
      await this.#deliver(way, notice)
    }
  }

  async #deliver(way: Way, notice: Notice): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        await way.notifier.send(notice)
        way.delivery.sent += 1
        way.delivery.lastError = null
        return
      } catch (error) {
        way.delivery.lastError = error instanceof Error ? error.message : String(error)
        if (attempt === ATTEMPTS) {
          way.delivery.failed += 1
          this.#options.onFailure(way.notifier.name, error)
        } else await this.#options.wait(WAIT_MS * 2 ** (attempt - 1))
      }
    }
  }
}
