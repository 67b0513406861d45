/** Simulated time: a clock and its timers in one heap. Timers fire in (due, insertion) order with `now()` = due time. */
import type { Clock } from '../domain/ports.ts'

/** `owner`: whose timer it is, for those who end before their timers; `null`: nobody's. */
type Timer = { due: number; order: number; fire: () => void; owner: object | null }

export class SimClock implements Clock {
  #now: number
  #order = 0
  #heap: Timer[] = []

  constructor(startAt: number) {
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  /** How far it is ahead of the clocks of others, ms. */
  ahead(): number {
    return 0
  }

  /** Runs `fire` when the clock reaches `due`; a time already past runs at the next advance. */
  at(due: number, fire: () => void, owner: object | null = null): void {
    this.#heap.push({ due, order: this.#order++, fire, owner })
    this.#up(this.#heap.length - 1)
  }

  /** Takes back every timer of an owner that has ended. */
  drop(owner: object): void {
    const kept = this.#heap.filter(timer => timer.owner !== owner)
    if (kept.length === this.#heap.length) return
    // Sorted by (due, order), a list is a heap.
    this.#heap = kept.sort((one, other) => one.due - other.due || one.order - other.order)
  }

  /** Timers that wait. */
  get timers(): number {
    return this.#heap.length
  }

  /** When the next timer is due; `null` without one. */
  nextDue(): number | null {
    return this.#heap[0]?.due ?? null
  }

  /** Moves to `time`, firing on the way. Timers set while firing take part. Time never goes back. */
  advanceTo(time: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.due <= time; next = this.#heap[0]) {
      this.#pop()
      if (next.due > this.#now) this.#now = next.due
      next.fire()
    }
    if (time > this.#now) this.#now = time
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a] as Timer
    const right = this.#heap[b] as Timer
    return left.due < right.due || (left.due === right.due && left.order < right.order)
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap
    const kept = heap[a] as Timer
    heap[a] = heap[b] as Timer
    heap[b] = kept
  }

  #up(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1
      if (!this.#before(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #pop(): void {
    const last = this.#heap.pop() as Timer
    if (this.#heap.length === 0) return
    this.#heap[0] = last
    for (let index = 0; ; ) {
      let least = index
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.#heap.length && this.#before(child, least)) least = child
      }
      if (least === index) return
      this.#swap(index, least)
      index = least
    }
  }
}
