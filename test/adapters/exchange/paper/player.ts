/**
 * Plays a script at the paper exchange, with an auditor who keeps his own books from the events alone.
 *
 * The account answers fills inside the candle as an engine does: an entry gets a stop and a target, an exit sweeps.
 */
import { PaperVenue } from '../../../../adapters/exchange/paper/venue.ts'
import type { Fill, OrderRequest } from '../../../../domain/order.ts'
import { type VenueEvent, VenueRefused } from '../../../../domain/ports.ts'
import { Decimal, dec, money } from '../../../../domain/units.ts'
import type { Ask, Script, Step } from './arbitraries.ts'
import { instrument, MINUTE, request } from './bench.ts'

export type Life = {
  events: VenueEvent[]
  refusals: string[]
  state: string
  /** What the auditor found wrong. */
  faults: string[]
}

const DEPOSIT = '1000'

export class Player {
  now = 0
  readonly #script: Script
  readonly #restoresAt: (move: number) => boolean
  #venue: PaperVenue
  #moves = 0
  #asked = 0
  readonly #life: Life = { events: [], refusals: [], state: '', faults: [] }
  readonly #held = new Map<string, Decimal>()
  #cash = dec(DEPOSIT)

  /** `restoresAt` says after which moves the venue is saved, thrown away and restored elsewhere. */
  constructor(script: Script, restoresAt: (move: number) => boolean = () => false) {
    this.#script = script
    this.#restoresAt = restoresAt
    this.#venue = this.#make()
    this.#venue.openAccount('main', money(DEPOSIT))
    this.#listen()
  }

