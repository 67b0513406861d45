/** News of the venue on their way to one process: late, twice, out of order, again, or lost while the stream is down. */
import type { VenueEvent } from '../../domain/ports.ts'
import type { Dice } from './dice.ts'
import type { WireParts } from './wire.ts'

/** News that may be told again. */
const REPLAYED_MAX = 12

export class Stream {
  readonly #parts: WireParts
  readonly #dice: Dice
  readonly #listeners = new Set<(event: VenueEvent) => void>()
  readonly #recent: VenueEvent[] = []
  readonly #end: () => void
  #isOpen = true
  #isInterrupted = false
  /** When the newest of those under way in order arrives. */
  #lastDue = 0
  undelivered = 0

  constructor(parts: WireParts) {
    this.#parts = parts
    this.#dice = parts.faults.dice(`${parts.accountId}/stream`)
    this.#end = parts.truth.subscribe(event => this.#take(event))
  }

  subscribe(listener: (event: VenueEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#isOpen = false
    this.#end()
    this.#listeners.clear()
  }

  /** Nothing comes through for `ms`, and what would have is lost; `resume` is called when it stands again. */
  interrupt(ms: number, resume: () => void): void {
    this.#isInterrupted = true
    this.#parts.timeline.at(this.#parts.timeline.now() + ms, () => {
      this.#isInterrupted = false
      if (this.#isOpen) resume()
    })
  }

  #take(event: VenueEvent): void {
    if (!this.#isOpen || this.#isInterrupted) return
    const { accountId, faults, plan, timeline } = this.#parts
    const now = timeline.now()
    if (faults.strikes('killed_at_event', accountId)) return this.#parts.kill('killed_at_event')
    this.#recent.push(event)
    if (this.#recent.length > REPLAYED_MAX) this.#recent.shift()
    if (faults.strikes('event_lost', accountId)) return faults.feel(accountId, plan.reconcileMs)
    let ms = plan.streamMsMax === 0 ? 0 : this.#dice.between(1, plan.streamMsMax)
    if (faults.strikes('event_late', accountId)) {
      ms += this.#dice.between(500, 15_000)
      faults.feel(accountId, ms)
    }
    if (faults.strikes('events_reordered', accountId)) {
      const extra = this.#dice.between(10, 3_000)
      faults.feel(accountId, extra)
      this.#send(event, now + ms + extra)
    } else {
      this.#lastDue = Math.max(this.#lastDue, now + ms)
      this.#send(event, this.#lastDue)
    }
    if (faults.strikes('event_twice', accountId)) this.#send(event, now + ms + this.#dice.between(0, 5_000))
    if (faults.strikes('history_replayed', accountId)) {
      const due = now + this.#dice.between(0, 60_000)
      for (const old of this.#recent) this.#send(old, due)
    }
  }

  #send(event: VenueEvent, due: number): void {
    const { timeline } = this.#parts
    if (due <= timeline.now() && this.undelivered === 0) {
      this.undelivered += 1
      return this.#parts.whenAwake(() => {
        this.undelivered -= 1
        this.#deliver(event)
      })
    }
    this.undelivered += 1
    timeline.at(due, () =>
      this.#parts.whenAwake(() => {
        this.undelivered -= 1
        this.#deliver(event)
      }),
    )
  }

  #deliver(event: VenueEvent): void {
    if (!this.#isOpen) return
    const { accountId, witness } = this.#parts
    if (event.type !== 'funding.paid' && event.order !== null) {
      witness.engineKnows(accountId, event.order.clientOrderId)
    }
    for (const listener of this.#listeners) listener(event)
  }
}
