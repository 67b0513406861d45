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
import type { FaultKind } from './fault-kinds.ts'
import { OrderEntry } from './order-entry.ts'
import { Stream } from './stream.ts'
import { type Outages, Wire, type WireParts } from './wire.ts'

/** An order the venue has just taken may be missing from its lists for this long. */
const BEHIND_MS_MAX = 900
/** An account that cannot read is degraded, and asks again after this time. */
const DEGRADED_MS = 30_000

export class Connection implements Exchange {
  readonly venue = 'simulated'
  readonly stream: Stream
  readonly #parts: WireParts
  readonly #wire: Wire
  readonly #entry: OrderEntry
  readonly #behind = new Set<string>()

  constructor(parts: WireParts, outages: Outages) {
    this.#parts = parts
    this.#wire = new Wire(parts, outages)
    this.#entry = new OrderEntry(this.#wire)
    this.stream = new Stream(parts)
  }

  /** Questions whose answers are under way. */
  get pending(): number {
    return this.#wire.pending
  }

  close(): void {
    this.#wire.close()
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

  submit(request: OrderRequest): Answer<VenueOrder> {
    return this.#entry.submit(request)
  }

  setLeverage(symbol: string, leverage: number): Answer<number> {
    const wire = this.#wire
    const barrier = wire.barrier('write')
    if (barrier !== null) return wire.fail(barrier)
    if (wire.strikes('leverage_not_set')) return wire.fail(new VenueUnreachable('leverage: no answer'))
    const granted = wire.strikes('leverage_other') ? leverage + 1 : leverage
    return wire.answer(() => this.#parts.truth.setLeverage(symbol, granted))
  }

  lookup(symbol: string, clientOrderId: string): Answer<VenueOrder | null> {
    const wire = this.#wire
    const barrier = wire.barrier('read')
    if (barrier !== null) return wire.fail(barrier)
    if (wire.strikes('lookup_unreachable')) return wire.fail(new VenueUnreachable('lookup: no answer'))
    if (wire.strikes('lookup_unknown')) return wire.fail(new OutcomeUnknown('lookup: 503'), 3_000)
    const isFresh = this.#entry.msSinceTaken(clientOrderId) < BEHIND_MS_MAX
    if (isFresh && !this.#behind.has(clientOrderId) && wire.strikes('lookup_behind')) {
      this.#behind.add(clientOrderId)
      return wire.answer(() => this.#found(clientOrderId, null))
    }
    return wire.answer(
      () => this.#parts.truth.lookup(symbol, clientOrderId),
      order => this.#found(clientOrderId, order),
    )
  }

  cancel(symbol: string, clientOrderId: string): Answer<VenueOrder> {
    const wire = this.#wire
    const { truth, witness, accountId } = this.#parts
    const barrier = wire.barrier('write')
    if (barrier !== null) return wire.fail(barrier)
    if (wire.strikes('cancel_lost')) return this.#cancelTimesOut()
    if (wire.strikes('cancel_refused')) return wire.fail(new VenueRefused('busy', 'cancel: try later'))
    if (wire.strikes('cancel_timed_out')) {
      const isKnown = truth.lookup(symbol, clientOrderId) !== null
      if (isKnown) void truth.cancel(symbol, clientOrderId)
      return this.#cancelTimesOut()
    }
    return wire.answer(
      () => truth.cancel(symbol, clientOrderId),
      order => {
        witness.engineKnows(accountId, clientOrderId)
        return order
      },
    )
  }

  /** The order itself is known; whether it still works is not. */
  #cancelTimesOut(): Answer<never> {
    const ms = this.#wire.dice.between(1_000, 10_000)
    this.#wire.feel(ms)
    return this.#wire.fail(new OutcomeUnknown('cancel: no answer in time'), ms)
  }

  #found(clientOrderId: string, order: VenueOrder | null): VenueOrder | null {
    const { accountId, witness } = this.#parts
    if (order === null) witness.engineFoundNothing(accountId, clientOrderId)
    else witness.engineKnows(accountId, clientOrderId)
    return order
  }

  #read<Value>(kind: FaultKind, ask: () => Answer<Value>): Answer<Value> {
    const wire = this.#wire
    const barrier = wire.barrier('read')
    if (barrier !== null) return wire.fail(barrier)
    if (!wire.strikes(kind)) return wire.answer(ask)
    wire.feel(DEGRADED_MS)
    return wire.fail(new VenueUnreachable(kind))
  }
}
