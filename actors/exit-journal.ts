/**
 * Where intents of reduce-only orders go while the store is slow or down: one small file beside the database, appended and
 * synced line by line. Exits must not wait for a database; what they sent is read into the journal at the next start.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import type { FactBody } from '../domain/fact.ts'

export type ExitIntent = Extract<FactBody, { type: 'intent.recorded' }>
export type ExitEntry = { accountId: string; at: number; intent: ExitIntent }

/** A store that is down for longer than this many exits needs a person, not a longer file. */
const BYTES_MAX = 4_000_000

export class ExitJournal {
  readonly #path: string
  #hasEntries = false

  constructor(path: string) {
    this.#path = path
  }

  /** Returns when the line is on the disk. Throws when the file is full or cannot be written. */
  append(entry: ExitEntry): void {
    const line = `${JSON.stringify(entry)}\n`
    if (existsSync(this.#path) && statSync(this.#path).size + line.length > BYTES_MAX) {
      throw new Error(`${this.#path} is full (${BYTES_MAX} bytes); bring the database back, then start again`)
    }
    const file = openSync(this.#path, 'a', 0o600)
    try {
      writeSync(file, line)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    this.#hasEntries = true
  }

  /** Every whole line; the last one may have been cut by a crash. */
  read(): ExitEntry[] {
    if (!existsSync(this.#path)) return []
    const entries = readFileSync(this.#path, 'utf8')
      .split('\n')
      .flatMap(line => {
        try {
          return line === '' ? [] : [JSON.parse(line) as ExitEntry]
        } catch {
          return []
        }
      })
    this.#hasEntries = entries.length > 0
    return entries
  }

  /** All of it is durable in the store. */
  clear(): void {
    if (!this.#hasEntries) return
    truncateSync(this.#path, 0)
    this.#hasEntries = false
  }
}
