/**
 * One account's connection of one engine process to the venue, with everything that can go wrong on it. What passes is
 * done by the venue at once; what the engine hears of it, and when, is another matter.
 */
import type { Instrument } from '../../domain/instrument.ts'
import type { Fill, OrderRequest, VenueOrder } from '../../domain/order.ts'
import {
  type Answer,
  type Exchange,
  OutcomeUnknown,
  type VenueAccount,
  type VenueEvent,
  type VenuePosition,
  VenueRefused,
  VenueUnreachable,
} from '../../domain/ports.ts'
import type { Witness } from './auditor/witness.ts'
import type { Dice } from './dice.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Faults } from './faults.ts'
import type { Plan } from './plan.ts'
import { Stream } from './stream.ts'
import type { Timeline } from './timeline.ts'

/** An order the venue has just taken may be missing from its lists for this long. */
const BEHIND_MS_MAX = 900

/** An account that cannot read is degraded, and asks again after this time. */
const DEGRADED_MS = 30_000
const NEVER = new Promise<never>(() => {})

export type ConnectionParts = {
  accountId: string
  plan: Plan
  timeline: Timeline
  faults: Faults
  witness: Witness
  /** The venue itself. */
  truth: Exchange
  /** The engine's process ends here and now. */
  kill(kind: FaultKind): void
  /** Calls at once, or when the machine wakes up. */
  whenAwake(call: () => void): void
}

/** Until when the venue does not answer, answers no reads, or takes no orders of this account. Outlives a process. */
export type Outages = { downUntil: number; limitedUntil: number; readOnlyUntil: number }

export class Connection implements Exchange {
  readonly venue = 'simulated'
  readonly stream: Stream
  readonly #parts: ConnectionParts
  readonly #outages: Outages
  readonly #dice: Dice
  readonly #takenAt = new Map<string, number>()
  readonly #behind = new Set<string>()
  #isOpen = true
  /** Questions whose answers are under way. */
  pending = 0

  constructor(parts: ConnectionParts, outages: Outages) {
    this.#parts = parts
    this.#outages = outages
    this.#dice = parts.faults.dice(`${parts.accountId}/wire`)
    this.stream = new Stream(parts)
  }

  close(): void {
    this.#isOpen = false
    this.stream.close()
  }

  instruments(): Answer<Instrument[]> {
    return this.#parts.truth.instruments()
  }

  account(): Answer<VenueAccount> {
    return this.#read('account_unreadable', () => this.#parts.truth.account())
  }

  positions(): Answer<VenuePosition[]> {
    return this.#read('positions_unreadable', () => this.#parts.truth.positions())
  }

  openOrders(): Answer<VenueOrder[]> {
    return this.#read('orders_unreadable', () => this.#parts.truth.openOrders())
  }

  fillsSince(at: number): Answer<Fill[]> {
    return this.#read('fills_unreadable', () => this.#parts.truth.fillsSince(at))
  }

  subscribe(listener: (event: VenueEvent) => void): () => void {
    return this.stream.subscribe(listener)
  }

