/** Plays an account against the fake venue, step by step: answers, delays, losses, prices, wishes, restarts. */
import type { VenueOrder } from '../../domain/order.ts'
import { dec } from '../../domain/units.ts'
import type { OrderServiceInput, VenueAnswer } from '../../machines/order/context.ts'
import type { ProtectionInput } from '../../machines/position/context.ts'
import { type Call, SERVICES } from '../harness.ts'
import { AccountStage, analysisAt, buy, truth } from '../machines/given-account.ts'
import { FakeVenue, type Refusal } from './fake-venue.ts'

/** How a question to the venue goes: well, or in one of the ways it can go wrong. */
export const WAYS = [
  'well',
  'answer lost',
  'request lost',
  'late',
  'unreachable',
  'refused',
  'thrown',
] as const
export type Way = (typeof WAYS)[number]

export type Step =
  | { do: 'answer'; way: Way; index: number }
  | { do: 'tell'; twice: boolean }
  | { do: 'pass'; ms: number }
  | { do: 'move'; to: number; share: number }
  | { do: 'candle'; action: 'buy' | 'sell' | 'close' | 'hold' }
  | { do: 'close'; fraction: number }
  | { do: 'wish'; wish: 'pause' | 'resume' | 'halt' | 'rearm' | 'flatten' }
  | { do: 'mark'; equity: number }
  | { do: 'cancel by hand' }
  | { do: 'trade by hand'; side: 'buy' | 'sell'; size: string }
  | { do: 'restart'; from: 'now' | 'last intent' }

const POSITION = 'position:BTC'
type Truth = {
  positions: ReturnType<FakeVenue['positions']>
  fills: FakeVenue['fills']
  orders: VenueOrder[]
  asOf: number
}

export class Play {
  readonly stage: AccountStage
  readonly venue = new FakeVenue()
  action: 'buy' | 'sell' | 'close' | 'hold' = 'hold'
  /** State as it was made durable with the last intent. */
  #saved: unknown = null
  /** False once an intent was lost: what was sent without one is nowhere but in memory. */
  #isDurable = true
  readonly #truths = new Map<Call, Truth>()

  constructor() {
    const held = Object.fromEntries(SERVICES.map(name => [name, null]))
    this.stage = new AccountStage({ dailyLossRatioMax: 0.05, tradesPerDayMax: null }, held)
    this.venue.now = this.stage.at
    this.#remember()
  }

  get book() {
    return this.stage.positionContext(POSITION).book
  }

  get state(): string {
    return this.stage.state(POSITION)
  }

  take(step: Step): void {
    switch (step.do) {
      case 'answer': {
        const open = this.stage.open()
        const call = open[step.index % Math.max(1, open.length)]
        if (call !== undefined) this.answer(call, step.way)
        break
      }
      case 'tell':
        this.tell(step.twice)
        break
      case 'pass':
        this.pass(step.ms)
        break
      case 'move':
        this.venue.share = step.share
        this.venue.move(step.to)
        break
      case 'candle':
        this.action = step.action
        this.stage.candle()
        break
      case 'close':
        this.stage.send(
          { type: 'position.close', reason: 'close_command', fraction: step.fraction },
          POSITION,
        )
        break
      case 'wish':
        this.stage.command(step.wish, { reason: step.wish === 'halt' ? 'by hand' : 'close_command' })
        break
      case 'mark':
        this.stage.mark(step.equity)
        break
      case 'cancel by hand': {
        const stop = this.venue.working.find(order => order.type === 'stop_market')
        if (stop !== undefined) this.venue.cancel(stop.clientOrderId, 'user')
        break
      }
      case 'trade by hand':
        this.venue.tradeByHand(step.side, step.size)
        break
      case 'restart':
        this.restart(step.from)
        break
    }
    // News may be old: a deadline they set can be due already.
    this.pass(0)
    this.#remember()
  }

