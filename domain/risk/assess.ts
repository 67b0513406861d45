/**
 * The risk staircase: what stands between a proposal and the money.
 *
 * Every rule is asked, in one fixed order, and every answer is recorded. The first refusal wins; without one, the size
 * is the smallest of all caps, rounded down to the step. Nothing here depends on what the proposal's author promises.
 */

import type { Proposal } from '../strategy.ts'
import { money, price, quantity } from '../units.ts'
import {
  allocation,
  feesRatio,
  freeMargin,
  heat,
  minimumNotional,
  positionCap,
  riskPerTrade,
  sizeFactor,
  stepSize,
} from './caps.ts'
import { type Draft, openDraft } from './draft.ts'
import {
  assetAllowed,
  confidence,
  cooldown,
  entriesOpen,
  entryAction,
  funding,
  positionFlat,
  positionsOpen,
  priceFresh,
  spotNeverShort,
  tradesPerDay,
} from './entry-conditions.ts'
import { exitPlan } from './exit-plan.ts'
import { stopRequired, stopSide, targetSide } from './levels.ts'
import { leverage, stopBeforeLiquidation } from './leverage.ts'
import { dailyLoss, drawdown } from './loss-limits.ts'
import type { Rule } from './rule.ts'
import {
  type EntryPlan,
  REFUSAL_CODES,
  RISK_RULES,
  type RiskApproved,
  type RiskRecord,
  type RiskRule,
  type Verdict,
} from './verdict.ts'
import type { RiskView } from './view.ts'

const STAIRCASE: Record<RiskRule, Rule> = {
  entry_action: entryAction,
  asset_allowed: assetAllowed,
  spot_never_short: spotNeverShort,
  entries_open: entriesOpen,
  position_flat: positionFlat,
  cooldown,
  price_fresh: priceFresh,
  stop_required: stopRequired,
  stop_side: stopSide,
  target_side: targetSide,
  exit_plan: exitPlan,
  leverage,
  stop_before_liquidation: stopBeforeLiquidation,
  daily_loss: dailyLoss,
  drawdown,
  positions_open: positionsOpen,
  trades_per_day: tradesPerDay,
  funding,
  confidence,
  allocation,
  position_cap: positionCap,
  risk_per_trade: riskPerTrade,
  heat,
  free_margin: freeMargin,
  size_factor: sizeFactor,
  step_size: stepSize,
  minimum_notional: minimumNotional,
}

/**
 * Judges an entry (`buy` opens a long, `sell` a short) by the facts of its account and instrument.
 *
 * Never throws for any proposal: whatever a model writes ends as a plan inside the limits or as a refusal.
 */
export const assess = (proposal: Proposal, view: RiskView): Verdict => {
  const record: RiskRecord = []
  let draft = openDraft(proposal, view)
  for (const rule of RISK_RULES) {
    const { change, outcome, limit, actual, quantityMax } = STAIRCASE[rule](draft, view)
    const code = outcome === 'refuse' ? REFUSAL_CODES[rule] : null
    record.push({ rule, outcome, code, limit, actual, quantityMax })
    draft = { ...draft, ...change }
  }
  const refusal = record.find(each => each.outcome === 'refuse')
  if (refusal === undefined) return { approved: true, plan: approve(draft, view), record }
  const { code, limit, actual } = refusal
  if (code === null) throw new Error(`Invariant: ${refusal.rule} refused without a code`)
  return { approved: false, refusal: { code, limit: limit ?? '', actual: actual ?? '' }, record }
}

/** The only place where a plan becomes an approved one. */
const approve = (draft: Draft, view: RiskView): RiskApproved<EntryPlan> => {
  const { prices, leverage: chosen, riskPerUnit, quantity: size, stop, target, conditions } = draft
  if (prices === null || chosen === null || riskPerUnit === null || size === null) {
    throw new Error(`Invariant: an entry in ${view.instrument.symbol} passed every rule and is not complete`)
  }
  const worth = size.times(prices.dearest)
  const plan: EntryPlan = {
    symbol: view.instrument.symbol,
    direction: prices.direction,
    quantity: quantity(size),
    referencePrice: price(prices.reference),
    worstPrice: price(prices.worst),
    leverageMax: view.limits.leverageMax,
    bestPrice: prices.direction === 'short' ? price(prices.dearest) : null,
    leverage: chosen,
    stop,
    target,
    conditions: [...conditions],
    marginReserved: money(worth.div(chosen).plus(worth.times(feesRatio(view)))),
    riskReserved: money(size.times(riskPerUnit)),
  }
  return plan as RiskApproved<EntryPlan>
}
