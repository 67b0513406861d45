/**
 * What waits to be told to one inspector. Bounded: when it is full the oldest steps are left out, but never an actor, and
 * never the newest state of one, so that an inspector that cannot follow still ends with the truth.
 */
import type { TapMessage } from '../../actors/tap.ts'

export class Outbox {
  readonly #stepsMax: number
  #actors: TapMessage[] = []
  #steps: TapMessage[] = []
  /** Newest state of actors whose steps were left out. */
  readonly #overdue = new Map<string, TapMessage>()
  /** Steps that were left out. */
  dropped = 0

  constructor(stepsMax: number) {
    this.#stepsMax = stepsMax
  }

  get size(): number {
    return this.#actors.length + this.#steps.length + this.#overdue.size
  }

  add(message: TapMessage): void {
    if (message.kind === 'actor') {
      this.#actors.push(message)
      return
    }
    if (message.kind === 'snapshot') this.#overdue.delete(message.sessionId)
    this.#steps.push(message)
    // A tenth at once: one by one would move the whole list each time.
    if (this.#steps.length > this.#stepsMax) this.#drop(Math.ceil(this.#stepsMax / 10))
  }

  /** The next messages, actors before what they did. */
  take(most: number): TapMessage[] {
    const actors = this.#actors.splice(0, most)
    const overdue = [...this.#overdue.values()].slice(0, most - actors.length)
    for (const { sessionId } of overdue) this.#overdue.delete(sessionId)
    return [...actors, ...overdue, ...this.#steps.splice(0, most - actors.length - overdue.length)]
  }

  #drop(count: number): void {
    const gone = this.#steps.splice(0, count)
    this.dropped += gone.length
    for (const message of gone) {
      if (message.kind === 'snapshot') this.#overdue.set(message.sessionId, message)
    }
    for (const { kind, sessionId } of this.#steps) if (kind === 'snapshot') this.#overdue.delete(sessionId)
  }
}
