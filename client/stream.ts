/**
 * One stream of an engine that stays: it comes back after every loss, goes on where it was, and polls over HTTP where a
 * WebSocket does not get through. What it gives is numbered without gaps, or begins again with a snapshot.
 */
import { type Backoff, BACKOFF, waitMs } from './backoff.ts'
import type { StreamEvent, StreamName } from './events.ts'
import { type Numbered, Sequence } from './sequence.ts'
import type { Transport } from './transport.ts'

export type Filter = { accountIds?: readonly string[]; assets?: readonly string[]; types?: readonly string[] }

/** `refused`: the token does not hold (any more); it is over. */
export type StreamStatus = 'connecting' | 'live' | 'polling' | 'refused' | 'closed'

export type StreamOptions<Name extends StreamName> = {
  /** Of the engine, e.g. `http://127.0.0.1:3000`. */
  url: string
  stream: Name
  /** Left out in a page, whose session cookie speaks for it. */
  token?: string
  filter?: Filter
  transport: Transport
  onEvent: (event: StreamEvent<Name>) => void
  onStatus?: (status: StreamStatus) => void
  backoff?: Backoff
  pollMs?: number
  /** Attempts that fail in a row before it polls. */
  pollAfter?: number
  /** Silence after which a connection counts as lost; the engine speaks every 30 s. */
  silenceMs?: number
}

const REVOKED = 4401
/** Polls between two attempts to get a WebSocket again. */
const POLLS = 6

class Refused extends Error {}

export class Stream<Name extends StreamName> {
  readonly #options: StreamOptions<Name>
  readonly #sequence = new Sequence()
  #status: StreamStatus = 'connecting'
  /** Ends whatever is waited for. */
  #wake: () => void = () => {}
  #isClosed = false

  constructor(options: StreamOptions<Name>) {
    this.#options = options
    // Not before whoever made it has it in hand.
    Promise.resolve()
      .then(() => this.#run())
      .catch((error: unknown) => this.#stop(error instanceof Refused ? 'refused' : 'closed'))
  }

  get status(): StreamStatus {
    return this.#status
  }

  /** Number of the last event that was given. */
  get seq(): number | null {
    return this.#sequence.last
  }

  close(): void {
    this.#stop('closed')
    this.#wake()
  }

  #stop(status: StreamStatus): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#become(status)
  }

  #become(status: StreamStatus): void {
    if (this.#status === status) return
    this.#status = status
    this.#options.onStatus?.(status)
  }

  async #run(): Promise<void> {
    const { transport, backoff = BACKOFF, pollAfter = 3, pollMs = 5_000 } = this.#options
    let failures = 0
    while (!this.#isClosed) {
      const wasLive = await this.#live().catch(passRefusal)
      failures = wasLive ? 1 : failures + 1
      if (this.#isClosed) return
      if (failures >= pollAfter) {
        await this.#pollForAWhile(pollMs)
      } else {
        this.#become('connecting')
        await this.#sleep(waitMs(failures, transport.random(), backoff))
      }
    }
  }

  async #pollForAWhile(pollMs: number): Promise<void> {
    for (let polls = 0; polls < POLLS && !this.#isClosed; polls += 1) {
      const isAnswered = await this.#poll().catch(passRefusal)
      if (!this.#isClosed) this.#become(isAnswered ? 'polling' : 'connecting')
      await this.#sleep(pollMs)
    }
  }

  /** One connection, to its end. True when it had begun to tell. */
  async #live(): Promise<boolean> {
    const { transport, url, stream, silenceMs = 75_000 } = this.#options
    const answer = await this.#ask('POST', '/ws/ticket')
    const { ticket } = answer as { ticket: string }
    if (this.#isClosed) return false
    const address = `${url.replace(/^http/, 'ws')}/ws/${stream}${this.#query()}`
    const socket = transport.connect(address, ['bearer', ticket])
    return new Promise((resolve, reject) => {
      let wasLive = false
      let isOver = false
      let callOff = (): void => {}
      const end = () => {
        isOver = true
        callOff()
        this.#wake = () => {}
        socket.close()
        resolve(wasLive)
      }
      const listen = () => {
        callOff()
        callOff = transport.after(silenceMs, end)
      }
      this.#wake = end
      listen()
      socket.addEventListener('message', ({ data }) => {
        if (isOver) return
        listen()
        wasLive = true
        this.#become('live')
        if (!this.#give(JSON.parse(String(data)) as Numbered)) end()
      })
      // A close always follows, and says all there is to know.
      socket.addEventListener('error', () => {})
      socket.addEventListener('close', ({ code }) => {
        callOff()
        if (code === REVOKED) reject(new Refused())
        else resolve(wasLive)
      })
    })
  }

  async #poll(): Promise<boolean> {
    const { events } = (await this.#ask('GET', `/ws/${this.#options.stream}${this.#query()}`)) as {
      events: Numbered[]
    }
    for (const each of events) if (!this.#give(each)) return false
    return true
  }

  /** False when something is missing before it. */
  #give(message: Numbered): boolean {
    if (this.#isClosed) return false
    const verdict = this.#sequence.take(message)
    if (verdict === 'taken') this.#options.onEvent(message as StreamEvent<Name>)
    return verdict !== 'gap'
  }

  async #ask(method: string, path: string): Promise<unknown> {
    const { transport, url, token } = this.#options
    const headers: Record<string, string> =
      token === undefined ? { 'X-Requested-With': 'latch' } : { Authorization: `Bearer ${token}` }
    const answer = await transport.request(url + path, { method, headers })
    if (answer.status === 401 || answer.status === 403) throw new Refused()
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}`)
    return answer.json()
  }

  #query(): string {
    const { accountIds, assets, types } = this.#options.filter ?? {}
    const query = new URLSearchParams()
    const named = { account_id: accountIds, assets, types }
    for (const [name, values] of Object.entries(named))
      for (const each of values ?? []) query.append(name, each)
    const { last } = this.#sequence
    if (last !== null) query.append('since', String(last))
    return query.size === 0 ? '' : `?${query.toString()}`
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      if (this.#isClosed) return resolve()
      const callOff = this.#options.transport.after(ms, resolve)
      this.#wake = () => {
        callOff()
        resolve()
      }
    })
  }
}

/** A failure is tried again; only a refusal ends the stream. */
const passRefusal = (error: unknown): false => {
  if (error instanceof Refused) throw error
  return false
}
