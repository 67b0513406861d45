/** Writes the facts of made-up lives for tests of the store: numbers its facts, moves its own time on. */
import type { ClosedTrade, DecisionRecord, Fact, FactBody } from '../../domain/fact.ts'
import type { Fill, Leg, OrderRequest, VenueOrder } from '../../domain/order.ts'
import type { Batch } from '../../domain/ports.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { money, price, quantity } from '../../domain/units.ts'

export const STARTED_AT = Date.UTC(2026, 0, 1)

export const batchOf = (...facts: Fact[]): Batch => ({ facts, snapshots: [], documents: [] })

export const requestOf = (clientOrderId: string, changes: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId,
  symbol: 'BTC',
  side: 'buy',
  type: 'market',
  quantity: quantity('0.5'),
  price: null,
  triggerPrice: null,
  worstPrice: price('61000'),
  bestPrice: null,
  reduceOnly: false,
  timeInForce: 'ioc',
  validUntil: STARTED_AT + 60_000,
  ...changes,
})

export const proposalOf = (changes: Partial<Proposal> = {}): Proposal => ({
  symbol: 'BTC',
  action: 'buy',
  allocation: null,
  leverage: 2,
  stop: { price: price('59000') },
  target: { ratio: 0.02 },
  closeFraction: null,
  confidence: 80,
  score: 0.6,
  sizeFactor: 1,
  exitPlan: 'out below 59000',
  rationale: 'breakout',
  ...changes,
})

export const decisionOf = (decisionId: string, changes: Partial<DecisionRecord> = {}): DecisionRecord => ({
  decisionId,
  symbol: 'BTC',
  strategy: 'signals',
  candleAt: STARTED_AT,
  price: price('60000.1'),
  proposal: proposalOf(),
  outcome: 'approved',
  code: null,
  limit: null,
  actual: null,
  risk: [{ rule: 'heat', outcome: 'pass', code: null, limit: '0.06', actual: '0.01', quantityMax: null }],
  ...changes,
})

export const tradeOf = (positionId: string, changes: Partial<ClosedTrade> = {}): ClosedTrade => ({
  positionId,
  symbol: 'BTC',
  side: 'long',
  quantity: quantity('0.5'),
  entryPrice: price('60000'),
  entryAt: STARTED_AT,
  exitPrice: price('59000'),
  exitAt: STARTED_AT + 3_600_000,
  exitReason: 'stop',
  exitCondition: null,
  fees: money('29.75'),
  funding: money('0.12'),
  realised: money('-500'),
  pnl: money('-529.87'),
  rMultiple: '-1.05974',
  nakedSeconds: 0.12,
  stopPrice: price('59000'),
  targetPrice: null,
  decisionId: 'd1',
  partials: [],
  ...changes,
})

export class Journal {
  readonly accountId: string
  readonly facts: Fact[] = []
  private at: number

  constructor(accountId: string, at = STARTED_AT) {
    this.accountId = accountId
    this.at = at
  }

  /** The next fact, a second after the one before. */
  add(body: FactBody): Fact {
    this.at += 1000
    const fact: Fact = { ...body, seq: this.facts.length + 1, at: this.at, accountId: this.accountId }
    this.facts.push(fact)
    return fact
  }

  decide(decisionId: string, changes: Partial<DecisionRecord> = {}): Fact {
    return this.add({ type: 'decision.recorded', decision: decisionOf(decisionId, changes) })
  }

  intend(
    request: OrderRequest,
    leg: Leg = 'entry',
    decisionId: string | null = 'd1',
    positionId = 'p1',
  ): Fact {
    return this.add({ type: 'intent.recorded', request, leg, positionId, decisionId })
  }

  update(request: OrderRequest, changes: Partial<VenueOrder> = {}, leg: Leg | null = 'entry'): Fact {
    const order: VenueOrder = {
      ...request,
      venueOrderId: `v-${request.clientOrderId}`,
      status: 'working',
      filledQuantity: quantity(0),
      averagePrice: null,
      reason: null,
      createdAt: this.at,
      updatedAt: this.at + 1000,
      ...changes,
    }
    return this.add({ type: 'order.updated', leg, order, positionId: 'p1' })
  }

  fill(tradeId: string, changes: Partial<Fill> = {}, leg: Leg = 'entry', positionId = 'p1'): Fact {
    const fill: Fill = {
      tradeId,
      clientOrderId: 'e1',
      venueOrderId: 'v-e1',
      symbol: 'BTC',
      side: 'buy',
      quantity: quantity('0.5'),
      price: price('60000'),
      fee: money('15'),
      liquidity: 'taker',
      reason: 'order',
      at: this.at + 1000,
      ...changes,
    }
    return this.add({ type: 'fill.booked', fill, leg, positionId, realised: money(0) })
  }

  open(changes: { quantity?: string; entryPrice?: string; decisionId?: string | null } = {}): Fact {
    return this.add({
      type: 'position.opened',
      positionId: 'p1',
      symbol: 'BTC',
      side: 'long',
      quantity: quantity(changes.quantity ?? '0.5'),
      entryPrice: price(changes.entryPrice ?? '60000'),
      decisionId: changes.decisionId === undefined ? 'd1' : changes.decisionId,
    })
  }

  protect(changes: Partial<FactBody & { type: 'protection.confirmed' }> = {}): Fact {
    return this.add({
      type: 'protection.confirmed',
      positionId: 'p1',
      symbol: 'BTC',
      stopPrice: price('59000'),
      targetPrice: price('61200'),
      stopOrderId: 'v-s1',
      targetOrderId: 'v-t1',
      nakedMs: 120,
      ...changes,
    })
  }

  mark(equity = '1000'): Fact {
    const worth = money(equity)
    return this.add({
      type: 'equity.marked',
      equity: worth,
      balance: worth,
      unrealised: money(0),
      drawdown: '0.015',
      heat: '0.02',
      positions: 1,
    })
  }
}
