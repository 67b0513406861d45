/**
 * One numbered stream: everything that passes one selection, in a ring that its clients read at their own places.
 *
 * A client is a place in the ring, not a queue of its own, so that a slow one costs its place and nothing more. Numbers
 * rise by one without gaps and begin at the time the channel was made (in µs), so that a number of an earlier process or
 * of a channel that has been let go is never taken for one of this.
 */
import { frameOf, type Message } from './message.ts'
import { acceptance, type Selection } from './selection.ts'

/** More than a fast simulation emits between two turns of the event loop, so that a burst is not taken for slowness. */
export const RING = 16_384
/** Bytes written to one client before it is the next one's turn. */
const BATCH_BYTES = 128 * 1024

export type Reader = {
  /** Number of the last event it was given. */
  cursor: number
  /** False while what it was given waits to be read. */
  isReady(): boolean
  write(frames: Buffer): void
  /** What it has not been given is gone: it was too slow. */
  fall(): void
}

export class Channel {
  readonly selection: Selection
  readonly #accepts: ReturnType<typeof acceptance>
  readonly #readers = new Set<Reader>()
  readonly #ring: (Message | undefined)[] = []
  readonly #ringSize: number
  readonly #first: number
  #latest: number
  /** The bytes after a place, written for one client and used for the others at the same place. */
  #batch: { after: number; upTo: number; bytes: Buffer } | null = null
  #snapshot: { seq: number; text: string; at: number } | null = null
  /** When somebody last left or asked, by the clock of `touch`. */
  usedAt: number

  constructor(selection: Selection, now: number, ringSize = RING) {
    this.selection = selection
    this.#accepts = acceptance(selection)
    this.#first = now * 1000
    this.#latest = this.#first
    this.#ringSize = ringSize
    this.usedAt = now
  }

  get latest(): number {
    return this.#latest
  }

  /** The snapshot that is kept: its size, and when it was made by the clock of `snapshot`. */
  get kept(): { bytes: number; at: number } | null {
    return this.#snapshot === null
      ? null
      : { bytes: Buffer.byteLength(this.#snapshot.text), at: this.#snapshot.at }
  }

  get readers(): number {
    return this.#readers.size
  }

  /** True when it passed the selection. */
  push(message: Message): boolean {
    if (!this.#accepts(message.head)) return false
    this.#latest += 1
    this.#ring[this.#latest % this.#ringSize] = message
    return true
  }

  /** Whether everything after `seq` is still here. */
  canResume(seq: number): boolean {
    return seq >= Math.max(this.#first, this.#latest - this.#ringSize) && seq <= this.#latest
  }

  /**
   * The state at some number, and that number: what came after it is in the ring. Made anew at most once in
   * `ageMs`, so that many clients who come at once cost one snapshot.
   */
  snapshot(now: number, ageMs: number, make: (seq: number) => string): { seq: number; text: string } {
    const known = this.#snapshot
    if (known !== null && now - known.at < ageMs && now >= known.at && this.canResume(known.seq)) return known
    const seq = this.#latest
    this.#snapshot = { seq, text: make(seq), at: now }
    return this.#snapshot
  }

  /** Texts of the events after `seq`, oldest first, at most `limit`. */
  since(seq: number, limit: number): string[] {
    const texts: string[] = []
    for (let next = seq + 1; next <= this.#latest && texts.length < limit; next += 1)
      texts.push(this.#text(next))
    return texts
  }

  join(reader: Reader): void {
    this.#readers.add(reader)
  }

  leave(reader: Reader, now: number): void {
    this.#readers.delete(reader)
    this.usedAt = now
  }

  /**
   * Gives every client that can take it what it has not been given, until it is late. True when some can take more at
   * once. Who has been served goes to the end of the line, so that those who were not come first the next time.
   */
  flush(isLate: () => boolean = () => false): boolean {
    let hasMore = false
    for (const reader of Array.from(this.#readers)) {
      if (reader.cursor >= this.#latest) continue
      if (!this.canResume(reader.cursor)) reader.fall()
      else if (isLate()) return true
      else if (reader.isReady()) {
        const { bytes, upTo } = this.#after(reader.cursor)
        reader.cursor = upTo
        reader.write(bytes)
        if (upTo < this.#latest && reader.isReady()) hasMore = true
        this.#toTheEnd(reader)
      }
    }
    if (!hasMore) this.#batch = null
    return hasMore
  }

  #toTheEnd(reader: Reader): void {
    if (this.#readers.delete(reader)) this.#readers.add(reader)
  }

  #after(cursor: number): { bytes: Buffer; upTo: number } {
    if (this.#batch?.after === cursor) return this.#batch
    const frames: Buffer[] = []
    let size = 0
    let upTo = cursor
    while (upTo < this.#latest && size < BATCH_BYTES) {
      upTo += 1
      const frame = frameOf(this.#text(upTo))
      frames.push(frame)
      size += frame.length
    }
    this.#batch = { after: cursor, upTo, bytes: Buffer.concat(frames, size) }
    return this.#batch
  }

  #text(seq: number): string {
    const message = this.#ring[seq % this.#ringSize]
    if (message === undefined) throw new Error(`Invariant: event ${seq} is in the ring`)
    return message.text(seq)
  }
}
