/** What the risk staircase answers: a size that passed every rule, or a refusal from a closed set. */
import type { ExitCondition } from '../exit-plan/condition.ts'
import type { Direction } from '../order.ts'
import type { Level } from '../strategy.ts'
import type { Money, Price, Quantity } from '../units.ts'

/** Every rule, in the one fixed order in which refusals win. */
export const RISK_RULES = [
  'entry_action',
  'asset_allowed',
  'spot_never_short',
  'entries_open',
  'position_flat',
  'cooldown',
  'price_fresh',
  'stop_required',
  'stop_side',
  'target_side',
  'exit_plan',
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
  'size_factor',
  'step_size',
  'minimum_notional',
] as const
export type RiskRule = (typeof RISK_RULES)[number]

/** Each rule refuses for one reason only, so a code names the rule and the rule names the code. */
export const REFUSAL_CODES = {
  entry_action: 'action_not_entry',
  asset_allowed: 'asset_not_allowed',
  spot_never_short: 'spot_short',
  entries_open: 'entries_stopped',
  position_flat: 'position_open',
  cooldown: 'cooldown_active',
  price_fresh: 'price_stale',
  stop_required: 'stop_missing',
  stop_side: 'stop_on_wrong_side',
  target_side: 'target_on_wrong_side',
  exit_plan: 'exit_plan_invalid',
  leverage: 'leverage_invalid',
  stop_before_liquidation: 'stop_beyond_liquidation',
  daily_loss: 'daily_loss_exceeded',
  drawdown: 'drawdown_exceeded',
  positions_open: 'positions_exceeded',
  trades_per_day: 'trades_per_day_exceeded',
  funding: 'funding_against',
  confidence: 'confidence_too_low',
  allocation: 'allocation_invalid',
  position_cap: 'position_cap_exceeded',
  risk_per_trade: 'risk_per_trade_exceeded',
  heat: 'heat_exceeded',
  free_margin: 'margin_insufficient',
  size_factor: 'size_factor_zero',
  step_size: 'quantity_below_step',
  minimum_notional: 'notional_below_minimum',
} as const satisfies Record<RiskRule, string>
export type RefusalCode = (typeof REFUSAL_CODES)[RiskRule]

/** One line of the record of a decision. `limit` and `actual` are text so that every unit fits. */
export type RuleOutcome = {
  rule: RiskRule
  /**
   * `cut`: lowered the size or changed the leverage to fit. `off`: switched off, or nothing it applies to.
   * `skip`: could not be measured, because a fact it needs is missing; `actual` names it.
   */
  outcome: 'pass' | 'cut' | 'refuse' | 'off' | 'skip'
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
  /**
   * A short expires rather than fill above it: a dearer fill is worth more than the caps allow. `null` for a long, whose
   * better fills are worth less.
   */
  bestPrice: Price | null
  /** The account's own limit: a venue that has more than this gets no entry. */
  leverageMax: number
  leverage: number
  stop: Level | null
  target: Level | null
  /** What ends the position, or moves its stop, between decisions. */
  conditions: ExitCondition[]
  /** Initial margin and the allowance for fees, held for the entry until it settles. */
  marginReserved: Money
  /** Loss at the stop from the least favourable fill; the whole notional without a stop. */
  riskReserved: Money
}

declare const approved: unique symbol
/** Proof that the staircase was passed; only `domain/risk/assess.ts` makes one. */
export type RiskApproved<Plan> = Plan & { readonly [approved]: true }

export type RiskRefused = { code: RefusalCode; limit: string; actual: string }

export type Verdict =
  | { approved: true; plan: RiskApproved<EntryPlan>; record: RiskRecord }
  | { approved: false; refusal: RiskRefused; record: RiskRecord }
