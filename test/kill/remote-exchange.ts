/**
 * The `Exchange` port over a socket to the venue process. A connection that breaks, or stays silent, makes an order
 * unknown and a question unanswered; it comes back by itself.
 */
import { connect, type Socket } from 'node:net'
import type { Instrument } from '../../domain/instrument.ts'
import type { Fill, OrderRequest, VenueOrder } from '../../domain/order.ts'
import {
  type Exchange,
  OutcomeUnknown,
  type VenueAccount,
  type VenueEvent,
  type VenuePosition,
  VenueRefused,
  VenueUnreachable,
} from '../../domain/ports.ts'
import { type Message, type Reply, readLines, writeLine } from './lines.ts'

const ANSWER_MS_MAX = 1_500
const RECONNECT_MS = 100

export type RemoteOptions = {
  port: number
  accountId: string
  deposit: string
  /** The connection is there (again), or gone. */
  onConnection: (state: 'up' | 'down') => void
  /** The request has left this process. */
  onSent: (method: string, args: unknown[]) => void
}

type Waiting = { resolve: (value: never) => void; reject: (error: Error) => void; changes: boolean }

export class RemoteExchange implements Exchange {
  readonly venue = 'remote'
  readonly #options: RemoteOptions
  readonly #listeners = new Set<(event: VenueEvent) => void>()
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | null = null
  #lastId = 0
  #isClosed = false

  constructor(options: RemoteOptions) {
    this.#options = options
    this.#connect()
  }

  instruments = () => this.#ask<Instrument[]>('instruments', [], false)
  account = () => this.#ask<VenueAccount>('account', [], false)
  positions = () => this.#ask<VenuePosition[]>('positions', [], false)
  openOrders = () => this.#ask<VenueOrder[]>('openOrders', [], false)
  fillsSince = (at: number) => this.#ask<Fill[]>('fillsSince', [at], false)
  lookup = (symbol: string, id: string) => this.#ask<VenueOrder | null>('lookup', [symbol, id], false)
  submit = (request: OrderRequest) => this.#ask<VenueOrder>('submit', [request], true)
  cancel = (symbol: string, id: string) => this.#ask<VenueOrder>('cancel', [symbol, id], true)
  setLeverage = (symbol: string, leverage: number) =>
    this.#ask<number>('setLeverage', [symbol, leverage], true)

  subscribe(listener: (event: VenueEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#isClosed = true
    this.#socket?.destroy()
  }

  #connect(): void {
    const { port, accountId, deposit, onConnection } = this.#options
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.on('connect', () => {
      this.#socket = socket
      this.#ask('hello', [accountId, deposit], false).then(
        () => onConnection('up'),
        () => socket.destroy(),
      )
    })
    readLines(socket, line => this.#hear(line as Message))
    socket.on('error', () => {})
    socket.on('close', () => {
      const wasUp = this.#socket === socket
      this.#socket = null
      for (const id of this.#waiting.keys()) this.#lose(id, 'the connection broke')
      if (this.#isClosed) return
      if (wasUp) onConnection('down')
      setTimeout(() => this.#connect(), RECONNECT_MS)
    })
  }

  #hear(message: Message): void {
    if ('event' in message) {
      for (const listener of this.#listeners) listener(message.event as VenueEvent)
      return
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (waiting !== undefined) settle(waiting, message)
  }

  #ask<Value>(method: string, args: unknown[], changes: boolean): Promise<Value> {
    const socket = this.#socket
    if (socket === null) return Promise.reject(new VenueUnreachable(`Remote venue: ${method}: not connected`))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<Value>((resolve, reject) => {
      const timer = setTimeout(() => this.#lose(id, 'no answer in time'), ANSWER_MS_MAX)
      const end = <Result>(then: (result: Result) => void) => {
        return (result: Result) => {
          clearTimeout(timer)
          then(result)
        }
      }
      this.#waiting.set(id, { resolve: end(resolve), reject: end(reject), changes })
      writeLine(socket, { id, method, args }, () => this.#options.onSent(method, args))
    })
  }

  #lose(id: number, why: string): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    const message = `Remote venue: ${why}`
    waiting?.reject(waiting.changes ? new OutcomeUnknown(message) : new VenueUnreachable(message))
  }
}

const settle = (waiting: Waiting, reply: Reply): void => {
  if (reply.ok) waiting.resolve(reply.value as never)
  else if (reply.code === 'venue_failed') waiting.reject(new OutcomeUnknown(reply.message))
  else waiting.reject(new VenueRefused(reply.code, reply.message))
}
