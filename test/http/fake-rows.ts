/** Rows of the fake engine: the same few things for each of its accounts, three orders each so that lists have pages. */
import type { ActorView, MarketSummary, PositionSummary } from '../../actors/engine-view.ts'
import type { Fact } from '../../domain/fact.ts'
import type { Interaction } from '../../domain/model/interaction.ts'
import type { DecisionRow, DiaryRow, FillRow, OrderRow, TradeRow } from '../../domain/ports.ts'
import { dec, money, price, quantity } from '../../domain/units.ts'

export const START = Date.UTC(2026, 0, 2, 3)

export const orderRow = (accountId: string, index: number): OrderRow => ({
  accountId,
  clientOrderId: `${accountId}-BTC-${index}-stop-1`,
  symbol: index === 2 ? 'ETH' : 'BTC',
  side: 'sell',
  type: 'stop_market',
  quantity: quantity('0.022'),
  price: null,
  triggerPrice: price('44100'),
  worstPrice: null,
  bestPrice: null,
  reduceOnly: true,
  timeInForce: 'gtc',
  validUntil: null,
  venueOrderId: index === 1 ? null : `paper-${index}`,
  status: index === 0 ? 'working' : index === 1 ? 'unknown' : 'filled',
  filledQuantity: quantity('0'),
  averagePrice: null,
  reason: null,
  createdAt: START + index,
  updatedAt: START + index,
  leg: 'stop',
  positionId: `${accountId}-BTC-${index}`,
  decisionId: null,
  history: [{ status: 'intent', at: START + index }],
})

export const fillRow = (accountId: string, index: number): FillRow => ({
  accountId,
  tradeId: `${accountId}-t-${index}`,
  clientOrderId: null,
  venueOrderId: `paper-${index}`,
  symbol: 'BTC',
  side: 'buy',
  quantity: quantity('0.022'),
  price: price('45000'),
  fee: money('0.396'),
  liquidity: 'taker',
  reason: 'liquidation',
  at: START + index,
  leg: null,
  positionId: `${accountId}-BTC-${index}`,
  realised: money('-1.5'),
})

export const tradeRow = (accountId: string, index: number): TradeRow => ({
  accountId,
  positionId: `${accountId}-BTC-${index}`,
  symbol: 'BTC',
  side: 'short',
  quantity: quantity('0.022'),
  entryPrice: price('45000'),
  entryAt: START,
  exitPrice: price('44000'),
  exitAt: START + 90_000,
  exitReason: 'target',
  exitCondition: null,
  fees: money('0.8'),
  funding: money('-0.1'),
  realised: money('22'),
  pnl: money('21.3'),
  rMultiple: '1.06',
  nakedSeconds: 0.4,
  stopPrice: price('45900'),
  targetPrice: price('44000'),
  decisionId: null,
  partials: [
    {
      quantity: quantity('0.022'),
      exitPrice: price('44000'),
      exitAt: START + 90_000,
      realised: money('22'),
      fees: money('0.4'),
    },
  ],
})

export const decisionRow = (accountId: string, index: number): DecisionRow => ({
  accountId,
  at: START + index,
  decisionId: `${accountId}-BTC-${START + index}`,
  symbol: 'BTC',
  strategy: 'signals',
  candleAt: START,
  price: price('45000'),
  proposal: {
    symbol: 'BTC',
    action: 'buy',
    allocation: money('990'),
    sizeFactor: 0.5,
    leverage: 2,
    stop: { ratio: 0.02 },
    target: { price: price('46800') },
    closeFraction: null,
    confidence: 82,
    score: 0.64,
    exitPlan: 'Close when RSI falls below 50.',
    rationale: '<img src=x onerror=alert(1)> RSI 28',
  },
  outcome: 'refused',
  code: 'heat_exceeded',
  limit: '0.06',
  actual: '0.071',
  risk: [
    {
      rule: 'heat',
      outcome: 'refuse',
      code: 'heat_exceeded',
      limit: '0.06',
      actual: '0.071',
      quantityMax: null,
    },
  ],
})

export const diaryRow = (accountId: string, index: number): DiaryRow => ({
  account_id: accountId,
  timestamp: new Date(START + index).toISOString(),
  asset: 'BTC',
  action: 'buy',
  allocation_usd: '990',
  amount: '0.022',
  entry_price: '45000',
  tp_price: null,
  tp_oid: null,
  sl_price: '44100',
  sl_oid: `${accountId}-BTC-1-stop-1`,
  exit_plan: 'Close when RSI falls below 50.',
  rationale: 'RSI 28',
  order_result: 'filled',
  opened_at: new Date(START).toISOString(),
  filled: true,
})

