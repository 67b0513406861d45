/** Plays an account against the fake venue, step by step: answers, delays, losses, prices, wishes, restarts. */
import { parseClientOrderId } from '../../domain/client-order-id.ts'
import type { VenueOrder } from '../../domain/order.ts'
import { money, type Price, price, quantity } from '../../domain/units.ts'
import type { OrderServiceInput } from '../../machines/order/context.ts'
import { strategySettings } from '../domain/strategy-settings.ts'
import { type Call, SERVICES } from '../harness.ts'
import { PLAN, SLOT } from '../machines/given.ts'
import { AccountStage, accountSettings, analysisAt, buy, truth } from '../machines/given-account.ts'
import { FakeVenue } from './fake-venue.ts'
import type { Step } from './play-step.ts'
import { PLAIN, type Terms } from './terms.ts'
import { VenueServices, type Way } from './venue-services.ts'

const POSITION = 'position:BTC'
const RISK = { dailyLossRatioMax: 0.05, tradesPerDayMax: null }
const MINUTE_MS = 60_000
type Truth = {
  positions: ReturnType<FakeVenue['positions']>
  fills: FakeVenue['fills']
  orders: VenueOrder[]
  stops: Record<string, Price>
  marks: Record<string, Price>
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
  #given = 0
  readonly #truths = new Map<Call, Truth>()
  readonly #services = new VenueServices(this.venue)
  #terms = PLAIN

  constructor(terms: Terms = PLAIN) {
    const held = Object.fromEntries(SERVICES.map(name => [name, null]))
    this.stage = new AccountStage(RISK, held)
    this.venue.now = this.stage.at
    if (terms !== PLAIN) this.#agree(terms)
    this.#remember()
  }

  /** The account has ended for good, and its positions with it. */
  get isOver(): boolean {
    return this.stage.state() === 'stopped'
  }

  get book() {
    return this.stage.positionContext(POSITION).book
  }

  get state(): string {
    return this.stage.state(POSITION)
  }

  take(step: Step): void {
    if (this.isOver) return
    this.#do(step)
    // News may be old: a deadline they set can be due already.
    this.pass(0)
    this.#remember()
  }

  #do(step: Step): void {
    switch (step.do) {
      case 'answer': {
        const open = this.stage.open()
        const call = open.at(step.index % Math.max(1, open.length))
        if (call !== undefined) this.answer(call, step.way)
        break
      }
      case 'tell':
        this.tell(step.twice, step.index)
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
        this.stage.send({ type: 'candle.closed', symbols: ['BTC'], quiet: step.quiet ?? false })
        break
      case 'mark closed':
        this.#closeMark(step.high, step.low)
        break
      case 'fund':
        this.stage.send({ type: 'funding.paid', rate: 0.0001, paid: money('-0.01') }, POSITION)
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
      case 'end': {
        const order = this.venue.working.find(
          each => parseClientOrderId(each.clientOrderId)?.leg === step.leg,
        )
        if (order !== undefined) this.venue.cancel(order.clientOrderId, 'user', step.status)
        break
      }
      case 'trade by hand':
        this.#tradeByHand(step.side, step.size)
        break
      case 'approve':
        this.#approve(step.direction)
        break
      case 'give':
        this.#give(step.action)
        break
      case 'withdraw':
        this.stage.send({ type: 'proposal.withdrawn' })
        break
      case 'cancel entry':
        this.stage.send({ type: 'entry.cancel', reason: 'cancelled by hand' }, POSITION)
        break
      case 'settings':
        this.#agree(step.terms)
        break
      case 'restart':
        this.restart(step.from)
        break
    }
  }

  /** What the process had not heard is lost with it; what it had sent may still have arrived. */
  restart(from: 'now' | 'last intent'): void {
    for (const call of this.stage.open('submitOrder')) {
      if (!this.#services.hasHeard(call)) this.venue.submit((call.input as OrderServiceInput).request)
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

  tell(twice = false, index = 0): void {
    const { events } = this.venue
    const [event] = events.splice(index % Math.max(1, events.length), 1)
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
          call.answer(this.#saveIntent())
        }
        return
      case 'submitOrder':
        this.#services.submit(call, way, at)
        return
      case 'cancelOrder':
      case 'lookupOrder':
        this.#services.ask(call, way, at)
        return
      case 'setLeverage':
        this.#services.setLeverage(call, way, at)
        return
      case 'readProtection':
        this.#services.readProtection(call, way, at)
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
        else if (way === 'thrown') call.fail(new Error(way))
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

  #agree(terms: Terms): void {
    this.#terms = terms
    this.venue.isThin = terms.isThin
    const { confirmationMs, reversalCount, unknownPositions, reconcileMs, emergencyAction } = terms
    const waits = { confirmationMs, reversalCount }
    const settings = {
      ...accountSettings({ ...RISK, emergencyAction }),
      strategy: strategySettings({ ...waits, confidenceMin: 0, targetRewardRatio: null }),
      unknownPositions,
      reconcileMs,
    }
    const most = terms.marketQuantityMax === null ? null : quantity(terms.marketQuantityMax)
    this.stage.prompt('saveIntent', terms.isPrompt ? () => this.#saveIntent() : null)
    const slot = { ...SLOT, marketQuantityMax: most, unknownPositions }
    this.stage.send({ type: 'settings.changed', settings, positions: { BTC: slot, ETH: slot } })
  }

  #saveIntent(): { at: number } {
    if (this.#isDurable) this.#saved = this.stage.persist()
    return { at: this.stage.at }
  }

  #tradeByHand(side: 'buy' | 'sell', size: string): void {
    const { direction, quantity: open } = this.venue.book
    if (size !== 'all') this.venue.tradeByHand(side, size)
    else if (direction !== null) this.venue.tradeByHand(direction === 'long' ? 'sell' : 'buy', open)
  }

  #approve(direction: 'long' | 'short'): void {
    const { conditions, hasTarget } = this.#terms
    const entry = { ...PLAN, quantity: quantity('1.98'), direction, stop: { ratio: 0.05 } }
    const plan = { ...entry, conditions: [...conditions], target: hasTarget ? { ratio: 0.05 } : null }
    this.stage.send({ type: 'entry.approved', plan, decisionId: null, exitPlan: '' }, POSITION)
  }

  #give(action: 'buy' | 'sell'): void {
    this.#given += 1
    const order = { requestId: `${this.#given}`, by: 'test', quantity: null, limitPrice: null, asked: '' }
    this.stage.send({ type: 'proposal.given', proposal: { ...this.#proposal(), action, manual: order } })
  }

  #closeMark(high: number, low: number): void {
    const close = this.venue.price
    const reading = {
      openAt: this.stage.at - MINUTE_MS,
      high: Math.max(high, close),
      low: Math.min(low, close),
      close,
      atr: 2,
      fundingRate: 0.0001,
      closes: [],
    }
    this.stage.send({ type: 'mark.closed', reading }, POSITION)
  }

  #proposal() {
    const stop = { ratio: 0.05 }
    return buy('BTC', {
      action: this.action,
      stop,
      target: this.#terms.hasTarget ? { ratio: 0.05 } : null,
      conditions: [...this.#terms.conditions],
      allocation: null,
      sizeFactor: 0.1,
    })
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
    const until = this.#terms.fillsLag ? this.stage.at - MINUTE_MS : this.stage.at
    const fills = this.venue.fills.filter(fill => fill.at >= since && fill.at <= until)
    const { direction, entryPrice } = this.venue.book
    const stop = Number(entryPrice ?? 0) * (direction === 'long' ? 0.9 : 1.1)
    const stops = direction === null ? {} : { BTC: price(stop) }
    const marks = { BTC: price(this.venue.price) }
    return { positions: this.venue.positions(), fills, orders, stops, marks, asOf: this.stage.at }
  }
}
