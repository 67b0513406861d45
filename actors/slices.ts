/** Long work in slices: between them clients, timers and answers have their turn. */

/** Real time of one slice: well below what anybody at a screen, or a deadline, would notice. */
const SLICE_MS = 10

/** What all of a process works in: however many take part, nobody goes on for longer than one slice after the last turn. */
export class Slices {
  #from = performance.now()
  /** Those who wait come one after the other, each when the one before has done what it waited for. */
  #line: Promise<void> = Promise.resolve()

  /** True when whoever goes on has to wait for the next turn first. */
  get isOver(): boolean {
    return performance.now() - this.#from >= SLICE_MS
  }

  /** Comes true at once within a slice, else in a turn that has time left. */
  turn(): Promise<void> {
    this.#line = this.#line.then(() => (this.isOver ? this.#nextTurn() : undefined))
    return this.#line
  }

  #nextTurn(): Promise<void> {
    return new Promise(resolve => {
      setImmediate(() => {
        this.#from = performance.now()
        resolve()
      })
    })
  }

  /** Works through what may pause wherever it yields. */
  async through(work: Iterable<void>): Promise<void> {
    for (const _ of work) if (this.isOver) await this.turn()
  }
}

/** Of this process: what one engine takes is missing to every other. */
export const slices = new Slices()
