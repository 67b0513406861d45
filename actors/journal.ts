/**
 * The one ordered writer of facts.
 *
 * Every fact gets the next sequence number of its account and enters a running hash of that account, so that two runs of
 * the same input can be compared by one string (P11), whichever of the accounts had its answers first. With a store, `flush` answers when everything recorded so far is durable;
 * one batch is under way at a time and takes with it the snapshots that belong to the same instant.
 */
import { createHash } from 'node:crypto'
import type { Fact, FactBody } from '../domain/fact.ts'
import type { Answer, Batch, Store } from '../domain/ports.ts'
import { scrubValue } from '../domain/scrub.ts'

export type Capture = () => Pick<Batch, 'snapshots' | 'documents'>
export type FactListener = (fact: Fact) => void
/** What the journal needs of a store. */
type Writes = Pick<Store, 'write'>

/** Characters of facts that are hashed at once. */
const HASH_CHARACTERS = 65_536

/** The facts of one account, hashed in large pieces: few large updates are cheaper than many small ones. */
class RunningHash {
  readonly #hash = createHash('sha256')
  #unhashed = ''

  add(text: string): void {
    this.#unhashed += text
    if (this.#unhashed.length >= HASH_CHARACTERS) this.#catchUp()
  }

  digest(): string {
    this.#catchUp()
    return this.#hash.copy().digest('hex')
  }

  #catchUp(): void {
    this.#hash.update(this.#unhashed)
    this.#unhashed = ''
  }
}

export class Journal {
  readonly #hashes = new Map<string, RunningHash>()
  readonly #seq: Map<string, number>
  readonly #listeners = new Set<FactListener>()
  readonly #store: Writes | null
  /** The store has not kept up: no entries until it has. */
  isSlow = false
  /** Told each time everything that was pending is durable. */
  onDurable: () => void = () => {}
  #capture: Capture = () => ({ snapshots: [], documents: [] })
  #pending: Fact[] = []
  /** Facts of the batch that is being written. */
  #underWay = 0
  /** Snapshots of a batch that could not be written; the next one takes those that are still the newest. */
  #unwritten: Batch['snapshots'] = []
  #writing: Promise<void> | null = null
  /** Nobody writes before it has come true. */
  #held: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null

  constructor(store: Writes | null, lastSeq: Record<string, number> = {}) {
    this.#store = store
    this.#seq = new Map(Object.entries(lastSeq))
  }

  /** What each batch takes along; called when the batch is made, never inside a transition. */
  captureWith(capture: Capture): void {
    this.#capture = capture
  }

  record(accountId: string, at: number, body: FactBody): Fact {
    const seq = (this.#seq.get(accountId) ?? 0) + 1
    this.#seq.set(accountId, seq)
    // Others' words come in here: what a venue, a strategy or a person said may hold a secret. What models were asked and
    // answered has been cleaned where it came in, and is hashed as it stands.
    const told = body.type === 'model.called' ? body : scrubValue(body)
    const fact: Fact = { seq, at, accountId, ...told }
    this.#running(accountId).add(JSON.stringify(fact))
    if (this.#store !== null) this.#pending.push(fact)
    for (const listener of this.#listeners) listener(fact)
    return fact
  }

  subscribe(listener: FactListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Facts not yet durable. */
  get lag(): number {
    return this.#pending.length + this.#underWay
  }

  /** Hash of every fact so far, in the order of each account. */
  hash(): string {
    const whole = createHash('sha256')
    for (const accountId of [...this.#hashes.keys()].sort()) {
      whole.update(`${JSON.stringify(accountId)}:${this.#running(accountId).digest()}\n`)
    }
    return whole.digest('hex')
  }

  /** An account that is gone for now keeps its place in the sequence and in the hash, and no text. */
  rest(accountId: string): void {
    this.#hashes.get(accountId)?.digest()
  }

  /** Hash of every fact of one account since this engine was opened. */
  hashOf(accountId: string): string {
    return this.#running(accountId).digest()
  }

  /** Nothing is written until the returned function is called: what happens meanwhile is durable together, or not at all. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#held = promise
    return resolve
  }

  /** Comes true when nobody holds it: a wait for a write is timed from then on. */
  get free(): Promise<void> {
    return this.#held
  }

  /** Settles at once without a store; otherwise when all that was recorded before this call is durable. */
  flush(): Answer<void> {
    if (this.#store === null) return undefined
    if (this.#writing === null) return this.#write(this.#store)
    this.#next ??= this.#writing.then(
      () => this.#write(this.#store as Writes),
      () => this.#write(this.#store as Writes),
    )
    return this.#next
  }

  #running(accountId: string): RunningHash {
    const known = this.#hashes.get(accountId)
    if (known !== undefined) return known
    const hash = new RunningHash()
    this.#hashes.set(accountId, hash)
    return hash
  }

  #write(store: Writes): Promise<void> {
    this.#next = null
    const work = (async () => {
      // Out of whatever transition asked for this, so that snapshots are whole; and not in the middle of a moment.
      for (let held: Promise<void> | null = null; held !== this.#held; ) await (held = this.#held)
      // Should it throw, nothing has been taken yet.
      const { snapshots, documents } = this.#capture()
      const facts = this.#pending
      this.#pending = []
      this.#underWay = facts.length
      const newer = new Set(snapshots.map(each => each.accountId))
      const batch = {
        facts,
        documents,
        snapshots: [...this.#unwritten.filter(each => !newer.has(each.accountId)), ...snapshots],
      }
      this.#unwritten = []
      try {
        await store.write(batch)
        this.#underWay = 0
        this.isSlow = false
        if (this.#pending.length === 0) this.onDurable()
      } catch (error) {
        // Nothing of the batch is durable, so all of it stays first in line; writing a fact twice changes nothing.
        this.#underWay = 0
        this.#pending = [...facts, ...this.#pending]
        this.#unwritten = batch.snapshots
        throw error
      }
    })()
    this.#writing = work
    const end = () => {
      if (this.#writing === work) this.#writing = null
    }
    work.then(end, end)
    return work
  }
}
