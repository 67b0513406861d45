/**
 * Time of a simulated run. The outside world and the engine each have a clock: the world's goes on whatever happens, the
 * engine's ends with its process and stands still while the machine sleeps.
 */
import type { Clock } from '../../domain/ports.ts'
import { SimClock } from '../sim-clock.ts'

/** Timers that may fire at one instant before it counts as a loop without end. */
const TIMERS_PER_INSTANT_MAX = 50_000

export class Timeline implements Clock {
  readonly #world: SimClock
  #now: number
  #engine: SimClock | null = null
  #isRestless = false
  /** Called after each instant at which anything happened. */
  onInstant: () => void = () => {}

  constructor(startAt: number) {
    this.#world = new SimClock(startAt)
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  /** Outside of the engine: the venue, the network, people, the disk. */
  at(due: number, fire: () => void): void {
    this.#world.at(due, fire)
  }

  /** The engine's clock runs from here; `null`: it stands still. */
  runEngine(clock: SimClock | null): void {
    this.#engine = clock
  }

  /** A promise was settled: what follows from it must be done before time goes on. */
  disturb(): void {
    this.#isRestless = true
  }

  async settle(): Promise<void> {
    while (this.#isRestless) {
      this.#isRestless = false
      await new Promise<void>(resolve => setImmediate(resolve))
    }
  }

  async advanceTo(time: number): Promise<void> {
    let fired = 0
    for (let due = this.#nextDue(); due !== null && due <= time; due = this.#nextDue()) {
      fired = due > this.#now ? 0 : fired + 1
      if (fired > TIMERS_PER_INSTANT_MAX) throw new Error(`Invariant: time stands still at ${this.#now}`)
      this.#now = Math.max(this.#now, due)
      this.#engine?.advanceTo(this.#now)
      await this.settle()
      this.#world.advanceTo(this.#now)
      await this.settle()
      this.onInstant()
    }
    this.#now = Math.max(this.#now, time)
    this.#engine?.advanceTo(this.#now)
    this.#world.advanceTo(this.#now)
    await this.settle()
  }

  #nextDue(): number | null {
    const world = this.#world.nextDue()
    const engine = this.#engine?.nextDue() ?? null
    if (world === null || engine === null) return world ?? engine
    return Math.min(world, engine)
  }
}
