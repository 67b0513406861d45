/** Which fault strikes where: throws the dice of a run, counts what struck, and remembers until when it can be felt. */
import type { Clock } from '../../domain/ports.ts'
import { Dice } from './dice.ts'
import { type FaultKind, type Outcome, WITHOUT_AFTERMATH } from './fault-kinds.ts'
import type { Plan } from './plan.ts'

/** Everybody, for faults of the engine or the market. */
export const ALL = '*'

/**
 * How long a fault can be felt after it is over: a lookup may be waiting its longest backoff (8 s), and the next ones
 * follow it.
 */
const AFTERMATH_MS = 12_000

export class Faults {
  readonly #plan: Plan
  readonly #clock: Clock
  readonly #dice = new Map<string, Dice>()
  readonly #feltUntil = new Map<string, number>()
  readonly counts: Partial<Record<FaultKind | Outcome, number>> = {}
  /** The newest strikes, for a report. */
  readonly history: string[] = []
  /** After this time nothing goes wrong any more. */
  endAt = Number.POSITIVE_INFINITY
  lastAt = 0

  constructor(plan: Plan, clock: Clock) {
    this.#plan = plan
    this.#clock = clock
  }

  dice(name: string): Dice {
    const known = this.#dice.get(name)
    if (known !== undefined) return known
    const made = new Dice(this.#plan.seed, name)
    this.#dice.set(name, made)
    return made
  }

  /** Dice for one moment only: the same name gives the same throws however often it is asked for. */
  throwOf(name: string): Dice {
    return new Dice(this.#plan.seed, name)
  }

  get isOver(): boolean {
    return this.#clock.now() >= this.endAt
  }

  rate(kind: FaultKind, accountId: string): number {
    return this.#plan.spared.includes(accountId) ? 0 : (this.#plan.rates[kind] ?? 0)
  }

  /** Throws the dice of this kind for this account; a kind that is off throws none. */
  strikes(kind: FaultKind, accountId: string): boolean {
    const rate = this.rate(kind, accountId)
    if (rate === 0 || this.isOver) return false
    if (!this.dice(`${accountId}/${kind}`).chance(rate)) return false
    this.note(kind, accountId, 0)
    return true
  }

  /** A fault that has struck and goes on for `ms`. */
  note(kind: FaultKind, accountId: string, ms: number): void {
    const now = this.#clock.now()
    this.counts[kind] = (this.counts[kind] ?? 0) + 1
    this.lastAt = Math.max(this.lastAt, now + ms)
    if (!WITHOUT_AFTERMATH.includes(kind)) this.feel(accountId, ms)
    this.history.push(`${new Date(now).toISOString()} ${accountId} ${kind}${ms > 0 ? ` for ${ms} ms` : ''}`)
    if (this.history.length > 2_000) this.history.splice(0, 1_000)
  }

  /** What is felt of a fault from now on, beyond its own time. */
  feel(accountId: string, ms: number): void {
    const until = this.#clock.now() + ms + AFTERMATH_MS
    this.#feltUntil.set(accountId, Math.max(until, this.#feltUntil.get(accountId) ?? 0))
  }

  count(outcome: Outcome): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1
  }

  feltUntil(accountId: string): number {
    return Math.max(this.#feltUntil.get(accountId) ?? 0, this.#feltUntil.get(ALL) ?? 0)
  }
}
