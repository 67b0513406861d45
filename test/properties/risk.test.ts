/**
 * What holds for the risk staircase whatever is proposed:
 *
 * 1. Every cap holds at any fill between reference and worst price, and the stop stands before liquidation.
 * 2. Removing a rule never lowers the size.
 * 3. A stricter limit never allows more.
 * 4. Rounding never raises risk.
 * 5. The record lists every rule exactly once, in order.
 * 6. `assess` never throws, and an approved quantity is a positive multiple of the step.
 */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { liquidationPrice } from '../../domain/instrument.ts'
import { assess } from '../../domain/risk/assess.ts'
import { type EntryPlan, RISK_RULES } from '../../domain/risk/verdict.ts'
import type { RiskView } from '../../domain/risk/view.ts'
import type { RiskLimits } from '../../domain/settings.ts'
import type { Proposal } from '../../domain/strategy.ts'
import { type Decimal, dec, money, price, type Quantity } from '../../domain/units.ts'
import { proposalArbitrary, strangeProposalArbitrary, viewArbitrary } from './risk-arbitraries.ts'

const RUNS = { numRuns: 1_500 }

const sizeOf = (proposal: Proposal, view: RiskView): Decimal => {
  const verdict = assess(proposal, view)
  return dec(verdict.approved ? verdict.plan.quantity : 0)
}

/** Both ends of the range in which the entry may fill, and its middle. */
const fillsOf = (plan: EntryPlan): Decimal[] => {
  const reference = dec(plan.referencePrice)
  return [reference, reference.plus(plan.worstPrice).div(2), dec(plan.worstPrice)]
}

const stopAt = (plan: EntryPlan, fill: Decimal): Decimal | null => {
  if (plan.stop === null) return null
  if ('price' in plan.stop) return dec(plan.stop.price)
  const distance = fill.times(plan.stop.ratio)
  return plan.direction === 'long' ? fill.minus(distance) : fill.plus(distance)
}

/** Asserts every cap for one fill price. */
const expectCapsHold = (plan: EntryPlan, view: RiskView, fill: Decimal): void => {
  const { limits, equity, openRisk, reserved } = view
  const worth = fill.times(plan.quantity)
  const stop = stopAt(plan, fill)
  const loss = stop === null ? worth : stop.minus(fill).abs().times(plan.quantity)
  const margin = worth.div(plan.leverage)
  const holds = {
    position:
      limits.positionRatioMax === null ||
      (limits.positionBasis === 'margin' ? margin : worth).lte(dec(equity).times(limits.positionRatioMax)),
    risk: limits.riskPerTradeRatioMax === null || loss.lte(dec(equity).times(limits.riskPerTradeRatioMax)),
    heat:
      limits.heatRatioMax === null ||
      loss.plus(openRisk).plus(reserved.risk).lte(dec(equity).times(limits.heatRatioMax)),
    margin: margin.plus(worth.times(2 * view.takerFeeRatio)).lte(dec(view.marginFree).minus(reserved.margin)),
    reservations: loss.lte(plan.riskReserved) && margin.lte(plan.marginReserved),
    minimum: worth.gte(view.instrument.minNotional),
    leverage: plan.leverage >= 1 && plan.leverage <= Math.max(1, limits.leverageMax),
    side: stop === null || isBeyond(plan, view, fill, stop),
    liquidation: stop === null || standsBeforeLiquidation(plan, view, fill, stop),
  }
  expect(holds).toEqual(Object.fromEntries(Object.keys(holds).map(name => [name, true])))
}

/** At least a tick on the losing side, so that rounding the stop to a tick cannot carry it onto the fill. */
const isBeyond = (plan: EntryPlan, view: RiskView, fill: Decimal, stop: Decimal): boolean =>
  (plan.direction === 'long' ? fill.minus(stop) : stop.minus(fill)).gte(view.instrument.tickSize)

const standsBeforeLiquidation = (plan: EntryPlan, view: RiskView, fill: Decimal, stop: Decimal): boolean => {
  if (view.instrument.kind === 'spot') return true
  const margin = money(fill.times(plan.quantity).div(plan.leverage))
  const line = liquidationPrice(view.instrument, plan.direction, plan.quantity, price(fill), margin)
  return line === null || (plan.direction === 'long' ? stop.gt(line) : stop.lt(line))
}

it('1. every cap holds at any fill between reference and worst price', () => {
  let approvals = 0
  fc.assert(
    fc.property(proposalArbitrary, viewArbitrary, (proposal, view) => {
      const verdict = assess(proposal, view)
      if (!verdict.approved) return
      approvals += 1
      const { plan } = verdict
      for (const fill of fillsOf(plan)) expectCapsHold(plan, view, fill)
      const wanted = proposal.allocation
      expect(wanted === null || dec(plan.quantity).times(plan.referencePrice).lte(wanted)).toBe(true)
      const slippage = dec(plan.worstPrice).minus(plan.referencePrice)
      const allowed = dec(plan.referencePrice).times(view.limits.slippageRatioMax)
      expect((plan.direction === 'long' ? slippage : slippage.neg()).lte(allowed)).toBe(true)
    }),
    RUNS,
  )
  expect(approvals, 'the generated entries are mostly refused').toBeGreaterThan(RUNS.numRuns / 8)
})

