/** Where a client stands in a stream: what it takes, and what it must not. */

export type Numbered = { type: string; seq: number | null }

/**
 * `taken`: give it to the listener. `known`: it has been given before. `gap`: something before it is missing, so that only a
 * new snapshot helps.
 */
export type Verdict = 'taken' | 'known' | 'gap'

export class Sequence {
  #last: number | null = null

  /** Number of the last event that was taken; `null` before the first snapshot, and after a gap. */
  get last(): number | null {
    return this.#last
  }

  take({ type, seq }: Numbered): Verdict {
    if (seq === null) return 'known'
    if (type !== 'snapshot' && this.#last !== null && seq <= this.#last) return 'known'
    if (type === 'snapshot' || seq - 1 === this.#last) {
      this.#last = seq
      return 'taken'
    }
    this.#last = null
    return 'gap'
  }
}