  setLeverage(symbol: string, leverage: number): Answer<number> {
    const closed = this.#barrier('write')
    if (closed !== null) return closed
    if (this.#strikes('leverage_not_set')) return this.#fail(new VenueUnreachable('leverage: no answer'))
    const granted = this.#strikes('leverage_other') ? leverage + 1 : leverage
    return this.#answer(() => this.#parts.truth.setLeverage(symbol, granted))
  }

  lookup(symbol: string, clientOrderId: string): Answer<VenueOrder | null> {
    const closed = this.#barrier('read')
    if (closed !== null) return closed
    if (this.#strikes('lookup_unreachable')) return this.#fail(new VenueUnreachable('lookup: no answer'))
    if (this.#strikes('lookup_unknown')) return this.#fail(new OutcomeUnknown('lookup: 503'), 3_000)
    const isFresh = this.now - (this.#takenAt.get(clientOrderId) ?? Number.NEGATIVE_INFINITY) < BEHIND_MS_MAX
    if (isFresh && !this.#behind.has(clientOrderId) && this.#strikes('lookup_behind')) {
      this.#behind.add(clientOrderId)
      return this.#answer(() => this.#found(clientOrderId, null))
    }
    return this.#answer(
      () => this.#parts.truth.lookup(symbol, clientOrderId),
      order => this.#found(clientOrderId, order),
    )
  }

  cancel(symbol: string, clientOrderId: string): Answer<VenueOrder> {
    const closed = this.#barrier('write')
    if (closed !== null) return closed
    const { truth, witness, accountId } = this.#parts
    if (this.#strikes('cancel_lost')) return this.#cancelTimesOut()
    if (this.#strikes('cancel_refused')) return this.#fail(new VenueRefused('busy', 'cancel: try later'))
    const act = () => truth.cancel(symbol, clientOrderId)
    if (this.#strikes('cancel_timed_out')) {
      act()
      return this.#cancelTimesOut()
    }
    return this.#answer(act, order => {
      witness.engineKnows(accountId, clientOrderId)
      return order
    })
  }

  submit(request: OrderRequest): Answer<VenueOrder> {
    const { accountId, witness, timeline } = this.#parts
    if (this.#isOpen) witness.engineAsked(accountId, request)
    if (this.#strikes('killed_before_send')) this.#parts.kill('killed_before_send')
    const barrier = this.#barrierOf('write')
    if (barrier !== null) return this.#refuse(request, barrier)
    if (!this.#isOpen) return NEVER
    const refusal = this.#refusalOf(request)
    if (refusal !== null) return this.#refuse(request, refusal)
    if (this.#strikes('submit_unreachable')) {
      return this.#refuse(request, new VenueUnreachable('submit: connection refused'))
    }
    const isStop = request.type === 'stop_market'
    if (isStop && this.#strikes('stop_timed_out')) return this.#timeOut(request, this.#dice.chance(0.5))
    if (this.#strikes('submit_timed_out_lost')) return this.#timeOut(request, false)
    if (this.#strikes('submit_timed_out_accepted')) return this.#timeOut(request, true)
    if (this.#strikes('submit_arrived_late')) {
      const ms = this.#dice.between(500, 15_000)
      this.#feel(ms)
      timeline.at(this.now + ms, () => this.#tryToTake(request))
      return this.#doubt(request.clientOrderId, this.#dice.between(100, 5_000))
    }
    if (this.#strikes('submit_unknown_503')) {
      if (this.#dice.chance(0.5)) this.#tryToTake(request)
      return this.#doubt(request.clientOrderId, 0)
    }
    return this.#pass(request)
  }

  get now(): number {
    return this.#parts.timeline.now()
  }

  /** The order arrives at once; what comes back may be late, unreadable, or never come. */
  #pass(request: OrderRequest): Answer<VenueOrder> {
    const { accountId, witness } = this.#parts
    const { clientOrderId } = request
    let order: VenueOrder
    try {
      order = this.#take(request)
    } catch (error) {
      return this.#refuse(request, error)
    }
    if (this.#strikes('killed_after_send')) this.#parts.kill('killed_after_send')
    if (this.#strikes('submit_unreadable')) {
      witness.engineDoubts(accountId, clientOrderId)
      return this.#fail(new SyntaxError('Unexpected token < in JSON'))
    }
    const isLate = this.#strikes('submit_ack_late')
    const ms = isLate ? this.#dice.between(5_000, 20_000) : this.#answerMs()
    if (isLate) this.#feel(ms)
    return this.#later(ms, () => {
      witness.engineKnows(accountId, clientOrderId)
      return order
    })
  }

  #refusalOf(request: OrderRequest): VenueRefused | null {
    const { type, reduceOnly } = request
    if (type === 'stop_market' && this.#strikes('stop_refused')) {
      return new VenueRefused('percent_price', 'stop: price outside of the filter')
    }
    if (type === 'stop_market' && this.#strikes('stop_would_trigger')) {
      return new VenueRefused('would_trigger_immediately', 'stop: would trigger')
    }
    if (type === 'take_profit_market' && this.#strikes('target_refused')) {
      return new VenueRefused('percent_price', 'target: price outside of the filter')
    }
    if (type === 'market' && reduceOnly && this.#strikes('exit_refused')) {
      return new VenueRefused('busy', 'exit: system is busy')
    }
    return type === 'market' && !reduceOnly && this.#strikes('entry_refused')
      ? new VenueRefused('margin_insufficient', 'entry: margin is insufficient')
      : null
  }

  #refuse(request: OrderRequest, error: unknown): Answer<never> {
    const { accountId, witness } = this.#parts
    return this.#later(this.#answerMs(), () => {
      witness.engineKnows(accountId, request.clientOrderId)
      throw error
    })
  }

  #timeOut(request: OrderRequest, arrives: boolean): Answer<never> {
    if (arrives) this.#tryToTake(request)
    return this.#doubt(request.clientOrderId, this.#dice.between(1_000, 10_000))
  }

  #take(request: OrderRequest): VenueOrder {
    this.#takenAt.set(request.clientOrderId, this.now)
    return this.#parts.truth.submit(request) as VenueOrder
  }

  /** A refusal nobody hears of. */
  #tryToTake(request: OrderRequest): void {
    try {
      this.#take(request)
    } catch (error) {
      if (!(error instanceof VenueRefused)) throw error
    }
  }

  #found(clientOrderId: string, order: VenueOrder | null): VenueOrder | null {
    const { accountId, witness } = this.#parts
    if (order === null) witness.engineFoundNothing(accountId, clientOrderId)
    else witness.engineKnows(accountId, clientOrderId)
    return order
  }

  /** The order itself is known; whether it still works is not. */
  #cancelTimesOut(): Answer<never> {
    const ms = this.#dice.between(1_000, 10_000)
    this.#feel(ms)
    return this.#fail(new OutcomeUnknown('cancel: no answer in time'), ms)
  }

