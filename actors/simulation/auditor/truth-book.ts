/** One account's books by plain cash accounting: what was paid and received, and what is held. Average cost per symbol. */
import type { Fill } from '../../../domain/order.ts'
import { D, ZERO } from './decimal.ts'

export type Held = { quantity: D; entryPrice: D }

export class TruthBook {
  readonly held = new Map<string, Held>()
  realised = ZERO
  fees = ZERO
  funding = ZERO
  deposit: D

  constructor(deposit: string) {
    this.deposit = new D(deposit)
  }

  /** Signed quantity. */
  quantity(symbol: string): D {
    return this.held.get(symbol)?.quantity ?? ZERO
  }

  book(fill: Pick<Fill, 'symbol' | 'side' | 'quantity' | 'price' | 'fee'>): void {
    const delta = new D(fill.quantity).times(fill.side === 'buy' ? 1 : -1)
    const price = new D(fill.price)
    this.fees = this.fees.plus(fill.fee)
    const { quantity: before, entryPrice } = this.held.get(fill.symbol) ?? {
      quantity: ZERO,
      entryPrice: ZERO,
    }
    const after = before.plus(delta)
    const isSameSide = before.isZero() || before.isPositive() === delta.isPositive()
    if (isSameSide) {
      const cost = before.times(entryPrice).plus(delta.times(price))
      this.#set(fill.symbol, after, cost.div(after))
      return
    }
    const closed = D.min(before.abs(), delta.abs()).times(before.isPositive() ? 1 : -1)
    this.realised = this.realised.plus(closed.times(price.minus(entryPrice)))
    const isTurned = !after.isZero() && after.isPositive() !== before.isPositive()
    this.#set(fill.symbol, after, isTurned ? price : entryPrice)
  }

  reprice(symbol: string, price: string): void {
    const held = this.held.get(symbol)
    if (held !== undefined) this.held.set(symbol, { ...held, entryPrice: new D(price) })
  }

  get balance(): D {
    return this.deposit.plus(this.realised).minus(this.fees).minus(this.funding)
  }

  /** `except`: symbols whose open profit is somebody else's. */
  equity(marks: ReadonlyMap<string, number>, except: ReadonlySet<string> = new Set()): D {
    let sum = this.balance
    for (const [symbol, { quantity, entryPrice }] of this.held) {
      if (except.has(symbol)) continue
      const mark = marks.get(symbol)
      if (mark !== undefined) sum = sum.plus(quantity.times(new D(mark).minus(entryPrice)))
    }
    return sum
  }

  #set(symbol: string, quantity: D, entryPrice: D): void {
    if (quantity.isZero()) this.held.delete(symbol)
    else this.held.set(symbol, { quantity, entryPrice })
  }
}
