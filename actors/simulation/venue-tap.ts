/** The venue of one account with a witness beside it: below all faults, so that it sees what really happened. */
import type { Instrument } from '../../domain/instrument.ts'
import type { Fill, OrderRequest, VenueOrder } from '../../domain/order.ts'
import type { Exchange, VenueAccount, VenueEvent, VenuePosition } from '../../domain/ports.ts'
import type { Witness } from './auditor/witness.ts'

/** The paper exchange answers at once, whatever the port allows. */
export type Truth = {
  [Method in keyof Exchange]: Exchange[Method] extends (...input: infer Input) => infer Output
    ? (...input: Input) => Awaited<Output>
    : Exchange[Method]
}

export class VenueTap implements Truth {
  readonly venue: string
  readonly #accountId: string
  readonly #exchange: Truth
  readonly #witness: Witness

  constructor(accountId: string, exchange: Truth, witness: Witness) {
    this.#accountId = accountId
    this.#exchange = exchange
    this.#witness = witness
    this.venue = exchange.venue
    exchange.subscribe(event => witness.venueTold(accountId, event))
  }

  submit(request: OrderRequest): VenueOrder {
    try {
      const order = this.#exchange.submit(request)
      this.#witness.venueTook(this.#accountId, request, order)
      return order
    } catch (error) {
      this.#witness.venueTook(this.#accountId, request, null)
      throw error
    }
  }

  instruments(): Instrument[] {
    return this.#exchange.instruments()
  }

  account(): VenueAccount {
    return this.#exchange.account()
  }

  positions(): VenuePosition[] {
    return this.#exchange.positions()
  }

  openOrders(): VenueOrder[] {
    return this.#exchange.openOrders()
  }

  cancel(symbol: string, clientOrderId: string): VenueOrder {
    return this.#exchange.cancel(symbol, clientOrderId)
  }

  lookup(symbol: string, clientOrderId: string): VenueOrder | null {
    return this.#exchange.lookup(symbol, clientOrderId)
  }

  setLeverage(symbol: string, leverage: number): number {
    return this.#exchange.setLeverage(symbol, leverage)
  }

  fillsSince(at: number): Fill[] {
    return this.#exchange.fillsSince(at)
  }

  subscribe(listener: (event: VenueEvent) => void): () => void {
    return this.#exchange.subscribe(listener)
  }
}
