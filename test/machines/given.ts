/** Plans, orders, fills and stages for the tests of the machines: one BTC position of 1 at 100, stop 98, target 104. */
import type { Fill, OrderRequest, VenueOrder } from '../../domain/order.ts'
import type { EntryPlan } from '../../domain/risk/verdict.ts'
import { money, price, quantity } from '../../domain/units.ts'
import type { OrderServiceInput, VenueAnswer } from '../../machines/order/context.ts'
import type { PositionContext, PositionSettings } from '../../machines/position/context.ts'
import { positionMachine } from '../../machines/position.ts'
import { BTC } from '../domain/risk/given.ts'
import { AT, type Call, type Prompt, Stage } from '../harness.ts'

export const SLOT: PositionSettings = {
  nakedMsMax: 5_000,
  cooldownMs: 300_000,
  kind: 'perpetual',
  tickSize: price('0.01'),
  stepSize: quantity('0.001'),
  minNotional: money(5),
  marketQuantityMax: null,
  marginTiers: BTC.marginTiers,
  unknownPositions: 'close',
}

export const PLAN: EntryPlan = {
  symbol: 'BTC',
  direction: 'long',
  quantity: quantity(1),
  referencePrice: price(100),
  worstPrice: price(101),
  bestPrice: null,
  leverageMax: 100,
  leverage: 2,
  stop: { ratio: 0.02 },
  target: { ratio: 0.04 },
  conditions: [],
  marginReserved: money(50),
  riskReserved: money(2),
}

export const entryRequest = (change: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: 'main-BTC-1-e1',
  symbol: 'BTC',
  side: 'buy',
  type: 'market',
  quantity: quantity(1),
  price: null,
  triggerPrice: null,
  worstPrice: price(101),
  bestPrice: null,
  reduceOnly: false,
  timeInForce: 'gtc',
  validUntil: AT + 10_000,
  ...change,
})

/** What the venue says of BTC: flat and without orders, unless told otherwise. */
export const reconciled = (change: Record<string, unknown> = {}) => ({
  type: 'venue.reconciled',
  quantity: quantity(0),
  direction: null,
  price: null,
  leverage: null,
  mark: null,
  orders: null,
  stop: null,
  asOf: AT,
  ...change,
})

/** An order as the venue has it. */
export const venueOrder = (request: OrderRequest, change: Partial<VenueOrder> = {}): VenueOrder => ({
  ...request,
  venueOrderId: `v-${request.clientOrderId}`,
  status: 'working',
  filledQuantity: quantity(0),
  averagePrice: null,
  reason: null,
  createdAt: AT,
  updatedAt: AT,
  ...change,
})

let trades = 0
export const fillOf = (request: OrderRequest, change: Partial<Fill> = {}): Fill => {
  trades += 1
  return {
    tradeId: `t${trades}`,
    clientOrderId: request.clientOrderId,
    venueOrderId: `v-${request.clientOrderId}`,
    symbol: request.symbol,
    side: request.side,
    quantity: request.quantity,
    price: price(request.triggerPrice ?? 100),
    fee: money(0),
    liquidity: 'taker',
    reason: 'order',
    at: AT,
    ...change,
  }
}

/** What a service may answer about the order of a question. */
export class Answers {
  readonly #stage: Stage

  constructor(stage: Stage) {
    this.#stage = stage
  }

