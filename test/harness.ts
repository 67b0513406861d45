/**
 * One actor tree on scripted services and a hand clock.
 *
 * Services answer when the test says so, because the faults live in the window between a question and its answer; those
 * named in `prompt` answer at once. Deadlines, delivery of reports and restarts are those of the running engine.
 */
import {
  type AnyActorRef,
  type AnyStateMachine,
  createActor,
  type EventObject,
  type InspectionEvent,
  type PromiseActorLogic,
} from 'xstate'
import { Deadlines, deadlineOf } from '../actors/deadlines.ts'
import { type AnySnapshot, observed } from '../actors/observed.ts'
import { persist, restorable } from '../actors/persisted.ts'
import { SimClock } from '../actors/sim-clock.ts'
import { stateText } from '../actors/state-text.ts'
import type { OrderRequest } from '../domain/order.ts'
import { accountMachine } from '../machines/account.ts'
import type { AccountContext } from '../machines/account/context.ts'
import type { OrderContext, OrderServiceInput } from '../machines/order/context.ts'
import type { PositionContext } from '../machines/position/context.ts'
import { orderMachine } from '../machines/order.ts'
import { positionMachine } from '../machines/position.ts'

export const AT = Date.UTC(2026, 0, 15, 12)

export const SERVICES = [
  'saveIntent',
  'submitOrder',
  'lookupOrder',
  'cancelOrder',
  'setLeverage',
  'readProtection',
  'analyseMarket',
  'decide',
  'reconcileAccount',
] as const
export type ServiceName = (typeof SERVICES)[number]

type Settled = { type: 'answered'; output: unknown } | { type: 'failed'; error: unknown }

/** A question that a machine has asked; `dropped` when the machine has gone on without its answer. */
export type Call = {
  service: ServiceName
  input: unknown
  state: 'open' | 'answered' | 'dropped'
  answer(output: unknown): void
  fail(error: unknown): void
}
/** `null`: answered by the test. */
export type Prompt = Partial<Record<ServiceName, ((input: never) => unknown) | null>>
type Kind = 'account' | 'position' | 'order'
export type Move = { kind: Kind; from: string; to: string; event: string }

const kindOf = (snapshot: AnySnapshot): Kind => (snapshot as unknown as { machine: { id: Kind } }).machine.id

export class Stage {
  readonly clock = new SimClock(AT)
  readonly calls: Call[] = []
  readonly reports: (EventObject & Record<string, unknown>)[] = []
  readonly moves: Move[] = []
  /** What an error of the tree was; a machine must never have one. */
  failure: unknown = null
  readonly #deadlines = new Deadlines(this.clock)
  readonly #machine: AnyStateMachine
  readonly #prompt: Prompt
  #actor: AnyActorRef
  #inspector: ((event: InspectionEvent) => void) | null = null

  constructor(kind: Kind, input: Record<string, unknown>, prompt: Prompt = {}) {
    this.#prompt = { saveIntent: () => ({ at: this.at }), ...prompt }
    this.#machine = this.#machines()[kind]
    this.#actor = this.#start({ input: { ...input, at: AT } })
  }

  get at(): number {
    return this.clock.now()
  }

  get actor(): AnyActorRef {
    return this.#actor
  }

  /** State of the root, or of the actor below it by its slot: `main.child('position:BTC', 'stop')`. */
  state(...path: string[]): string {
    const actor = this.child(...path)
    return actor === null ? 'gone' : stateText((actor.getSnapshot() as AnySnapshot).value)
  }

  child(...path: string[]): AnyActorRef | null {
    let actor = this.#actor as AnyActorRef | undefined
    for (const id of path) {
      if (actor === undefined) return null
      actor = (actor.getSnapshot() as { children?: Record<string, AnyActorRef> }).children?.[id]
    }
    return actor ?? null
  }

  accountContext(): AccountContext {
    return this.#context() as AccountContext
  }

  positionContext(...path: string[]): PositionContext {
    return this.#context(...path) as PositionContext
  }

  orderContext(...path: string[]): OrderContext {
    return this.#context(...path) as OrderContext
  }

  /** Sends an event with the time of the clock to the root, or to the actor at `path`. */
  send(event: EventObject & Record<string, unknown>, ...path: string[]): void {
    this.child(...path)?.send({ at: this.at, ...event })
  }

  /** From now on every step of the tree is told, restarts included. */
  inspect(inspector: (event: InspectionEvent) => void): void {
    this.#inspector = inspector
    this.#actor.system.inspect(inspector)
  }

  pass(ms: number): void {
    this.clock.advanceTo(this.at + ms)
  }

  /** From now on this service answers at once, or (`null`) when the test says so. */
  prompt(service: ServiceName, answer: ((input: never) => unknown) | null): void {
    this.#prompt[service] = answer
  }

  open(service?: ServiceName): Call[] {
    return this.calls.filter(
      call => call.state === 'open' && (service === undefined || call.service === service),
    )
  }

  /** The oldest open question to a service, about an order of this leg if one is named. */
  call(service: ServiceName, leg?: string): Call {
    const found = this.open(service).find(
      ({ input }) => leg === undefined || (input as OrderServiceInput).ids.leg === leg,
    )
    if (found === undefined) {
      const asked = this.open().map(each => each.service)
      throw new Error(`Nobody waits for ${service} ${leg ?? ''}; open are: ${asked.join(', ') || 'none'}`)
    }
    return found
  }

