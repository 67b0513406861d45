/** A person at the venue's own pages: trades, cancels and changes settings on an account that the engine trades. */
import type { OrderRequest, Side } from '../../domain/order.ts'
import { type VenuePosition, VenueRefused } from '../../domain/ports.ts'
import { dec, type Quantity, roundDownToStep } from '../../domain/units.ts'
import type { Dice } from './dice.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { Truth } from './venue-tap.ts'

export type UserFault = Extract<FaultKind, `user_${string}`>

export class User {
  readonly #truth: Truth
  readonly #dice: Dice
  readonly #symbols: readonly string[]
  #orders = 0

  constructor(truth: Truth, symbols: readonly string[], dice: Dice) {
    this.#truth = truth
    this.#symbols = symbols
    this.#dice = dice
  }

  /** True when there was something to do. */
  act(kind: UserFault): boolean {
    const position = this.#position()
    switch (kind) {
      case 'user_cancels_stop':
        return this.#cancel(type => type === 'stop_market')
      case 'user_cancels_all':
        return this.#cancel(() => true)
      case 'user_sets_leverage':
        return this.#try(() =>
          this.#truth.setLeverage(this.#dice.pick(this.#symbols), this.#dice.between(1, 20)),
        )
      case 'user_opens':
        return position === null && this.#open(this.#dice.pick(this.#symbols))
      case 'user_closes':
        return position !== null && this.#trade(position, 1, true)
      case 'user_reduces':
        return position !== null && this.#trade(position, this.#dice.pick([0.1, 0.5, 0.9]), true)
      case 'user_adds':
        return position !== null && this.#trade(position, -0.5, false)
      case 'user_flips':
        return position !== null && this.#trade(position, 1.7, false)
    }
  }

  #position(): VenuePosition | null {
    const positions = this.#truth.positions()
    return positions.length === 0 ? null : this.#dice.pick(positions)
  }

  #cancel(matches: (type: OrderRequest['type']) => boolean): boolean {
    const orders = this.#truth.openOrders().filter(order => matches(order.type))
    for (const order of orders) this.#truth.cancel(order.symbol, order.clientOrderId)
    return orders.length > 0
  }

  #open(symbol: string): boolean {
    const { marginFree } = this.#truth.account()
    const instrument = this.#truth.instruments().find(each => each.symbol === symbol)
    if (instrument === undefined) return false
    const worth = dec(marginFree).times(0.2)
    const size = roundDownToStep(worth.div(this.#lastPrice(symbol)), instrument.stepSize)
    return this.#send(symbol, this.#dice.chance(0.5) ? 'buy' : 'sell', size, false)
  }

  /** `share` of the position the other way; below zero: more of the same. */
  #trade(position: VenuePosition, share: number, reduceOnly: boolean): boolean {
    const { symbol, direction, quantity } = position
    const isMore = share < 0
    const side: Side = (direction === 'long') === isMore ? 'buy' : 'sell'
    const step = this.#truth.instruments().find(each => each.symbol === symbol)?.stepSize
    if (step === undefined) return false
    return this.#send(symbol, side, roundDownToStep(dec(quantity).times(Math.abs(share)), step), reduceOnly)
  }

  /** Set by the run before each act. */
  lastPrices: ReadonlyMap<string, number> = new Map()

  #lastPrice(symbol: string): number {
    return this.lastPrices.get(symbol) ?? Number.POSITIVE_INFINITY
  }

  #send(symbol: string, side: Side, quantity: Quantity, reduceOnly: boolean): boolean {
    this.#orders += 1
    return this.#try(() =>
      this.#truth.submit({
        clientOrderId: `byhand${this.#orders}`,
        symbol,
        side,
        type: 'market',
        quantity,
        price: null,
        triggerPrice: null,
        worstPrice: null,
        bestPrice: null,
        reduceOnly,
        timeInForce: 'gtc',
        validUntil: null,
      }),
    )
  }

  #try(act: () => unknown): boolean {
    try {
      act()
      return true
    } catch (error) {
      if (error instanceof VenueRefused) return false
      throw error
    }
  }
}
