/**
 * The three ways a service runs, with one face to the machines: a promise (live), at once (simulation), or after a
 * simulated delay (simulation with latency). All end in the same `onDone` and `onError`.
 */
import { fromPromise, type PromiseActorLogic, type PromiseSnapshot } from 'xstate'
import { type Flow, isPromise, run } from './flow.ts'
import type { SimClock } from './sim-clock.ts'

export type Service<Output, Input> = (input: Input) => Flow<Output>
export type Runner = <Output, Input>(service: Service<Output, Input>) => PromiseActorLogic<Output, Input>

/** Counts services under way, so that a driver can wait until nothing is. */
export class InFlight {
  #count = 0

  get count(): number {
    return this.#count
  }

  track<Value>(work: Promise<Value>): Promise<Value> {
    this.#count += 1
    const end = () => {
      this.#count -= 1
    }
    work.then(end, end)
    return work
  }

  /** Resolves when no service is under way and what they answered has been dealt with. */
  async settled(): Promise<void> {
    do {
      await new Promise<void>(resolve => setImmediate(resolve))
    } while (this.#count > 0)
  }
}

export const liveRunner =
  (inFlight: InFlight): Runner =>
  service =>
    fromPromise(({ input }) => inFlight.track(Promise.resolve().then(() => run(service(input)))))

type Settled = { type: 'service.answered'; output: unknown } | { type: 'service.failed'; error: unknown }

/** Logic of a promise actor whose answer is sent by `begin`, at once or later. */
const settling = <Output, Input>(
  begin: (input: Input, settle: (event: Settled) => void) => void,
): PromiseActorLogic<Output, Input> => ({
  config: undefined as never,
  getInitialSnapshot: (_scope, input) =>
    ({ status: 'active', output: undefined, error: undefined, input }) as PromiseSnapshot<Output, Input>,
  start: (state, { self }) => {
    if (state.status === 'active') begin(state.input as Input, event => self.send(event as never))
  },
  transition: (state, event) => {
    const settled = event as unknown as Settled | { type: 'xstate.stop' }
    if (state.status !== 'active') return state
    if (settled.type === 'service.answered') {
      return { ...state, status: 'done', output: settled.output as Output, input: undefined }
    }
    if (settled.type === 'service.failed') {
      return { ...state, status: 'error', error: settled.error, input: undefined }
    }
    return settled.type === 'xstate.stop' ? { ...state, status: 'stopped', input: undefined } : state
  },
  getPersistedSnapshot: state => state,
  restoreSnapshot: state => state as PromiseSnapshot<Output, Input>,
})

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

/** Asks now, answers `delayMs()` later on the simulated clock. */
export const delayedRunner =
  (clock: SimClock, delayMs: () => number): Runner =>
  service =>
    settling((input, settle) => {
      const settled = answer(service, input)
      clock.at(clock.now() + delayMs(), () => settle(settled))
    })
