/**
 * An exchange over a network, asked with patience: reads have a time limit, are tried again after a random wait, and stop
 * being asked while nobody answers. Orders, cancels and leverage pass through untouched: whether they happened is for the
 * order's own lookup to find out, and a second attempt here could be a second order.
 *
 * It runs on real timers and real chance, so it belongs around live ports only; a simulated venue is not wrapped.
 */
import {
  BrokenCircuitError,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
} from 'cockatiel'
import type { Instrument } from '../../../domain/instrument.ts'
import type { Fill, OrderRequest, VenueOrder } from '../../../domain/order.ts'
import {
  type Answer,
  type Clock,
  type Exchange,
  OutcomeUnknown,
  type PortHealth,
  type VenueAccount,
  type VenueEvent,
  type VenuePosition,
  VenueUnreachable,
} from '../../../domain/ports.ts'
import { Circuit } from './circuit.ts'

export type Patience = {
  /** One attempt, ms. */
  attemptMs: number
  /** A read with all its attempts and waits, ms: below the naked deadline, for the proof of a stop is a read too. */
  totalMs: number
  /** Attempts after the first. */
  retries: number
  /** About the first wait, ms; the later ones grow and are decorrelated, so that accounts do not ask in step. */
  waitMs: number
  waitMsMax: number
  /** Attempts in a row without an answer after which nothing is asked... */
  failuresMax: number
  /** ...for this long, ms: well below the 30 s in which an account must be back. */
  openMs: number
}

export const PATIENCE: Patience = {
  attemptMs: 3_000,
  totalMs: 4_500,
  retries: 2,
  waitMs: 150,
  waitMsMax: 1_000,
  failuresMax: 6,
  openMs: 5_000,
}

export type ResilientOptions = {
  patience?: Partial<Patience>
  /** Stamps the health. */
  clock: Clock
  /** Milliseconds that only ever grow. */
  monotonic?: () => number
}

/** A read changes nothing: an unreadable answer is no worse than none. */
const isFailure = (error: unknown): boolean =>
  error instanceof VenueUnreachable || error instanceof OutcomeUnknown || error instanceof TaskCancelledError

export class ResilientExchange implements Exchange {
  readonly venue: string
  readonly #inner: Exchange
  readonly #patience: Patience
  readonly #circuit: Circuit
  readonly #attempt: IPolicy
  readonly #retry: IPolicy
  readonly #total: IPolicy

  constructor(inner: Exchange, options: ResilientOptions) {
    const patience = { ...PATIENCE, ...options.patience }
    this.venue = inner.venue
    this.#inner = inner
    this.#patience = patience
    this.#circuit = new Circuit({
      failuresMax: patience.failuresMax,
      openMs: patience.openMs,
      isFailure,
      clock: options.clock,
      monotonic: options.monotonic ?? (() => performance.now()),
    })
    this.#attempt = timeout(patience.attemptMs, TimeoutStrategy.Aggressive)
    this.#total = timeout(patience.totalMs, TimeoutStrategy.Aggressive)
    this.#retry = retry(handleWhen(isFailure), {
      maxAttempts: patience.retries,
      backoff: new ExponentialBackoff({
        generator: decorrelatedJitterGenerator,
        initialDelay: patience.waitMs,
        maxDelay: patience.waitMsMax,
      }),
    })
  }

  instruments = (): Promise<Instrument[]> => this.#read('instruments', () => this.#inner.instruments())
  account = (): Promise<VenueAccount> => this.#read('account', () => this.#inner.account())
  positions = (): Promise<VenuePosition[]> => this.#read('positions', () => this.#inner.positions())
  openOrders = (): Promise<VenueOrder[]> => this.#read('openOrders', () => this.#inner.openOrders())
  fillsSince = (at: number): Promise<Fill[]> => this.#read('fillsSince', () => this.#inner.fillsSince(at))
  lookup = (symbol: string, clientOrderId: string): Promise<VenueOrder | null> =>
    this.#read('lookup', () => this.#inner.lookup(symbol, clientOrderId))

  submit = (request: OrderRequest): Answer<VenueOrder> => this.#inner.submit(request)
  cancel = (symbol: string, clientOrderId: string): Answer<VenueOrder> =>
    this.#inner.cancel(symbol, clientOrderId)
  setLeverage = (symbol: string, leverage: number): Answer<number> =>
    this.#inner.setLeverage(symbol, leverage)
  subscribe = (listener: (event: VenueEvent) => void): (() => void) => this.#inner.subscribe(listener)

  health = (): PortHealth => this.#circuit.health()

  /** The connection is there again: what is asked next is asked, however long the circuit would have stayed open. */
  recovered = (): void => this.#circuit.reset()

  async #read<Value>(what: string, ask: () => Answer<Value>): Promise<Value> {
    let last: unknown = null
    // An implementation that throws before it promises fails like one that rejects.
    const once = () => this.#attempt.execute(async () => ask())
    const guarded = async (): Promise<Value> => {
      try {
        return await this.#circuit.execute(once)
      } catch (error) {
        last = error instanceof BrokenCircuitError ? last : error
        throw error
      }
    }
    try {
      return await this.#total.execute(({ signal }) => this.#retry.execute(guarded, signal))
    } catch (error) {
      throw this.#translated(what, error, last)
    }
  }

  /** Whoever asks knows the three kinds of failure of `domain/ports.ts` and none of cockatiel's. */
  #translated(what: string, error: unknown, last: unknown): unknown {
    const { attemptMs, totalMs, openMs } = this.#patience
    if (error instanceof BrokenCircuitError) {
      const { failures, lastError } = this.health()
      return new VenueUnreachable(
        `${this.venue}: ${what} was not asked: ${failures} questions in a row got no answer (${lastError}); ` +
          `one is tried every ${openMs} ms`,
      )
    }
    if (!(error instanceof TaskCancelledError)) return error
    const why =
      last instanceof TaskCancelledError || !(last instanceof Error) ? '' : `; at last: ${last.message}`
    const limit = last === error ? attemptMs : totalMs
    return new VenueUnreachable(`${this.venue}: ${what} got no answer within ${limit} ms${why}`)
  }
}
