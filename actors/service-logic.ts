/**
 * The three ways a service runs, with one face to the machines: a promise (live), at once (simulation), or after a
 * simulated delay (simulation with latency). All end in the same `onDone` and `onError`.
 */
import { type ActorLogic, fromPromise, type PromiseActorLogic, type PromiseSnapshot } from 'xstate'
import { type Flow, isPromise, run } from './flow.ts'
import type { SimClock } from './sim-clock.ts'

export type Service<Output, Input> = (input: Input) => Flow<Output>
/**
 * Whether a service crosses the wire to the venue, and so takes the simulated latency there and back; stays here; or asks
 * somebody who may take as long as they like, and whom nobody waits for once the answer is not wanted any more.
 */
export type Reach = 'venue' | 'local' | 'advice'
export type Runner = <Output, Input>(
  service: Service<Output, Input>,
  reach: Reach,
) => PromiseActorLogic<Output, Input>

/** Counts services under way, so that a driver can wait until nothing is. */
export class InFlight {
  #count = 0
  #waiting: (() => void)[] = []
  #isAbandoned = false
  /** Accounts are being opened: the market's clock stands still, and would hold up answers that wait for it. */
  isOpening = false

  get count(): number {
    return this.#count
  }

  /** Ends with the work, or when `unwanted` says that nobody waits for it. */
  track<Value>(work: Promise<Value>, unwanted?: AbortSignal): Promise<Value> {
    this.#count += 1
    let hasEnded = false
    const end = () => {
      if (hasEnded) return
      hasEnded = true
      unwanted?.removeEventListener('abort', end)
      this.#count -= 1
      if (this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve()
    }
    unwanted?.addEventListener('abort', end)
    work.then(end, end)
    return work
  }

  /** From now on nobody waits for services that are under way. */
  abandon(): void {
    this.#isAbandoned = true
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Resolves when no service is under way and what they answered has been dealt with. */
  async settled(): Promise<void> {
    for (;;) {
      await new Promise<void>(resolve => setImmediate(resolve))
      if (this.#count === 0 || this.#isAbandoned) return
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }
}

/**
 * Awaited services. On a paper venue the answer also waits for the simulated latency; that part is not tracked, since
 * it is the driver who moves the clock.
 */
export const liveRunner =
  (inFlight: InFlight, clock: SimClock, latencyMs: () => number): Runner =>
  (service, reach) =>
    fromPromise(async ({ input, signal }) => {
      const work = Promise.resolve().then(() => run(service(input)))
      const output = await inFlight.track(work, reach === 'advice' ? signal : undefined)
      const delay = reach === 'venue' && !inFlight.isOpening ? latencyMs() : 0
      if (delay > 0) await new Promise<void>(resolve => clock.at(clock.now() + delay, resolve))
      return output
    })

export type Settled =
  | { type: 'service.answered'; output: unknown }
  | { type: 'service.failed'; error: unknown }
type Sent = Settled | { type: 'xstate.stop' }

/** Logic of a promise actor whose answer is sent by `begin`, at once or later. */
export const settling = <Output, Input>(
  begin: (input: Input, settle: (event: Settled) => void) => void,
): PromiseActorLogic<Output, Input> => {
  const logic: ActorLogic<PromiseSnapshot<Output, Input>, Sent, Input> = {
    getInitialSnapshot: (_scope, input) => ({ status: 'active', output: undefined, error: undefined, input }),
    start: (state, { self }) => {
      if (state.status !== 'active') return
      // An answer for somebody who has stopped waiting is dropped.
      begin(state.input as Input, event => {
        if (self.getSnapshot().status === 'active') self.send(event)
      })
    },
    transition: (state, event) => {
      if (state.status !== 'active') return state
      if (event.type === 'service.answered') {
        return { ...state, status: 'done', output: event.output as Output, input: undefined }
      }
      if (event.type === 'service.failed') {
        return { ...state, status: 'error', error: event.error, input: undefined }
      }
      // A restart is told to the whole tree: to a question under way it means nothing.
      return event.type === 'xstate.stop' ? { ...state, status: 'stopped', input: undefined } : state
    },
    getPersistedSnapshot: state => state,
    restoreSnapshot: state => state as PromiseSnapshot<Output, Input>,
  }
  // To XState it is the logic of a promise: same snapshot, same relayed events.
  return logic as unknown as PromiseActorLogic<Output, Input>
}

const answer = <Output, Input>(service: Service<Output, Input>, input: Input): Settled => {
  try {
    const output = run(service(input))
    if (isPromise(output)) throw new Error('Invariant: a simulated service must answer at once')
    return { type: 'service.answered', output }
  } catch (error) {
    return { type: 'service.failed', error }
  }
}

/** Settles inside `start()`: the actor's mailbox is not open yet, so the answer is dealt with before `start` returns. */
export const syncRunner: Runner = service => settling((input, settle) => settle(answer(service, input)))

/** Asks now, answers after the latency on the simulated clock; what does not cross the wire answers at once. */
export const delayedRunner =
  (clock: SimClock, latencyMs: () => number): Runner =>
  (service, reach) =>
    reach !== 'venue'
      ? syncRunner(service, reach)
      : settling((input, settle) => {
          const settled = answer(service, input)
          clock.at(clock.now() + latencyMs(), () => settle(settled))
        })
