/** Orders on their way to the venue: they arrive, or not, or late; and the answer is another story. */
import type { OrderRequest, VenueOrder } from '../../domain/order.ts'
import { type Answer, OutcomeUnknown, VenueRefused, VenueUnreachable } from '../../domain/ports.ts'
import type { Wire } from './wire.ts'

export class OrderEntry {
  readonly #wire: Wire
  readonly #takenAt = new Map<string, number>()

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Since an order was sent on to the venue; infinite for one that was not. */
  msSinceTaken(clientOrderId: string): number {
    return this.#wire.now - (this.#takenAt.get(clientOrderId) ?? Number.NEGATIVE_INFINITY)
  }

  submit(request: OrderRequest): Answer<VenueOrder> {
    const wire = this.#wire
    const { accountId, witness, kill } = wire.parts
    if (wire.isOpen) witness.engineAsked(accountId, request)
    if (wire.strikes('killed_before_send')) kill('killed_before_send')
    const refusal = wire.barrier('write') ?? this.#refusalOf(request)
    if (!wire.isOpen || refusal !== null) return this.#refuse(request, refusal)
    return this.#lose(request) ?? this.#pass(request)
  }

  /** The order, or its answer, goes astray; `null` when neither does. */
  #lose(request: OrderRequest): Answer<never> | null {
    const wire = this.#wire
    const { clientOrderId } = request
    const isStop = request.type === 'stop_market'
    if (isStop && wire.strikes('stop_timed_out')) return this.#timeOut(request, wire.dice.chance(0.5))
    if (wire.strikes('submit_timed_out_lost')) return this.#timeOut(request, false)
    if (wire.strikes('submit_timed_out_accepted')) return this.#timeOut(request, true)
    if (wire.strikes('submit_arrived_late')) {
      const ms = wire.dice.between(500, 15_000)
      wire.feel(ms)
      wire.parts.timeline.at(wire.now + ms, () => this.#tryToTake(request))
      return this.#doubt(clientOrderId, wire.dice.between(100, 5_000))
    }
    if (!wire.strikes('submit_unknown_503')) return null
    if (wire.dice.chance(0.5)) this.#tryToTake(request)
    return this.#doubt(clientOrderId, 0)
  }

  /** The order arrives at once; what comes back may be late, unreadable, or never come. */
  #pass(request: OrderRequest): Answer<VenueOrder> {
    const wire = this.#wire
    const { accountId, witness, kill } = wire.parts
    const { clientOrderId } = request
    let order: VenueOrder
    try {
      order = this.#take(request)
    } catch (error) {
      return this.#refuse(request, error)
    }
    if (wire.strikes('killed_after_send')) kill('killed_after_send')
    if (wire.strikes('submit_unreadable')) {
      witness.engineDoubts(accountId, clientOrderId)
      return wire.fail(new SyntaxError('Unexpected token < in JSON'))
    }
    const isLate = wire.strikes('submit_ack_late')
    const ms = isLate ? wire.dice.between(5_000, 20_000) : wire.answerMs()
    if (isLate) wire.feel(ms)
    return wire.later(ms, () => {
      witness.engineKnows(accountId, clientOrderId)
      return order
    })
  }

  #refusalOf({ type, reduceOnly }: OrderRequest): Error | null {
    const wire = this.#wire
    const isExit = type === 'market' && reduceOnly
    if (type === 'stop_market' && wire.strikes('stop_refused')) {
      return new VenueRefused('percent_price', 'stop: price outside of the filter')
    }
    if (type === 'stop_market' && wire.strikes('stop_would_trigger')) {
      return new VenueRefused('would_trigger_immediately', 'stop: would trigger')
    }
    if (type === 'take_profit_market' && wire.strikes('target_refused')) {
      return new VenueRefused('percent_price', 'target: price outside of the filter')
    }
    if (isExit && wire.strikes('exit_refused')) return new VenueRefused('busy', 'exit: system is busy')
    if (type === 'market' && !reduceOnly && wire.strikes('entry_refused')) {
      return new VenueRefused('margin_insufficient', 'entry: margin is insufficient')
    }
    return wire.strikes('submit_unreachable') ? new VenueUnreachable('submit: connection refused') : null
  }

  #refuse(request: OrderRequest, error: unknown): Answer<never> {
    const { accountId, witness } = this.#wire.parts
    return this.#wire.later(this.#wire.answerMs(), () => {
      witness.engineKnows(accountId, request.clientOrderId)
      throw error
    })
  }

  #timeOut(request: OrderRequest, arrives: boolean): Answer<never> {
    if (arrives) this.#tryToTake(request)
    return this.#doubt(request.clientOrderId, this.#wire.dice.between(1_000, 10_000))
  }

  #doubt(clientOrderId: string, ms: number): Answer<never> {
    const { accountId, witness } = this.#wire.parts
    this.#wire.feel(ms)
    return this.#wire.later(ms, () => {
      witness.engineDoubts(accountId, clientOrderId)
      throw new OutcomeUnknown('no answer in time')
    })
  }

  #take(request: OrderRequest): VenueOrder {
    this.#takenAt.set(request.clientOrderId, this.#wire.now)
    return this.#wire.parts.truth.submit(request) as VenueOrder
  }

  /** A refusal nobody hears of. */
  #tryToTake(request: OrderRequest): void {
    try {
      this.#take(request)
    } catch (error) {
      if (!(error instanceof VenueRefused)) throw error
    }
  }
}
