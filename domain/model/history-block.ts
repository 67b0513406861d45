/** What a model is told of what it did before: its decisions, its fills and trades, and what they came to. */
import type { ClosedTrade, DecisionRecord } from '../fact.ts'
import type { Fill } from '../order.ts'
import { dec, type Money } from '../units.ts'
import { amount, bounded, figure, type Plain } from './context-json.ts'

export type PastDecision = {
  candleAt: number
  symbol: string
  action: DecisionRecord['proposal']['action']
  allocation: Money | null
  confidence: number | null
  outcome: DecisionRecord['outcome']
  code: string | null
  rationale: string
}

export type PastFill = Pick<Fill, 'at' | 'symbol' | 'side' | 'quantity' | 'price' | 'fee'>

export type PastTrade = Pick<
  ClosedTrade,
  | 'symbol'
  | 'side'
  | 'quantity'
  | 'entryPrice'
  | 'entryAt'
  | 'exitPrice'
  | 'exitAt'
  | 'exitReason'
  | 'pnl'
  | 'rMultiple'
>

/** Of all closed trades and of whole UTC days, net of fees and funding; decimal strings, `null` where unknown. */
export type ContextPerformance = {
  trades: number
  winRatePercent: string | null
  netPnl: string
  profitFactor: string | null
  expectancyR: string | null
  sharpe: string | null
  /** Daily returns the ratio is made of. */
  days: number
}

type Fields = { readonly [key: string]: Plain }

const RATIONALE_MAX = 300

const time = (at: number): string => new Date(at).toISOString()

const share = (value: string | null, places: number): number | null =>
  value === null ? null : figure(dec(value).toDecimalPlaces(places).toNumber())

export const decisionFields = (decision: PastDecision): Fields => ({
  time: time(decision.candleAt),
  asset: decision.symbol,
  action: decision.action,
  allocation_usd: amount(decision.allocation),
  confidence: figure(decision.confidence, 4),
  outcome: decision.outcome,
  why: decision.code === null ? null : bounded(decision.code, 100),
  rationale: bounded(decision.rationale, RATIONALE_MAX),
})

export const fillFields = (fill: PastFill): Fields => ({
  time: time(fill.at),
  asset: fill.symbol,
  side: fill.side,
  quantity: figure(fill.quantity),
  price: figure(fill.price),
  fee_usd: figure(fill.fee, 6),
})

export const tradeFields = (trade: PastTrade): Fields => ({
  asset: trade.symbol,
  side: trade.side,
  opened: time(trade.entryAt),
  closed: time(trade.exitAt),
  quantity: figure(trade.quantity),
  entry_price: figure(trade.entryPrice),
  exit_price: figure(trade.exitPrice),
  closed_by: trade.exitReason,
  net_usd: amount(trade.pnl),
  r: share(trade.rMultiple, 2),
})

export const performanceFields = (performance: ContextPerformance): Fields => ({
  trades: performance.trades,
  win_rate_pct: share(performance.winRatePercent, 2),
  net_usd: amount(performance.netPnl),
  profit_factor: share(performance.profitFactor, 3),
  expectancy_r: share(performance.expectancyR, 3),
  sharpe: share(performance.sharpe, 3),
  sharpe_days: performance.days,
})