  #doubt(clientOrderId: string, ms: number): Answer<never> {
    const { accountId, witness } = this.#parts
    this.#feel(ms)
    return this.#later(ms, () => {
      witness.engineDoubts(accountId, clientOrderId)
      throw new OutcomeUnknown('no answer in time')
    })
  }

  #read<Value>(kind: FaultKind, ask: () => Answer<Value>): Answer<Value> {
    const closed = this.#barrier('read')
    if (closed !== null) return closed
    if (this.#strikes(kind)) {
      this.#feel(DEGRADED_MS)
      return this.#fail(new VenueUnreachable(kind))
    }
    return this.#answer(ask)
  }

  /** A closed connection never answers. */
  #barrier(way: 'read' | 'write'): Answer<never> | null {
    if (!this.#isOpen) return NEVER
    const barrier = this.#barrierOf(way)
    return barrier === null ? null : this.#fail(barrier)
  }

  /** What keeps the whole account from asking; `null` when nothing does. */
  #barrierOf(way: 'read' | 'write'): Error | null {
    const { downUntil, limitedUntil, readOnlyUntil } = this.#outages
    if (this.now < downUntil) return new VenueUnreachable('connection refused')
    if (way === 'read' && this.now < limitedUntil) return new VenueUnreachable('429: too many requests')
    if (way === 'write' && this.now < readOnlyUntil) {
      return new VenueRefused('permission_denied', 'this key may only read')
    }
    return null
  }

  #answer<Value>(ask: () => Answer<Value>, hear: (value: Value) => Value = value => value): Answer<Value> {
    const ms = this.#answerMs()
    try {
      const value = ask() as Value
      return this.#later(ms, () => hear(value))
    } catch (error) {
      return this.#fail(error)
    }
  }

  #fail(error: unknown, ms = this.#answerMs()): Answer<never> {
    return this.#later(ms, () => {
      throw error
    })
  }

  #answerMs(): number {
    const { answerMsMax } = this.#parts.plan
    return answerMsMax === 0 ? 0 : this.#dice.between(1, answerMsMax)
  }

  /** Answers at once, or when the time has come; never to a process that has ended. */
  #later<Value>(ms: number, answer: () => Value): Answer<Value> {
    if (!this.#isOpen) return NEVER
    if (ms === 0) return answer()
    const { timeline } = this.#parts
    this.pending += 1
    return new Promise<Value>((resolve, reject) =>
      timeline.at(this.now + ms, () =>
        this.#parts.whenAwake(() => {
          if (!this.#isOpen) return
          this.pending -= 1
          timeline.disturb()
          try {
            resolve(answer())
          } catch (error) {
            reject(error as Error)
          }
        }),
      ),
    )
  }

  #strikes(kind: FaultKind): boolean {
    return this.#isOpen && this.#parts.faults.strikes(kind, this.#parts.accountId)
  }

  #feel(ms: number): void {
    const { faults, accountId } = this.#parts
    faults.feel(accountId, ms)
  }
}
