/** Every rule alone: what it answers, row by row. Refusals in their order are in precedence.test.ts. */
import { describe, expect, it } from 'vitest'
import { assess } from '../../../domain/risk/assess.ts'
import type { RiskRule, RuleOutcome } from '../../../domain/risk/verdict.ts'
import type { Proposal } from '../../../domain/strategy.ts'
import { type Money, money, price, quantity } from '../../../domain/units.ts'
import { AT, givenProposal, givenView, outcomeOf, planOf, SPOT } from './given.ts'

type ViewChange = Parameters<typeof givenView>[0]
type Row = [
  name: string,
  rule: RiskRule,
  outcome: RuleOutcome['outcome'],
  asks: Partial<Proposal>,
  faces: ViewChange,
]

const short: Partial<Proposal> = { action: 'sell', stop: { price: price(105) } }

const ROWS: Row[] = [
  ['a short is an entry', 'entry_action', 'pass', short, {}],
  ['a close is no entry', 'entry_action', 'refuse', { action: 'close' }, {}],
  ['facts of another instrument judge nothing', 'asset_allowed', 'refuse', { symbol: 'ETH' }, {}],
  ['a perpetual may be sold short', 'spot_never_short', 'off', short, {}],
  ['spot may be bought', 'spot_never_short', 'pass', {}, { instrument: SPOT }],
  ['a cooldown has ended at its last instant', 'cooldown', 'pass', {}, { cooldownUntil: AT }],
  ['a cooldown holds until then', 'cooldown', 'refuse', {}, { cooldownUntil: AT + 1 }],
  ['no cooldown is set', 'cooldown', 'off', {}, {}],
  [
    'a price may be as old as the limit',
    'price_fresh',
    'pass',
    {},
    { mark: { price: price(100), at: AT - 5_000 } },
  ],
  ['an unknown price is refused', 'price_fresh', 'refuse', {}, { mark: null }],
  ['a price of zero is refused', 'price_fresh', 'refuse', {}, { mark: { price: price(0), at: AT } }],
  ['a missing stop is derived', 'stop_required', 'pass', { stop: null }, {}],
  ['a missing stop without ATR is refused', 'stop_required', 'refuse', { stop: null }, { atr: null }],
  ['a missing stop with an ATR of zero is refused', 'stop_required', 'refuse', { stop: null }, { atr: 0 }],
  ['a given stop needs no ATR', 'stop_required', 'pass', {}, { atr: null, limits: { stop: 'reject' } }],
  ['a stop at the entry is on no side', 'stop_side', 'refuse', { stop: { price: price(100) } }, {}],
  ['a stop at zero is no stop', 'stop_side', 'refuse', { stop: { price: price(0) } }, {}],
  [
    'a stop that rounds onto the entry is refused',
    'stop_side',
    'refuse',
    { stop: { price: price('99.995') } },
    {},
  ],
  ['a stop nearer than a tick is refused', 'stop_side', 'refuse', { stop: { ratio: 0.00009 } }, {}],
  ['a stop one tick away passes', 'stop_side', 'pass', { stop: { ratio: 0.0001 } }, {}],
  ['a stop at all of the price away is refused', 'stop_side', 'refuse', { stop: { ratio: 1 } }, {}],
  ['a stop of a negative distance is refused', 'stop_side', 'refuse', { stop: { ratio: -0.05 } }, {}],
  ['a short needs its stop above', 'stop_side', 'refuse', { action: 'sell' }, {}],
  [
    'a stop inside the slippage range is refused',
    'stop_side',
    'refuse',
    { action: 'buy', stop: { price: price('99.99') } },
    { mark: { price: price('99.985'), at: AT } },
  ],
  ['a stop as a distance passes', 'stop_side', 'pass', { stop: { ratio: 0.05 } }, {}],
  ['no target is fine', 'target_side', 'off', {}, {}],
  ['a target above a long passes', 'target_side', 'pass', { target: { price: price(110) } }, {}],
  ['a target at the entry is refused', 'target_side', 'refuse', { target: { price: price(100) } }, {}],
  ['a long may aim beyond twice its price', 'target_side', 'pass', { target: { ratio: 1.5 } }, {}],
  ['a short cannot', 'target_side', 'refuse', { ...short, target: { ratio: 1.5 } }, {}],
  ['an unreadable target is refused', 'target_side', 'refuse', { target: { ratio: Number.NaN } }, {}],
  ['an equal day is no loss', 'daily_loss', 'pass', {}, {}],
  ['a loss just above 5 % stops the day', 'daily_loss', 'refuse', {}, { equity: money('949.99') }],
  ['a loss of exactly 5 % stops the day', 'daily_loss', 'refuse', {}, { equity: money(950) }],
  ['a loss just below 5 % does not', 'daily_loss', 'pass', {}, { equity: money('950.01') }],
  [
    'a tripped day stays tripped when equity recovers',
    'daily_loss',
    'refuse',
    {},
    { dailyLossTripped: true },
  ],
  [
    'a switched off daily loss',
    'daily_loss',
    'off',
    {},
    { dailyLossTripped: true, limits: { dailyLossRatioMax: null } },
  ],
  ['a drawdown of exactly 25 % trips', 'drawdown', 'refuse', {}, { equity: money(750) }],
  ['a drawdown just below does not', 'drawdown', 'pass', {}, { equity: money('750.01') }],
  ['a tripped drawdown stays tripped', 'drawdown', 'refuse', {}, { drawdownTripped: true }],
  [
    'a switched off drawdown',
    'drawdown',
    'off',
    {},
    { drawdownTripped: true, limits: { drawdownTripRatio: null } },
  ],
  ['a third position passes', 'positions_open', 'pass', {}, { positionsOpen: 2 }],
  [
    'an entry in flight counts as a position',
    'positions_open',
    'refuse',
    {},
    { positionsOpen: 2, reserved: { margin: money(0), risk: money(0), positions: 1 } },
  ],
  [
    'positions without a limit',
    'positions_open',
    'off',
    {},
    { positionsOpen: 9, limits: { positionsMax: null } },
  ],
  ['a twentieth trade passes', 'trades_per_day', 'pass', {}, { tradesToday: 19 }],
  ['a twenty-first is refused', 'trades_per_day', 'refuse', {}, { tradesToday: 20 }],
  [
    'trades without a limit',
    'trades_per_day',
    'off',
    {},
    { tradesToday: 99, limits: { tradesPerDayMax: null } },
  ],
  ['funding at the limit passes', 'funding', 'pass', {}, { fundingRate: 0.001 }],
  ['funding in favour of a long passes', 'funding', 'pass', {}, { fundingRate: -0.01 }],
  ['negative funding is against a short', 'funding', 'refuse', short, { fundingRate: -0.0011 }],
  ['unknown funding is said to be unknown', 'funding', 'skip', {}, { fundingRate: null }],
  ['funding without a limit', 'funding', 'off', {}, { fundingRate: 1, limits: { fundingRateMax: null } }],
  ['spot has no funding', 'funding', 'off', {}, { instrument: SPOT, fundingRate: 1 }],
  ['confidence at the minimum passes', 'confidence', 'pass', { confidence: 70 }, { confidenceMin: 70 }],
  [
    'confidence that is no number is refused',
    'confidence',
    'refuse',
    { confidence: Number.NaN },
    { confidenceMin: 70 },
  ],
  ['a strategy without confidence is not asked', 'confidence', 'off', {}, { confidenceMin: 70 }],
  ['an allocation of zero is refused', 'allocation', 'refuse', { allocation: money(0) }, {}],
  [
    'an allocation that is no number is refused',
    'allocation',
    'refuse',
    { allocation: 'all in' as Money },
    {},
  ],
  ['no equity leaves no position', 'position_cap', 'refuse', {}, { equity: money(0) }],
  ['a risk inside its limit passes', 'risk_per_trade', 'pass', { allocation: money(100) }, {}],
  ['used up heat refuses', 'heat', 'refuse', {}, { openRisk: money('60.01') }],
  ['too little free margin cuts', 'free_margin', 'cut', {}, { marginFree: money(10) }],
  ['enough free margin passes', 'free_margin', 'pass', {}, {}],
  ['a factor of one changes nothing', 'size_factor', 'pass', {}, {}],
  ['a quantity on the step passes', 'step_size', 'pass', {}, {}],
  ['a quantity between steps is cut', 'step_size', 'cut', { allocation: money('100.05') }, {}],
  ['a notional at the minimum passes', 'minimum_notional', 'pass', { allocation: money(5) }, {}],
  ['a notional below is never rounded up', 'minimum_notional', 'refuse', { allocation: money('4.9') }, {}],
]

