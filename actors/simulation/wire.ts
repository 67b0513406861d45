/** The line between one process and the venue for one account: how long answers take, and when none comes at all. */
import { type Answer, type Exchange, VenueRefused, VenueUnreachable } from '../../domain/ports.ts'
import type { Witness } from './auditor/witness.ts'
import type { Dice } from './dice.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import type { Plan } from './plan.ts'
import type { Timeline } from './timeline.ts'

export type WireParts = {
  accountId: string
  plan: Plan
  timeline: Timeline
  faults: Faults
  witness: Witness
  /** The venue itself. */
  truth: Exchange
  /** The engine's process ends here and now. */
  kill: (kind: FaultKind) => void
  /** Calls at once, or when the machine wakes up. */
  whenAwake: (call: () => void) => void
}

/** Until when the venue does not answer, answers no reads, or takes no orders of this account. Outlives a process. */
export type Outages = { downUntil: number; limitedUntil: number; readOnlyUntil: number }

/** Nobody is there any more to hear the answer. */
const NEVER = new Promise<never>(() => {})

export class Wire {
  readonly parts: WireParts
  readonly dice: Dice
  readonly #outages: Outages
  #isOpen = true
  /** Questions whose answers are under way. */
  pending = 0

  constructor(parts: WireParts, outages: Outages) {
    this.parts = parts
    this.#outages = outages
    this.dice = parts.faults.dice(`${parts.accountId}/wire`)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get now(): number {
    return this.parts.timeline.now()
  }

  close(): void {
    this.#isOpen = false
  }

  strikes(kind: FaultKind): boolean {
    return this.#isOpen && this.parts.faults.strikes(kind, this.parts.accountId)
  }

  feel(ms: number): void {
    this.parts.faults.feel(this.parts.accountId, ms)
  }

  /** What keeps the whole account from asking; `null` when nothing does. */
  barrier(way: 'read' | 'write'): Error | null {
    const { downUntil, limitedUntil, readOnlyUntil } = this.#outages
    if (this.now < downUntil) return new VenueUnreachable('connection refused')
    if (way === 'read' && this.now < limitedUntil) return new VenueUnreachable('429: too many requests')
    if (way === 'write' && this.now < readOnlyUntil) {
      return new VenueRefused('permission_denied', 'this key may only read')
    }
    return null
  }

  /** Asks now, answers when the answer has come back. */
  answer<Value>(ask: () => Answer<Value>, hear: (value: Value) => Value = value => value): Answer<Value> {
    if (!this.#isOpen) return NEVER
    const ms = this.answerMs()
    try {
      const value = ask() as Value
      return this.later(ms, () => hear(value))
    } catch (error) {
      return this.fail(error)
    }
  }

  fail(error: unknown, ms = this.answerMs()): Answer<never> {
    return this.later(ms, () => {
      throw error
    })
  }

  answerMs(): number {
    const { answerMsMax } = this.parts.plan
    return answerMsMax === 0 ? 0 : this.dice.between(1, answerMsMax)
  }

  /** Answers at once, or when the time has come; never to a process that has ended. */
  later<Value>(ms: number, answer: () => Value): Answer<Value> {
    if (!this.#isOpen) return NEVER
    if (ms === 0) return answer()
    const { timeline, whenAwake } = this.parts
    this.pending += 1
    return new Promise<Value>((resolve, reject) => {
      const arrive = (): void => {
        if (!this.#isOpen) return
        this.pending -= 1
        timeline.disturb()
        try {
          resolve(answer())
        } catch (error) {
          reject(error)
        }
      }
      timeline.at(this.now + ms, () => whenAwake(arrive))
    })
  }
}