  live(): Life {
    for (const name of ['BTC', 'ETH']) {
      this.#venue.open(name, 100, 0)
      this.#venue.close(name, 100, 0)
    }
    for (const each of this.#script.steps) this.#step(each)
    this.#life.state = JSON.stringify(this.#venue.state())
    return this.#life
  }

  #step({ symbol: name, gap, up, down, close, volume, before, inside }: Step): void {
    for (const each of before) this.#move(() => this.#ask(each))
    const open = tenths(Math.max(1, (this.#venue.mark(name) ?? 100) + gap / 10))
    const high = tenths(open + up / 10)
    const low = tenths(Math.max(0.1, open - down / 10))
    this.#move(() => this.#venue.open(name, open, this.now))
    for (const each of inside) this.#move(() => this.#ask(each))
    this.now += MINUTE
    this.#move(() => this.#venue.range(name, high, low, this.now, volume))
    for (const each of inside) this.#move(() => this.#ask({ ...each, side: 'sell' }))
    this.#move(() => this.#venue.close(name, tenths(low + (high - low) * close), this.now))
  }

  #move(act: () => void): void {
    act()
    this.#moves += 1
    this.#audit()
    if (!this.#restoresAt(this.#moves)) return
    const saved: unknown = JSON.parse(JSON.stringify(this.#venue.state()))
    this.#venue = this.#make()
    this.#venue.restore(saved)
    this.#listen()
  }

  #make(): PaperVenue {
    return new PaperVenue({
      instruments: [instrument('BTC'), instrument('ETH')],
      settings: this.#script.settings,
      clock: { now: () => this.now },
      historyMax: 5,
    })
  }

  #listen(): void {
    const exchange = this.#venue.exchange('main')
    exchange.subscribe(event => {
      this.#life.events.push(event)
      if (event.type === 'funding.paid') this.#cash = this.#cash.minus(event.paid)
      if (event.type !== 'order.filled') return
      this.#book(event.fill, event.order?.reduceOnly ?? false)
      const { fill } = event
      const id = `${fill.symbol}-${fill.tradeId}`
      if (event.order?.reduceOnly !== false) return
      const exitSide = fill.side === 'buy' ? 'sell' : 'buy'
      const loss = fill.side === 'buy' ? -2 : 2
      const common = {
        symbol: fill.symbol,
        side: exitSide,
        quantity: fill.quantity,
        reduceOnly: true,
      } as const
      const at = (move: number) => tenths(Math.max(0.1, Number(fill.price) + move)).toString()
      this.#submit(
        request({ ...common, clientOrderId: `${id}-s`, type: 'stop_market', triggerPrice: at(loss) }),
      )
      this.#submit(
        request({ ...common, clientOrderId: `${id}-t`, type: 'take_profit_market', triggerPrice: at(-loss) }),
      )
    })
  }

  #ask({ kind, symbol: name, side, size, away, reduceOnly }: Ask): void {
    const exchange = this.#venue.exchange('main')
    const id = `o${this.#asked}`
    const mark = this.#venue.mark(name) ?? 100
    const level = tenths(Math.max(0.1, mark + away / 10)).toString()
    const common = { clientOrderId: id, symbol: name, side, quantity: (size / 1000).toString(), reduceOnly }
    if (kind === 'fund') this.#venue.fund(name, away / 10_000, this.now)
    else if (kind === 'leverage') this.#guard(() => exchange.setLeverage(name, 1 + (size % 12)))
    else if (kind === 'cancel') {
      const open = exchange.openOrders()
      const one = open[size % Math.max(1, open.length)]
      if (one !== undefined) exchange.cancel(one.symbol, one.clientOrderId)
    } else {
      this.#asked += 1
      if (kind === 'market') this.#submit(request(common))
      else if (kind === 'stop') this.#submit(request({ ...common, type: 'stop_market', triggerPrice: level }))
      else if (kind === 'target')
        this.#submit(request({ ...common, type: 'take_profit_market', triggerPrice: level }))
      else
        this.#submit(
          request({ ...common, type: 'limit', price: level, timeInForce: kind === 'limit' ? 'gtc' : kind }),
        )
    }
  }

  #submit(order: OrderRequest): void {
    const exchange = this.#venue.exchange('main')
    const taken = this.#guard(() => exchange.submit(order))
    if (!taken || order.reduceOnly) return
    const { marginFree } = exchange.account()
    const opens = exchange.openOrders().find(each => each.clientOrderId === order.clientOrderId) !== undefined
    const held = this.#held.get(order.symbol) ?? dec(0)
    const grows = held.isZero() || held.isPos() === (order.side === 'buy')
    if (opens && grows && dec(marginFree).lt(0))
      this.#fault(`free margin is ${marginFree} after ${order.clientOrderId}`)
  }

  #guard(act: () => unknown): boolean {
    try {
      act()
      return true
    } catch (error) {
      if (!(error instanceof VenueRefused)) throw error
      this.#life.refusals.push(error.code)
      return false
    }
  }

  #book(fill: Fill, reduceOnly: boolean): void {
    const before = this.#held.get(fill.symbol) ?? dec(0)
    const delta = fill.side === 'buy' ? dec(fill.quantity) : dec(fill.quantity).neg()
    const after = before.plus(delta)
    this.#held.set(fill.symbol, after)
    this.#cash = this.#cash.minus(delta.times(fill.price)).minus(fill.fee)
    const shrinks = after.abs().lt(before.abs()) && (after.isZero() || after.isPos() === before.isPos())
    if (reduceOnly && !shrinks)
      this.#fault(`reduce-only fill ${fill.tradeId} took ${before.toFixed()} to ${after.toFixed()}`)
  }

  /** Between moves, the venue's account is what the events add up to. */
  #audit(): void {
    const exchange = this.#venue.exchange('main')
    let worth = this.#cash
    for (const [name, held] of this.#held) {
      worth = worth.plus(held.times(this.#venue.mark(name) ?? 0))
      const position = exchange.positions().find(each => each.symbol === name)
      const theirs = dec(position?.quantity ?? 0).times(position?.direction === 'short' ? -1 : 1)
      if (!theirs.eq(held))
        this.#fault(`${name} position is ${theirs.toFixed()}, fills add up to ${held.toFixed()}`)
    }
    const { equity } = exchange.account()
    if (dec(equity).minus(worth).abs().gt('1e-8'))
      this.#fault(`equity is ${equity}, events add up to ${worth.toFixed()}`)
  }

  #fault(text: string): void {
    this.#life.faults.push(`move ${this.#moves}: ${text}`)
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10
