/** An entry on another leverage than it was sized for is never larger than what was approved. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { liquidationPrice } from '../../domain/instrument.ts'
import { assess } from '../../domain/risk/assess.ts'
import { refit } from '../../domain/risk/refit.ts'
import { Decimal, dec, money, price } from '../../domain/units.ts'
import { givenProposal, givenView, LIMITS, planOf } from '../domain/risk/given.ts'
import { proposalArbitrary, viewArbitrary } from './risk-arbitraries.ts'

test('quantity, margin and loss at the stop stay within what was approved, and the stop before liquidation', () => {
  let fitted = 0
  fc.assert(
    fc.property(
      proposalArbitrary,
      viewArbitrary,
      fc.integer({ min: 1, max: 20 }),
      (proposal, view, leverage) => {
        const verdict = assess(proposal, view)
        if (!verdict.approved) return
        const { plan } = verdict
        const { plan: other } = refit(plan, leverage, view.instrument)
        if (other === null) return
        fitted += 1
        const [low, high] = [
          Decimal.min(plan.referencePrice, plan.worstPrice),
          Decimal.max(plan.referencePrice, plan.worstPrice, plan.bestPrice ?? 0),
        ]
        expect(dec(other.quantity).lte(plan.quantity)).toBe(true)
        const margin = dec(other.quantity).times(high).div(leverage)
        expect(margin.lte(plan.marginReserved)).toBe(true)
        expect(dec(other.quantity).mod(view.instrument.stepSize).isZero()).toBe(true)
        expect(dec(other.quantity).times(low).gte(view.instrument.minNotional)).toBe(true)
        if (plan.stop === null || !('price' in plan.stop) || view.instrument.kind === 'spot') return
        const adverse = plan.direction === 'long' ? plan.worstPrice : price(low)
        const carried = money(dec(adverse).times(other.quantity).div(leverage))
        const line = liquidationPrice(view.instrument, plan.direction, other.quantity, adverse, carried)
        if (line === null) return
        const stop = dec(plan.stop.price)
        expect(plan.direction === 'long' ? stop.gt(line) : stop.lt(line)).toBe(true)
      },
    ),
    { numRuns: 3_000 },
  )
  expect(fitted, 'entries that are never refitted prove nothing').toBeGreaterThan(200)
})

const given = (leverage: number) => {
  const view = givenView({
    limits: { leverageMax: 100, positionRatioMax: null, riskPerTradeRatioMax: null, heatRatioMax: null },
  })
  const plan = planOf(assess(givenProposal({ leverage: 4 }), view))
  return { plan, ...refitOf(refit(plan, leverage, view.instrument)) }
}
const refitOf = ({ plan, refusal }: ReturnType<typeof refit>) => ({ other: plan, refusal })

test('half the leverage carries half the size', () => {
  const { plan, other } = given(2)
  expect(LIMITS.leverageMax).toBeGreaterThanOrEqual(plan.leverage)
  expect(other).toMatchObject({ quantity: dec(plan.quantity).div(2).toFixed(), leverage: 2 })
})

test('more leverage keeps the size, unless liquidation would come before the stop', () => {
  const { plan, other } = given(10)
  expect(other?.quantity).toBe(plan.quantity)
  expect(given(20)).toMatchObject({ other: null, refusal: 'stop_beyond_liquidation' })
})