  /** What the process had not heard is lost with it; what it had sent may still have arrived. */
  restart(from: 'now' | 'last intent'): void {
    for (const call of this.stage.open('submitOrder')) {
      this.venue.submit((call.input as OrderServiceInput).request)
    }
    this.venue.events = []
    const isOld = from === 'last intent' && this.#isDurable && this.#saved !== null
    this.stage.restart(isOld ? this.#saved : undefined)
  }

  pass(ms: number): void {
    // The venue runs on while the engine's deadlines come due one by one.
    const end = this.stage.at + ms
    for (let due = this.stage.clock.nextDue(); due !== null && due < end; due = this.stage.clock.nextDue()) {
      this.venue.passTo(Math.max(due, this.stage.at))
      this.stage.clock.advanceTo(due)
    }
    this.venue.passTo(end)
    this.stage.clock.advanceTo(end)
  }

  tell(twice = false): void {
    const event = this.venue.events.shift()
    if (event === undefined || event.type === 'funding.paid') return
    const { at } = event
    const message =
      event.type === 'order.updated'
        ? { type: 'order.reported', order: event.order, at }
        : { type: 'fill.received', fill: event.fill, order: event.order, at }
    for (let count = 0; count < (twice ? 2 : 1); count += 1) this.stage.send(message, POSITION)
  }

  answer(call: Call, way: Way): void {
    const { at } = this.stage
    switch (call.service) {
      case 'saveIntent':
        if (way === 'thrown') {
          this.#isDurable = false
          call.fail(new Error('disk full'))
        } else {
          if (this.#isDurable) this.#saved = this.stage.persist()
          call.answer({ at })
        }
        return
      case 'submitOrder':
        this.#submit(call, way)
        return
      case 'cancelOrder':
      case 'lookupOrder':
        this.#ask(call, way)
        return
      case 'setLeverage':
        call.answer({ ok: way !== 'refused', message: way, at })
        return
      case 'readProtection':
        if (way === 'well') call.answer({ confirmed: this.isProved(call.input as ProtectionInput), at })
        else call.fail(new Error(way))
        return
      case 'analyseMarket':
        if (way === 'well') call.answer({ ready: true, analysis: analysisAt(at, this.venue.price), at })
        else if (way === 'refused') call.answer({ ready: false, reason: 'no_market_data', at })
        else call.fail(new Error(way))
        return
      case 'decide':
        if (way === 'thrown') call.fail(new Error(way))
        else call.answer({ proposals: [this.#proposal()], at })
        return
      case 'reconcileAccount':
        if (way === 'well' || way === 'late')
          call.answer(truth({ ...(this.#truths.get(call) ?? this.#truth(call)), at }))
        else call.answer({ reachable: false, message: way, at })
    }
  }

  /** Everything goes well from here: answers, news and time, until nothing more happens. */
  quiet(): void {
    for (let round = 0; round < 80; round += 1) {
      for (let count = 0; count < 30; count += 1) {
        const call = this.stage.open()[0]
        if (call === undefined && this.venue.events.length === 0) break
        if (call !== undefined) this.answer(call, 'well')
        this.tell()
        this.#remember()
      }
      this.venue.move(this.venue.price)
      if (this.stage.open().length === 0 && this.venue.events.length === 0 && round > 70) break
      this.pass(round < 60 ? 300 : 10_000)
    }
  }

  isProved({ stopOrderId, quantity }: ProtectionInput): boolean {
    return this.venue.working.some(
      order =>
        order.clientOrderId === stopOrderId &&
        order.reduceOnly &&
        dec(order.quantity).minus(order.filledQuantity).gte(quantity),
    )
  }

  #proposal() {
    const stop = { ratio: 0.05 }
    return buy('BTC', {
      action: this.action,
      stop,
      target: { ratio: 0.05 },
      allocation: null,
      sizeFactor: 0.1,
    })
  }

  #submit(call: Call, way: Way): void {
    const { request } = call.input as OrderServiceInput
    const { at } = this.stage
    if (way === 'unreachable') return call.answer(answerOf('unreachable', at))
    if (way === 'request lost') return call.answer(answerOf('unknown', at))
    if (way === 'late') {
      this.venue.submitLate(request, at + 1_500)
      return call.answer(answerOf('unknown', at))
    }
    if (way === 'refused') return call.answer({ outcome: 'refused', code: 'busy', message: 'busy', at })
    const taken: VenueOrder | Refusal = this.venue.submit(request)
    if (way === 'thrown') return call.fail(new Error(way))
    if (way === 'answer lost') return call.answer(answerOf('unknown', at))
    call.answer(
      'refused' in taken
        ? { outcome: 'refused', code: taken.refused, message: taken.refused, at }
        : { outcome: 'known', order: taken, at },
    )
  }

  #ask(call: Call, way: Way): void {
    const { clientOrderId } = (call.input as OrderServiceInput).request
    const { at } = this.stage
    if (way === 'unreachable' || way === 'request lost') return call.answer(answerOf('unknown', at))
    const order =
      call.service === 'cancelOrder'
        ? this.venue.cancel(clientOrderId)
        : (this.venue.orders.get(clientOrderId) ?? null)
    if (way === 'thrown') return call.fail(new Error(way))
    if (way === 'answer lost' || way === 'late') return call.answer(answerOf('unknown', at))
    call.answer(order === null ? { outcome: 'absent', at } : { outcome: 'known', order, at })
  }

  /** The venue's answer about positions is as old as the question. */
  #remember(): void {
    for (const call of this.stage.open('reconcileAccount')) {
      if (!this.#truths.has(call)) this.#truths.set(call, this.#truth(call))
    }
  }

  #truth(call: Call): Truth {
    const { since } = call.input as { since: number }
    const orders = this.venue.working.map(order => ({ ...order }))
    const fills = this.venue.fills.filter(fill => fill.at >= since)
    return { positions: this.venue.positions(), fills, orders, asOf: this.stage.at }
  }
}

const answerOf = (outcome: 'unreachable' | 'unknown', at: number): VenueAnswer => ({
  outcome,
  message: outcome,
  at,
})