  /** Requests as they were sent to the venue, in order. */
  sent(leg?: string): OrderRequest[] {
    return this.calls
      .filter(call => call.service === 'submitOrder')
      .map(call => call.input as OrderServiceInput)
      .filter(({ ids }) => leg === undefined || ids.leg === leg)
      .map(({ request }) => request)
  }

  reported(type: string): (EventObject & Record<string, unknown>)[] {
    return this.reports.filter(report => report.type === type)
  }

  persist(): unknown {
    return JSON.parse(JSON.stringify(persist(this.#actor as never)))
  }

  /** What the desk does after a crash: the tree from a snapshot, then `account.resumed`, children first. */
  restart(body: unknown = this.persist()): void {
    this.#actor.stop()
    for (const call of this.open()) call.state = 'dropped'
    this.#actor = this.#start({ input: {}, snapshot: restorable(body) })
    for (const child of this.#childrenOf(this.#actor)) this.#resume(child)
    this.#actor.send({ type: 'account.resumed', at: this.at })
  }

  #context(...path: string[]): unknown {
    const actor = this.child(...path)
    if (actor === null) throw new Error(`There is no actor at ${path.join('/')}`)
    return (actor.getSnapshot() as { context: unknown }).context
  }

  #resume(actor: AnyActorRef): void {
    actor.send({ type: 'account.resumed', at: this.at })
    for (const child of this.#childrenOf(actor)) this.#resume(child)
  }

  #childrenOf(actor: AnyActorRef): AnyActorRef[] {
    return Object.values((actor.getSnapshot() as { children?: Record<string, AnyActorRef> }).children ?? {})
  }

  #start(options: { input: unknown; snapshot?: never }): AnyActorRef {
    const actor = createActor(this.#machine, options as never)
    actor.subscribe({
      error: error => {
        this.failure = error
      },
    })
    if (this.#inspector !== null) actor.system.inspect(this.#inspector)
    actor.start()
    return actor
  }

  #machines(): Record<Kind, AnyStateMachine> {
    const services = Object.fromEntries(SERVICES.map(name => [name, this.#scripted(name)]))
    const give = (names: ServiceName[]) => Object.fromEntries(names.map(name => [name, services[name]]))
    const observer = {
      started: (actor: AnyActorRef, snapshot: AnySnapshot) => this.#watch(actor, null, snapshot),
      moved: (actor: AnyActorRef, before: AnySnapshot, after: AnySnapshot, event: EventObject) => {
        this.#watch(actor, before, after)
        const from = stateText(before.value)
        const to = stateText(after.value)
        if (from !== to) this.moves.push({ kind: kindOf(after), from, to, event: event.type })
      },
      reported: (_actor: AnyActorRef, report: EventObject) => this.reports.push(report),
      isLost: () => false,
    }
    const provide = (machine: AnyStateMachine, actors: Record<string, unknown>) =>
      observed(machine.provide({ actors } as never) as AnyStateMachine, observer)
    const order = provide(orderMachine, give(['saveIntent', 'submitOrder', 'lookupOrder', 'cancelOrder']))
    const position = provide(positionMachine, { order, ...give(['setLeverage', 'readProtection']) })
    const own = give(['analyseMarket', 'decide', 'reconcileAccount'])
    return { order, position, account: provide(accountMachine, { position, ...own }) }
  }

  #watch(actor: AnyActorRef, before: AnySnapshot | null, after: AnySnapshot): void {
    const until = deadlineOf(after.context)
    if (until !== null && (before === null || until !== deadlineOf(before.context))) {
      this.#deadlines.set(actor, until)
    }
  }

  #ask(service: ServiceName, input: unknown, settle: (event: Settled) => void): Call {
    const call: Call = {
      service,
      input,
      state: 'open',
      answer: output => {
        if (call.state !== 'open') throw new Error(`${service} is ${call.state}, it cannot be answered`)
        call.state = 'answered'
        settle({ type: 'answered', output })
      },
      fail: error => {
        if (call.state !== 'open') throw new Error(`${service} is ${call.state}, it cannot fail`)
        call.state = 'answered'
        settle({ type: 'failed', error })
      },
    }
    this.calls.push(call)
    return call
  }

  #scripted(service: ServiceName): PromiseActorLogic<unknown, unknown> {
    const calls = new WeakMap<AnyActorRef, Call>()
    return {
      config: undefined,
      getInitialSnapshot: (_scope, input) =>
        ({ status: 'active', output: undefined, error: undefined, input }) as never,
      start: (state, { self }) => {
        const call = this.#ask(service, state.input, event => self.send(event))
        calls.set(self as AnyActorRef, call)
        const prompt = this.#prompt[service] as ((input: unknown) => unknown) | null | undefined
        if (prompt != null) call.answer(prompt(state.input))
      },
      transition: (state, event, { self }) => {
        const settled = event as unknown as Settled | { type: 'xstate.stop' }
        if (settled.type === 'answered') return { ...state, status: 'done', output: settled.output } as never
        if (settled.type === 'failed') return { ...state, status: 'error', error: settled.error } as never
        if (settled.type !== 'xstate.stop') return state
        const call = calls.get(self as AnyActorRef)
        if (call?.state === 'open') call.state = 'dropped'
        return { ...state, status: 'stopped' } as never
      },
      getPersistedSnapshot: state => state,
      restoreSnapshot: state => state as never,
    }
  }
}
