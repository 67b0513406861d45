/** What the risk staircase answers: a size that passed every rule, or a refusal from a closed set. */
import type { Direction } from '../order.ts'
import type { Level } from '../strategy.ts'
import type { Money, Price, Quantity } from '../units.ts'

/** Every rule, in the one fixed order in which refusals win. */
export const RISK_RULES = [
  'asset_allowed',
  'spot_never_short',
  'entries_open',
  'cooldown',
  'price_fresh',
  'stop_required',
  'stop_side',
  'target_side',
  'leverage',
  'stop_before_liquidation',
  'daily_loss',
  'drawdown',
  'positions_open',
  'trades_per_day',
  'funding',
  'confidence',
  'allocation',
  'position_cap',
  'risk_per_trade',
  'heat',
  'free_margin',
  'step_size',
  'minimum_notional',
] as const
export type RiskRule = (typeof RISK_RULES)[number]

export type RefusalCode =
  | 'asset_not_allowed'
  | 'spot_short'
  | 'entries_stopped'
  | 'position_open'
  | 'cooldown_active'
  | 'price_stale'
  | 'stop_missing'
  | 'stop_on_wrong_side'
  | 'target_on_wrong_side'
  | 'stop_beyond_liquidation'
  | 'daily_loss_exceeded'
  | 'drawdown_exceeded'
  | 'positions_exceeded'
  | 'trades_per_day_exceeded'
  | 'funding_against'
  | 'confidence_too_low'
  | 'allocation_invalid'
  | 'position_cap_exceeded'
  | 'risk_per_trade_exceeded'
  | 'heat_exceeded'
  | 'margin_insufficient'
  | 'quantity_below_step'
  | 'notional_below_minimum'

/** One line of the record of a decision. `limit` and `actual` are text so that every unit fits. */
export type RuleOutcome = {
  rule: RiskRule
  outcome: 'pass' | 'cut' | 'refuse' | 'off'
  code: RefusalCode | null
  limit: string | null
  actual: string | null
  /** Largest quantity this rule allows; `null` when it sets none. */
  quantityMax: Quantity | null
}

export type RiskRecord = RuleOutcome[]

/** An entry that passed: everything the position needs to order, fill and protect. Plain JSON. */
export type EntryPlan = {
  symbol: string
  direction: Direction
  quantity: Quantity
  /** Price the size was computed with. */
  referencePrice: Price
  /** The entry expires rather than fill beyond it. */
  worstPrice: Price
  leverage: number
  stop: Level | null
  target: Level | null
  /** Initial margin held for the entry until it settles. */
  marginReserved: Money
  /** Loss at the stop from the worst price. */
  riskReserved: Money
}

declare const approved: unique symbol
/** Proof that the staircase was passed; only `domain/risk/assess.ts` makes one. */
export type RiskApproved<Plan> = Plan & { readonly [approved]: true }

export type RiskRefused = { code: RefusalCode; limit: string; actual: string }

export type Verdict =
  | { approved: true; plan: RiskApproved<EntryPlan>; record: RiskRecord }
  | { approved: false; refusal: RiskRefused; record: RiskRecord }
