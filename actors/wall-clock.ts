/** The engine's clock where time does not wait: it follows a wall clock, and tells its driver of timers that are due sooner. */
import type { Clock } from '../domain/ports.ts'
import { SimClock } from './sim-clock.ts'

export class WallClock extends SimClock {
  readonly #wall: Clock
  #onTimer: () => void = () => {}

  constructor(wall: Clock) {
    super(wall.now())
    this.#wall = wall
  }

  /** Real time; it stands still while the wall clock is behind what was already told. */
  override now(): number {
    return Math.max(super.now(), this.#wall.now())
  }

  override at(due: number, fire: () => void): void {
    super.at(due, fire)
    this.#onTimer()
  }

  /** Calls `listener` after each new timer. */
  onTimer(listener: () => void): void {
    this.#onTimer = listener
  }
}