/** Closed of a position that is still open. */
const PART = {
  quantity: quantity('0.01'),
  exitPrice: price('45500'),
  exitAt: START + 60_000,
  realised: money('5'),
  fees: money('0.2'),
}

export const openPosition = (
  accountId: string,
  symbol: string,
  mark: number | null = null,
): PositionSummary => ({
  accountId,
  positionId: `${accountId}-${symbol}-9`,
  symbol,
  state: 'protected',
  direction: 'long',
  quantity: '0.022',
  entryPrice: '45000',
  markPrice: String(mark ?? 46_000),
  unrealised: mark === null ? '22' : String(dec(mark).minus(45_000).times('0.022')),
  realised: '0',
  fees: '0.396',
  funding: '0',
  leverage: 2,
  liquidationPrice: null,
  stopPrice: '44100',
  targetPrice: null,
  protected: true,
  nakedSeconds: 0,
  openedAt: START,
  exitPlan: 'Close when RSI falls below 50.',
  decisionId: `${accountId}-${symbol}-9-decision`,
  partials: [PART],
})

/** As the list of facts tells it when asked for the steps of positions. */
export const moveRow = (accountId: string, index: number): Fact => ({
  type: 'position.moved',
  symbol: 'BTC',
  from: 'ordering',
  to: 'protecting',
  until: START + 5_000,
  seq: index + 1,
  at: START + index,
  accountId,
})

export const actorsOf = (accountId: string): ActorView[] =>
  [
    { id: accountId, type: 'account' as const, parent: null },
    { id: `${accountId}/position:BTC`, type: 'position' as const, parent: accountId },
    { id: `${accountId}/position:BTC/stop`, type: 'order' as const, parent: `${accountId}/position:BTC` },
  ].map(actor => ({
    ...actor,
    state: 'working',
    until: actor.type === 'account' ? START + 60_000 : null,
    context: { book: { quantity: '0.022' }, venue: { apiKey: SECRETS.context }, steps: [1, null] },
    nextEvents: ['clock.ticked'],
    lastTransition: { from: 'submitting', to: 'working', event: 'order.accepted', at: START },
    at: START,
  }))

export const interactionRow = (accountId: string, index: number): Interaction => ({
  accountId,
  at: START + index,
  callId: `${accountId}-mjwpr1c0-${index + 1}`,
  cycleId: `${accountId}-mjwpr1c0`,
  candleAt: START,
  symbols: ['BTC', 'ETH'],
  purpose: 'answer',
  requestHash: 'ab'.repeat(32),
  promptVersion: 'agent@1 context@1',
  request: {
    model: 'openai/gpt-5',
    messages: [{ role: 'user', content: 'Decide.' }],
    format: { name: 'decisions', schema: { type: 'object' } },
    tools: [],
    temperature: null,
    reasoningEffort: null,
    tokensMax: 100,
  },
  reply: {
    ok: true,
    text: '{"trade_decisions":[]}',
    toolCalls: [{ id: 'a', name: 'candles', arguments: '{}' }],
    finish: 'stop',
    model: 'openai/gpt-5-2025',
    provider: null,
    id: null,
    usage: null,
    latencyMs: 12.5,
  },
  outcome: 'rejected',
  problem: 'shape: nothing in it',
})

export const marketOf = (symbol: string, accountIds: string[], mark: number | null): MarketSummary => ({
  accountIds,
  symbol,
  price: mark,
  priceAt: mark === null ? null : START,
  change3m: 0.001,
  openInterest: null,
  fundingRate: 0.0001,
  depthPressure: null,
  intraday: {
    timeframe: '5m',
    midPrices: [null, 45_000],
    ema20: [null, 44_900.5],
    macd: [null, 12.25],
    rsi7: [null, 61],
    rsi14: [null, 55],
  },
  longTerm: null,
  now: {
    timeframe: '1h',
    macd: { macd: 12, signal: 10, histogram: 2 },
    kdj: { k: 50, d: 48, j: 54 },
    kdjBefore: { k: 49, d: 48 },
    rsi14: 55,
  },
})

/** Planted where the engine holds secrets; none of them may come out. */
export const SECRETS = {
  database: 'canary-database-password',
  context: 'canary-api-key',
}
