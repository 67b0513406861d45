/** Refusals by descending precedence: each row breaks one rule, and its refusal beats those of all rows below it. */
import { describe, expect, it } from 'vitest'
import { assess } from '../../../domain/risk/assess.ts'
import { REFUSAL_CODES, RISK_RULES, type RiskRule } from '../../../domain/risk/verdict.ts'
import type { RiskView } from '../../../domain/risk/view.ts'
import type { RiskLimits } from '../../../domain/settings.ts'
import type { Proposal } from '../../../domain/strategy.ts'
import { type Money, money, price } from '../../../domain/units.ts'
import { AT, codeOf, givenProposal, givenView } from './given.ts'

type Case = { proposal: Proposal; view: RiskView }
type Fault = (given: Case) => Case

const asks =
  (change: Partial<Proposal>): Fault =>
  given => ({
    ...given,
    proposal: { ...given.proposal, ...change },
  })
const faces =
  (change: Partial<RiskView>): Fault =>
  given => ({ ...given, view: { ...given.view, ...change } })
const limited =
  (change: Partial<RiskLimits>): Fault =>
  given =>
    faces({ limits: { ...given.view.limits, ...change } })(given)
const both =
  (first: Fault, second: Fault): Fault =>
  given =>
    second(first(given))

const FAULTS: Record<RiskRule, Fault> = {
  entry_action: asks({ action: 'hold' }),
  asset_allowed: faces({ assets: ['ETH', 'BNB', 'ASTER'] }),
  spot_never_short: given =>
    both(asks({ action: 'sell' }), faces({ instrument: { ...given.view.instrument, kind: 'spot' } }))(given),
  entries_open: faces({ entriesStopped: 'halted: drawdown' }),
  position_flat: faces({ positionOpen: true }),
  cooldown: faces({ cooldownUntil: AT + 60_000 }),
  price_fresh: faces({ mark: { price: price(100), at: AT - 5_001 } }),
  stop_required: both(asks({ stop: null }), limited({ stop: 'reject' })),
  stop_side: asks({ stop: { price: price(105) } }),
  target_side: asks({ target: { price: price(99) } }),
  exit_plan: asks({ conditions: [{ kind: 'time_stop', afterMs: 0 }] }),
  leverage: asks({ leverage: Number.NaN }),
  stop_before_liquidation: both(
    asks({ leverage: 10, stop: { price: price(90) } }),
    limited({ leverageMin: 10, leverageMax: 10 }),
  ),
  daily_loss: faces({ dayStartEquity: money(1_052.64) }),
  drawdown: faces({ peakEquity: money(1_333.34) }),
  positions_open: faces({ positionsOpen: 3 }),
  trades_per_day: faces({ tradesToday: 20 }),
  funding: faces({ fundingRate: 0.0011 }),
  confidence: both(asks({ confidence: 69 }), faces({ confidenceMin: 70 })),
  allocation: asks({ allocation: '-5' as Money }),
  position_cap: limited({ positionRatioMax: 0 }),
  risk_per_trade: limited({ riskPerTradeRatioMax: 0 }),
  heat: faces({ openRisk: money(60) }),
  free_margin: faces({ marginFree: money(0) }),
  size_factor: asks({ sizeFactor: 0 }),
  step_size: asks({ allocation: money('0.05') }),
  minimum_notional: given =>
    faces({ instrument: { ...given.view.instrument, minNotional: money(1_000) } })(given),
}

const judge = (faults: Fault[]): string => {
  const sound: Case = { proposal: givenProposal(), view: givenView() }
  const given = faults.reduce((each, fault) => fault(each), sound)
  return codeOf(assess(given.proposal, given.view))
}

describe('refusals by descending precedence', () => {
  it('a sound entry is approved', () => {
    expect(judge([])).toBe('approved')
  })

  it.each(RISK_RULES)('%s alone refuses with its own code', rule => {
    expect(judge([FAULTS[rule]])).toBe(REFUSAL_CODES[rule])
  })

  it.each(RISK_RULES)('%s beats every later refusal, one by one and all at once', rule => {
    const later = RISK_RULES.slice(RISK_RULES.indexOf(rule) + 1)
    // The own fault comes last: a later one may contradict it (a stop that is missing and on the wrong side).
    for (const other of later) {
      expect(judge([FAULTS[other], FAULTS[rule]]), `with ${other}`).toBe(REFUSAL_CODES[rule])
    }
    expect(judge([...later.toReversed().map(each => FAULTS[each]), FAULTS[rule]])).toBe(REFUSAL_CODES[rule])
  })

  it('no two rules share a code', () => {
    expect(new Set(Object.values(REFUSAL_CODES)).size).toBe(RISK_RULES.length)
  })
})