  known(call: Call, change: Partial<VenueOrder> = {}): void {
    const { request } = call.input as OrderServiceInput
    call.answer({ outcome: 'known', order: venueOrder(request, change), at: this.#stage.at })
  }

  filled(call: Call): void {
    const { request } = call.input as OrderServiceInput
    this.known(call, { status: 'filled', filledQuantity: request.quantity, averagePrice: price(100) })
  }

  absent(call: Call): void {
    call.answer({ outcome: 'absent', at: this.#stage.at } satisfies VenueAnswer)
  }

  refused(call: Call, code = 'parameter_invalid'): void {
    call.answer({ outcome: 'refused', code, message: code, at: this.#stage.at } satisfies VenueAnswer)
  }

  unreachable(call: Call): void {
    call.answer({ outcome: 'unreachable', message: 'no route', at: this.#stage.at } satisfies VenueAnswer)
  }

  unknown(call: Call): void {
    call.answer({ outcome: 'unknown', message: 'timed out', at: this.#stage.at } satisfies VenueAnswer)
  }
}

/** A lone order of this request. */
export const givenOrder = (request = entryRequest(), leg = 'entry', prompt: Prompt = {}) => {
  const ids = { accountId: 'main', positionId: 'main-BTC-1', decisionId: null, leg, slot: leg }
  const stage = new Stage('order', { ids, request }, prompt)
  return { stage, say: new Answers(stage) }
}

/** A lone position, with the words to lead it through its life. */
export class PositionStage extends Stage {
  readonly say = new Answers(this)

  constructor(settings: Partial<PositionSettings> = {}, prompt: Prompt = {}) {
    super('position', { accountId: 'main', symbol: 'BTC', settings: { ...SLOT, ...settings } }, prompt)
    if (prompt.setLeverage === undefined)
      this.prompt('setLeverage', () => ({ ok: true, message: '', at: this.at }))
    if (prompt.readProtection === undefined)
      this.prompt('readProtection', () => ({ confirmed: true, at: this.at }))
  }

  /** Top-level states of the chart with the states inside them. */
  static states(): Record<string, string[]> {
    return Object.fromEntries(
      Object.entries(positionMachine.root.states).map(([key, node]) => [key, Object.keys(node.states)]),
    )
  }

  get book(): PositionContext['book'] {
    return this.positionContext().book
  }

  get legs(): string[] {
    return this.positionContext().slots.used.map(use => use.slot)
  }

  approve(plan: Partial<EntryPlan> = {}): void {
    this.send({ type: 'entry.approved', plan: { ...PLAN, ...plan }, decisionId: 'd1', exitPlan: '' })
  }

  close(fraction = 1): void {
    this.send({ type: 'position.close', reason: 'close_command', fraction })
  }

  request(leg: string): OrderRequest {
    const request = this.sent(leg).at(-1)
    if (request === undefined) throw new Error(`no ${leg} was sent`)
    return request
  }

  /** A fill of the newest order of a leg, as the venue's stream tells it: with the order it belongs to. */
  fill(leg: string, size: string | null = null, change: Partial<Fill> = {}): Fill {
    const request = this.request(leg)
    const fill = fillOf(request, {
      at: this.at,
      ...(size === null ? {} : { quantity: quantity(size) }),
      ...change,
    })
    const whole = fill.quantity === request.quantity
    const order = venueOrder(request, { status: whole ? 'filled' : 'working', filledQuantity: fill.quantity })
    this.send({ type: 'fill.received', fill, order })
    return fill
  }

  /** The newest order of a leg fills at the venue, which tells the fill and then answers. */
  execute(leg: string): void {
    this.fill(leg)
    for (const call of this.open('submitOrder')) {
      if ((call.input as OrderServiceInput).ids.leg === leg) this.say.filled(call)
    }
  }

  /** Cancels at the venue whatever is asked to be cancelled. */
  sweep(): void {
    for (const call of this.open('cancelOrder')) this.say.known(call, { status: 'cancelled' })
  }

  /** What the venue says of the newest order of a leg. */
  tell(leg: string, change: Partial<VenueOrder>): void {
    this.send({ type: 'order.reported', order: venueOrder(this.request(leg), change) })
  }

  accept(leg: string): void {
    this.say.known(this.call('submitOrder', leg))
  }

  /** From flat to protected with stop and target standing. */
  enter(plan: Partial<EntryPlan> = {}): void {
    this.approve(plan)
    this.accept('entry')
    this.fill('entry')
    this.accept('stop')
    if (plan.target !== null) this.accept('target')
  }
}
