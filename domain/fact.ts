/**
 * Facts: what happened, in the past tense, in the order it happened. The journal is nothing but these, and every table
 * of the store is a projection of them.
 */
import type { ControlName } from './control.ts'
import type { ExitCondition, ExitConditionKind } from './exit-plan/condition.ts'
import type { Direction, Fill, Leg, OrderRequest, VenueOrder } from './order.ts'
import type { ModelCall } from './model/call.ts'
import type { CandleRefusalReason } from './price-gate.ts'
import type { RiskRecord } from './risk/verdict.ts'
import type { Proposal } from './strategy.ts'
import type { Money, Price, Quantity } from './units.ts'

/** Part of a trade closed by one exit fill. */
export type TradePartial = {
  quantity: Quantity
  exitPrice: Price
  exitAt: number
  realised: Money
  fees: Money
}

export type ExitReason =
  | 'stop'
  | 'target'
  | 'signal'
  | 'exit_plan'
  | 'close_command'
  | 'panic'
  | 'naked_deadline'
  | 'stop_refused'
  | 'drawdown'
  | 'liquidation'
  | 'external'

/** A position from flat to flat. */
export type ClosedTrade = {
  positionId: string
  symbol: string
  side: Direction
  quantity: Quantity
  entryPrice: Price
  entryAt: number
  exitPrice: Price
  exitAt: number
  exitReason: ExitReason
  /** Condition of the exit plan that closed it; `null` for every other reason. */
  exitCondition: ExitCondition | null
  fees: Money
  /** Positive when paid. */
  funding: Money
  /** Price moves, before fees and funding. */
  realised: Money
  /** Net of fees and funding. */
  pnl: Money
  /** pnl ÷ initial risk; `null` without a stop. */
  rMultiple: string | null
  /** Longest time it stood without a confirmed stop. */
  nakedSeconds: number
  stopPrice: Price | null
  targetPrice: Price | null
  decisionId: string | null
  partials: TradePartial[]
}

export type DecisionOutcome = 'held' | 'confirming' | 'approved' | 'refused' | 'closing' | 'ignored'

export type DecisionRecord = {
  decisionId: string
  symbol: string
  strategy: string
  /** Close of the candle it was made on. */
  candleAt: number
  price: Price | null
  proposal: Proposal
  outcome: DecisionOutcome
  /** Why: a refusal code, or why it was held or ignored. */
  code: string | null
  limit: string | null
  actual: string | null
  risk: RiskRecord
}

export type FactBody =
  | {
      type: 'account.started'
      deposit: Money
      strategy: string
      assets: string[]
      interval: string
      mode: string
    }
  /** A person added, changed, removed or started it again while the engine ran. `fields`: settings that were said. */
  | {
      type: 'account.administered'
      change: 'added' | 'changed' | 'removed' | 'started'
      by: string
      reason: string | null
      fields: string[]
    }
  | { type: 'account.moved'; from: string; to: string; until: number | null; reason: string | null }
  | { type: 'account.failed'; message: string; restartAt: number | null }
  | { type: 'position.moved'; symbol: string; from: string; to: string; until: number | null }
  | { type: 'decision.recorded'; decision: DecisionRecord }
  | { type: 'model.called'; call: ModelCall }
  | {
      type: 'intent.recorded'
      request: OrderRequest
      leg: Leg
      positionId: string
      decisionId: string | null
    }
  | { type: 'order.updated'; leg: Leg | null; order: VenueOrder; positionId: string | null }
  | { type: 'order.unknown'; clientOrderId: string; symbol: string; leg: Leg; message: string }
  | { type: 'fill.booked'; fill: Fill; leg: Leg | null; positionId: string; realised: Money }
  | { type: 'funding.booked'; symbol: string; positionId: string | null; rate: number; paid: Money }
  | {
      type: 'position.opened'
      positionId: string
      symbol: string
      side: Direction
      quantity: Quantity
      entryPrice: Price
      decisionId: string | null
    }
  | {
      type: 'protection.confirmed'
      positionId: string
      symbol: string
      stopPrice: Price
      targetPrice: Price | null
      stopOrderId: string
      targetOrderId: string | null
      nakedMs: number
    }
  /** The stop is wanted nearer to profit; `protection.confirmed` follows when the new one stands. */
  | {
      type: 'protection.moved'
      positionId: string
      symbol: string
      from: Price | null
      to: Price
      why: ExitConditionKind
    }
  /** A part that was to be closed stays open: the venue refused it again and again. */
  | { type: 'close.abandoned'; positionId: string; symbol: string; quantity: Quantity; reason: string }
  /** Money paid in, or out when negative, found by comparing balances with the venue. */
  | { type: 'deposit.booked'; amount: Money; reason: string }
  /** A stored state that could not be used, and what the account was made of instead. */
  | { type: 'snapshot.rejected'; reason: string; action: string }
  /** A candle of the feed that is not used. Prices are what the feed said, not money. */
  | {
      type: 'candle.refused'
      symbol: string
      openAt: number
      reason: CandleRefusalReason
      price: number | null
      reference: number | null
    }
  | { type: 'trade.closed'; trade: ClosedTrade }
  | {
      type: 'equity.marked'
      equity: Money
      balance: Money
      unrealised: Money
      drawdown: string
      heat: string
      positions: number
    }
  | {
      type: 'limit.tripped'
      limit: 'daily_loss' | 'drawdown' | 'drawdown_warn'
      line: string
      actual: string
    }
  | { type: 'limit.rearmed'; limit: 'daily_loss' | 'drawdown' | 'drawdown_warn' }
  | {
      type: 'reconcile.differed'
      symbol: string | null
      what: string
      ours: string
      theirs: string
      action: string
    }
  | {
      type: 'control.commanded'
      command: ControlName
      /** Who said it: `token:owner`, `signal:SIGUSR2`. */
      by: string
      reason: string | null
      /** Of one position only; `null`: of the account. */
      symbol: string | null
      /** Part of that position, (0, 1]. */
      fraction: number | null
    }
  | {
      type: 'control.acknowledged'
      command: ControlName
      symbol: string | null
      /** True when it has come true, false when it was given up on waiting for that. */
      done: boolean
      state: string
      /** What still stands against it. */
      remaining: string[]
    }

/** `seq` counts per account from 1 without gaps. */
export type Fact = FactBody & { seq: number; at: number; accountId: string }
export type FactType = FactBody['type']

/** An account has left: whoever remembers something of it forgets it, since it may come back under its id. */
export const isRemoval = (fact: Fact): boolean =>
  fact.type === 'account.administered' && fact.change === 'removed'
