/** When a running engine writes: now and then while it goes on, and once more at its end. */
import type { Journal } from './journal.ts'
import { within } from './time-limit.ts'

/** Real time between two writes while nothing urgent asks for one. */
const FLUSH_MS = 500
/** A store that takes longer is not waited for: trading goes on without entries until it has caught up. */
const FLUSH_MS_MAX = 5_000
/** Real time for the last write of an engine that is told to stop. */
const LAST_FLUSH_MS = 4_000

export class Writer {
  readonly #journal: Journal
  readonly #onError: (error: unknown) => void
  #lastFlushAt = 0
  #isLeaving = false
  /** Ends the wait for a write. */
  #wake: (() => void) | null = null

  constructor(journal: Journal, onError: (error: unknown) => void) {
    this.#journal = journal
    this.#onError = onError
  }

  /** No write is waited for any more but the last. */
  leave(): void {
    this.#isLeaving = true
    this.#wake?.()
  }

  async flush(): Promise<void> {
    if (performance.now() - this.#lastFlushAt < FLUSH_MS) return
    this.#lastFlushAt = performance.now()
    const written = this.#write()
    if (this.#isLeaving) return
    await new Promise<void>(resolve => {
      this.#wake = resolve
      void written.then(resolve)
    })
  }

  /** With `isHurried`, false when the store did not answer: it cannot hold a stop up for ever. */
  async last(isHurried: boolean): Promise<boolean> {
    const written = this.#write().then(() => true)
    if (!isHurried) return written
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<boolean>(resolve => {
      timer = setTimeout(() => {
        const text = `The last write was not confirmed within ${LAST_FLUSH_MS / 1000} s`
        this.#onError(new Error(`${text}; the next start goes on from the one before`))
        resolve(false)
      }, LAST_FLUSH_MS)
    })
    const isWritten = await Promise.race([written, late])
    clearTimeout(timer)
    return isWritten
  }

  async #write(): Promise<void> {
    try {
      const flushed = this.#journal.flush()
      if (flushed !== undefined) await within(flushed, FLUSH_MS_MAX, 'to write the journal')
    } catch (error) {
      this.#journal.isSlow = true
      this.#onError(error)
    }
  }
}