/** The limits that can be switched off. A stop is no limit on size: without one, more counts as risk. */
const SWITCHES = [
  'positionRatioMax',
  'riskPerTradeRatioMax',
  'heatRatioMax',
  'positionsMax',
  'tradesPerDayMax',
  'dailyLossRatioMax',
  'drawdownTripRatio',
  'fundingRateMax',
] as const satisfies (keyof RiskLimits)[]

it('2. removing a rule never lowers the size', () => {
  fc.assert(
    fc.property(proposalArbitrary, viewArbitrary, (proposal, view) => {
      const size = sizeOf(proposal, view)
      for (const name of SWITCHES) {
        const limits = { ...view.limits, [name]: null }
        expect(sizeOf(proposal, { ...view, limits }).gte(size), `without ${name}`).toBe(true)
      }
      const relaxed: [string, Partial<RiskView>][] = [
        ['confidenceMin', { confidenceMin: null }],
        ['cooldownUntil', { cooldownUntil: null }],
        ['entriesStopped', { entriesStopped: null }],
        ['sizeFactor', { sizeFactor: 1 }],
      ]
      for (const [name, change] of relaxed) {
        expect(sizeOf(proposal, { ...view, ...change }).gte(size), `without ${name}`).toBe(true)
      }
      expect(sizeOf({ ...proposal, allocation: null }, view).gte(size), 'without allocation').toBe(true)
    }),
    RUNS,
  )
})

it('3. a stricter limit never allows more', () => {
  fc.assert(
    fc.property(
      proposalArbitrary,
      viewArbitrary,
      fc.constantFrom(...SWITCHES, 'priceAgeMsMax' as const),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (proposal, view, name, share) => {
        const size = sizeOf(proposal, view)
        const limits = { ...view.limits, [name]: (view.limits[name] ?? 1) * share }
        expect(sizeOf(proposal, { ...view, limits }).lte(size), name).toBe(true)
      },
    ),
    RUNS,
  )
})

it('3. a lower leverage limit never allows more where the venue has one margin tier', () => {
  fc.assert(
    fc.property(proposalArbitrary, viewArbitrary, fc.integer({ min: 1, max: 50 }), (proposal, view, most) => {
      const tier = view.instrument.marginTiers.slice(-1)
      const single = { ...view, instrument: { ...view.instrument, marginTiers: tier } }
      const leverageMax = Math.min(most, view.limits.leverageMax)
      const leverageMin = Math.min(leverageMax, view.limits.leverageMin)
      const limits = { ...view.limits, leverageMax, leverageMin }
      const wide = { ...single, limits: { ...view.limits, leverageMin } }
      expect(sizeOf(proposal, { ...single, limits }).lte(sizeOf(proposal, wide))).toBe(true)
    }),
    RUNS,
  )
})

it('4. rounding never raises risk', () => {
  fc.assert(
    fc.property(proposalArbitrary, viewArbitrary, (proposal, view) => {
      const verdict = assess(proposal, view)
      if (!verdict.approved) return
      const { plan, record } = verdict
      for (const { rule, quantityMax } of record) {
        expect(quantityMax === null || dec(plan.quantity).lte(quantityMax), rule).toBe(true)
      }
      if (plan.stop === null || !('price' in plan.stop)) return
      const asked = proposal.stop !== null && 'price' in proposal.stop ? dec(proposal.stop.price) : null
      const moved = asked === null ? dec(0) : dec(plan.stop.price).minus(asked)
      const isNearer = plan.direction === 'long' ? moved.gte(0) : moved.lte(0)
      expect(isNearer, 'the stop moved away from the entry').toBe(true)
      expect(dec(plan.stop.price).mod(view.instrument.tickSize).isZero(), 'the stop is off the tick').toBe(
        true,
      )
    }),
    RUNS,
  )
})

it('5. and 6. any proposal ends as a whole record and a plan in whole steps, or a refusal, never as an error', () => {
  fc.assert(
    fc.property(fc.oneof(strangeProposalArbitrary, proposalArbitrary), viewArbitrary, (proposal, view) => {
      const verdict = assess(proposal, view)
      expect(verdict.record.map(each => each.rule)).toEqual([...RISK_RULES])
      expect(verdict.record.some(each => each.outcome === 'refuse')).toBe(!verdict.approved)
      if (!verdict.approved) return
      const size: Quantity = verdict.plan.quantity
      expect(dec(size).gt(0)).toBe(true)
      expect(dec(size).mod(view.instrument.stepSize).isZero()).toBe(true)
      for (const fill of fillsOf(verdict.plan)) expectCapsHold(verdict.plan, view, fill)
    }),
    { numRuns: 3_000 },
  )
})
