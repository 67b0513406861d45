/** The embedded database as the object mapper knows it, with its work done in a thread of its own. */
import { Worker } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'
import { Turn } from '../turn.ts'
import { type Answered, type Asked, type Failure, OPENED, type Question } from './message.ts'

/** What is used of a PGlite: by the object mapper, which is given this in its place. */
type Used = Pick<PGlite, 'query' | 'transaction' | 'close' | 'closed' | 'ready' | 'waitReady'>
type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void }
type Options = { rowMode?: 'array' | 'object' }
type Query = (sql: string, parameters?: unknown[], options?: Options) => Promise<unknown>

const errorOf = ({ message, stack, fields }: Failure): Error =>
  Object.assign(new Error(message), fields, stack === undefined ? {} : { stack })

export class EmbeddedDatabase {
  readonly waitReady: Promise<void>
  ready = false
  closed = false
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  /** A transaction has the database to itself. */
  readonly #turn = new Turn()
  #lastId = 0
  /** Why it is closed; `null`: somebody closed it. */
  #failure: Error | null = null

  /** Opens the database in `folder`, or makes one there. */
  constructor(folder: string) {
    // The flags of the process are not for it: some, such as `--input-type`, no thread can be started with.
    const options = { workerData: { folder }, execArgv: [] }
    this.#worker = new Worker(new URL('worker.ts', import.meta.url), options)
    this.#worker.on('message', (answer: Answered) => this.#take(answer))
    this.#worker.on('error', error => this.#end(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#end(new Error('its thread has ended')))
    this.waitReady = new Promise<unknown>((resolve, reject) =>
      this.#waiting.set(OPENED, { resolve, reject }),
    ) as Promise<void>
    // Whoever waits is told; nobody may be waiting when it fails.
    this.waitReady.catch(() => undefined)
  }

  /** As the object mapper wants it named; it uses no more of one than is here. */
  get asPglite(): PGlite {
    return this satisfies { [Name in keyof Used]: unknown } as unknown as PGlite
  }

  query: Query = (sql, parameters, options) => this.#turn.take(() => this.#query(sql, parameters, options))

  transaction = <Value>(work: (inside: { query: Query }) => Promise<Value>): Promise<Value> =>
    this.#turn.take(async () => {
      await this.#ask({ kind: 'begin' })
      let value: Value
      try {
        value = await work({ query: (...words) => this.#query(...words) })
      } catch (error) {
        await this.#ask({ kind: 'rollback' })
        throw error
      }
      await this.#ask({ kind: 'commit' })
      return value
    })

  /** Waits for what is under way. */
  async close(): Promise<void> {
    if (this.closed) return
    await this.#turn.take(() => this.#ask({ kind: 'close' })).catch(() => undefined)
    this.closed = true
    await this.#worker.terminate()
  }

  #query(...[sql, parameters, { rowMode = 'object' } = {}]: Parameters<Query>): Promise<unknown> {
    return this.#ask({ kind: 'query', sql, parameters, rowMode })
  }

  async #ask(question: Question): Promise<unknown> {
    await this.waitReady
    if (this.closed) throw new Error('The embedded database is closed', { cause: this.#failure ?? undefined })
    this.#lastId += 1
    const asked: Asked = { ...question, id: this.#lastId }
    const answered = new Promise<unknown>((resolve, reject) =>
      this.#waiting.set(asked.id, { resolve, reject }),
    )
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin.
      this.#worker.postMessage(asked)
    } catch (error) {
      // Something in it cannot go to another thread: nobody will answer.
      this.#waiting.delete(asked.id)
      throw error
    }
    // Only an answer that is waited for keeps the process alive.
    this.#worker.ref()
    return answered
  }

  #take(answer: Answered): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if (answer.id === OPENED) this.ready = !('failure' in answer)
    if ('failure' in answer) waiting?.reject(errorOf(answer.failure))
    else waiting?.resolve(answer.value)
  }

  /** Nothing is answered any more. */
  #end(error: Error): void {
    if (!this.closed) this.#failure = error
    this.closed = true
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
