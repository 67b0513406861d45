/**
 * The engine's clock where time does not wait: it follows a wall clock, and tells its driver of timers that are due sooner.
 *
 * A wall clock can be set. Set forward (or after the computer has slept) it is believed: what was due meanwhile is done
 * now. Set back it is not: deadlines go on at the pace of time that nobody sets, and no position is naked for longer
 * because of it. Being ahead is made up for slowly, by `SLACK` of the time that passes.
 */
import type { Clock } from '../domain/ports.ts'
import { SimClock } from './sim-clock.ts'

/** Of the time that passes while we are ahead: a deadline is late by at most this share of its length. */
const SLACK = 0.01

export class WallClock extends SimClock {
  readonly #wall: Clock
  readonly #monotonic: () => number
  /** What was told last, with its fraction of a millisecond, and when by the time that only grows. */
  #told: number
  #toldAt: number
  #onTimer: () => void = () => {}

  /** `monotonic`: milliseconds that only ever grow, at the pace of `wall`. */
  constructor(wall: Clock, monotonic: () => number = () => performance.now()) {
    super(wall.now())
    this.#wall = wall
    this.#monotonic = monotonic
    this.#told = wall.now()
    this.#toldAt = monotonic()
  }

  /** Real time; ahead of the wall clock after that was set back. Never goes back, never stands still. */
  override now(): number {
    const monotonic = this.#monotonic()
    const passed = Math.max(0, monotonic - this.#toldAt)
    this.#told = Math.max(super.now(), this.#told + passed * (1 - SLACK), this.#wall.now())
    this.#toldAt = monotonic
    return Math.floor(this.#told)
  }

  /** What the wall clock says, which is the time candles close at: a candle that is not over there is not played. */
  wall(): number {
    return this.#wall.now()
  }

  override ahead(): number {
    return Math.max(0, this.now() - this.#wall.now())
  }

  /** A time ahead of the wall clock is gone on from. */
  override advanceTo(time: number): void {
    super.advanceTo(time)
    this.now()
  }

  override at(due: number, fire: () => void, owner: object | null = null): void {
    super.at(due, fire, owner)
    this.#onTimer()
  }

  /** Calls `listener` after each new timer. */
  onTimer(listener: () => void): void {
    this.#onTimer = listener
  }
}
