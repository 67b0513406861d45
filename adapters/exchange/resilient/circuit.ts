/**
 * A circuit breaker over cockatiel's, with two differences: how long it stays open is measured in time that no clock
 * change moves, and it can be told that the other side is back.
 */
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBackoff,
  type IBackoffFactory,
} from 'cockatiel'
import type { Clock, PortHealth } from '../../../domain/ports.ts'

export type CircuitOptions = {
  /** Attempts in a row without an answer that open it. */
  failuresMax: number
  /** Time until one trial is let through, ms. */
  openMs: number
  /** What counts as no answer. */
  isFailure: (error: unknown) => boolean
  /** Stamps `since`. */
  clock: Clock
  /** Milliseconds that only ever grow. */
  monotonic: () => number
}

/**
 * cockatiel compares the wall clock with `duration`: while it is infinite the circuit stays open, and when it is below
 * any time that may have passed, the next call is the trial. A wall clock set back an hour keeps nothing shut.
 */
class Rest implements IBackoffFactory<unknown>, IBackoff<unknown> {
  readonly #options: Pick<CircuitOptions, 'openMs' | 'monotonic'>
  readonly #openedAt: number

  constructor(options: Pick<CircuitOptions, 'openMs' | 'monotonic'>) {
    this.#options = options
    this.#openedAt = options.monotonic()
  }

  get duration(): number {
    const { openMs, monotonic } = this.#options
    return monotonic() - this.#openedAt < openMs ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  }

  /** Called each time the circuit opens. */
  next(): Rest {
    return new Rest(this.#options)
  }
}

const NAMES: Record<CircuitState, PortHealth['circuit']> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
}

export class Circuit {
  readonly #options: CircuitOptions
  #policy: CircuitBreakerPolicy
  #since: number
  #failures = 0
  #lastError: string | null = null

  constructor(options: CircuitOptions) {
    this.#options = options
    this.#since = options.clock.now()
    this.#policy = this.#close()
  }

  /** Asks, or throws cockatiel's `BrokenCircuitError` without asking. */
  async execute<Value>(ask: () => Promise<Value>): Promise<Value> {
    const policy = this.#policy
    return policy.execute(async () => {
      try {
        const value = await ask()
        if (policy === this.#policy) this.#failures = 0
        return value
      } catch (error) {
        if (policy === this.#policy) this.#note(error)
        throw error
      }
    })
  }

  /** The other side is known to be back: it is asked again at once. Attempts under way count no more. */
  reset(): void {
    if (this.#policy.state !== CircuitState.Closed) this.#since = this.#options.clock.now()
    this.#failures = 0
    this.#policy = this.#close()
  }

  health(): PortHealth {
    return {
      circuit: NAMES[this.#policy.state],
      since: this.#since,
      failures: this.#failures,
      lastError: this.#lastError,
    }
  }

  #note(error: unknown): void {
    if (!this.#options.isFailure(error)) {
      // They said no: somebody is there.
      this.#failures = 0
      return
    }
    this.#failures += 1
    this.#lastError = error instanceof Error ? error.message : String(error)
  }

  #close(): CircuitBreakerPolicy {
    const { failuresMax, isFailure, clock } = this.#options
    const policy = circuitBreaker(handleWhen(isFailure), {
      halfOpenAfter: new Rest(this.#options),
      breaker: new ConsecutiveBreaker(failuresMax),
    })
    policy.onStateChange(() => {
      if (policy === this.#policy) this.#since = clock.now()
    })
    return policy
  }
}
