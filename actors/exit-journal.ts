/**
 * Where intents of reduce-only orders go while the store is slow or down: one small file beside the database, appended and
 * synced line by line. Exits must not wait for a database; what they sent is read into the journal at the next start.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import type { FactBody } from '../domain/fact.ts'

export type ExitIntent = Extract<FactBody, { type: 'intent.recorded' }>
export type ExitEntry = { accountId: string; at: number; intent: ExitIntent }

/** Writes from `from` on, and returns how many bytes were taken. */
type Write = (file: number, bytes: Uint8Array, from: number) => number

/** A store that is down for longer than this many exits needs a person, not a longer file. */
const BYTES_MAX = 4_000_000

export class ExitJournal {
  readonly #path: string
  readonly #write: Write
  #isEmpty = true

  constructor(path: string, write: Write = writeSync) {
    this.#path = path
    this.#write = write
  }

  /** Returns when all of the line is on the disk. Throws when the file is full or cannot be written, and is as it was then. */
  append(entry: ExitEntry): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`)
    if (existsSync(this.#path) && statSync(this.#path).size + line.length > BYTES_MAX) {
      throw new Error(`${this.#path} is full (${BYTES_MAX} bytes); bring the database back, then start again`)
    }
    const file = openSync(this.#path, 'a', 0o600)
    try {
      this.#writeWhole(file, line)
    } finally {
      closeSync(file)
    }
    this.#isEmpty = false
  }

  /** Every whole line. A last one that a crash has cut is taken out: the next would be lost with it. */
  read(): ExitEntry[] {
    if (!existsSync(this.#path)) return []
    const text = readFileSync(this.#path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) truncateSync(this.#path, Buffer.byteLength(whole))
    this.#isEmpty = whole === ''
    return whole.split('\n').flatMap(line => {
      try {
        return line === '' ? [] : [JSON.parse(line) as ExitEntry]
      } catch {
        return []
      }
    })
  }

  /** All of it is durable in the store. */
  clear(): void {
    if (this.#isEmpty) return
    truncateSync(this.#path, 0)
    this.#isEmpty = true
  }

  /** Half a line would take the next one with it, so none is left. */
  #writeWhole(file: number, line: Uint8Array): void {
    const { size } = fstatSync(file)
    try {
      for (let sent = 0; sent < line.length; ) {
        const taken = this.#write(file, line, sent)
        if (taken === 0)
          throw new Error(`${this.#path}: the disk took ${sent} of ${line.length} bytes; make room on it`)
        sent += taken
      }
      fsyncSync(file)
    } catch (error) {
      ftruncateSync(file, size)
      throw error
    }
  }
}