describe('each rule', () => {
  it.each(ROWS)('%s (%s: %s)', (_name, rule, outcome, asks, faces) => {
    expect(outcomeOf(assess(givenProposal(asks), givenView(faces)), rule).outcome).toBe(outcome)
  })
})

it('the minimum notional holds at the lowest price the entry may fill at', () => {
  const view = givenView({ limits: { slippageRatioMax: 0.01 } })
  const worth = (allocation: number) =>
    outcomeOf(assess(givenProposal({ ...short, allocation: money(allocation) }), view), 'minimum_notional')
  expect(worth(5)).toMatchObject({ outcome: 'refuse', limit: 'at least 5', actual: '4.95' })
  expect(worth(5.1).outcome).toBe('pass')
})

describe('stops and targets in the plan', () => {
  it('a derived stop stands 1.5 ATR from the reference price', () => {
    expect(planOf(assess(givenProposal({ stop: null }), givenView())).stop).toEqual({ price: '97' })
    expect(planOf(assess(givenProposal({ ...short, stop: null }), givenView())).stop).toEqual({
      price: '103',
    })
  })

  it('a stop is rounded toward the entry, so that the loss never grows', () => {
    const stop = { price: price('95.004') }
    expect(planOf(assess(givenProposal({ stop }), givenView())).stop).toEqual({ price: '95.01' })
    const above = { price: price('104.996') }
    expect(planOf(assess(givenProposal({ ...short, stop: above }), givenView())).stop).toEqual({
      price: '104.99',
    })
  })

  it('a target is rounded toward the entry', () => {
    const plan = planOf(assess(givenProposal({ target: { price: price('110.009') } }), givenView()))
    expect(plan.target).toEqual({ price: '110' })
  })

  it('a stop as a distance is kept as it is, and its risk counted from the highest fill', () => {
    const view = givenView({ limits: { slippageRatioMax: 0.01, positionRatioMax: null } })
    const plan = planOf(assess(givenProposal({ stop: { ratio: 0.05 } }), view))
    expect(plan).toMatchObject({ stop: { ratio: 0.05 }, quantity: '3.96' })
  })
})

it('a coarse step rounds the size down and refuses what is below one step', () => {
  const instrument = { stepSize: quantity(1) }
  const proposal = givenProposal({ allocation: money(199) })
  expect(planOf(assess(proposal, givenView({ instrument }))).quantity).toBe('1')
  const verdict = assess(givenProposal({ allocation: money(99) }), givenView({ instrument }))
  expect(verdict).toMatchObject({
    refusal: { code: 'quantity_below_step', limit: 'a step of 1', actual: '0.99' },
  })
})
