/** Leverage inside its bounds, and low enough that the stop fires before liquidation. */
import { describe, expect, it } from 'vitest'
import { assess } from '../../../domain/risk/assess.ts'
import { money, price } from '../../../domain/units.ts'
import { BTC, givenProposal, givenView, LIMITS, outcomeOf, planOf, SPOT } from './given.ts'

describe('leverage', () => {
  const ARENA = { leverageMin: 3, leverageDefault: 3, leverageMax: 10 }
  it.each([
    [10, LIMITS, 5],
    [1, LIMITS, 1],
    [null, LIMITS, 2],
    [2.9, LIMITS, 2],
    [1, ARENA, 3],
    [5, ARENA, 5],
    [20, ARENA, 10],
    [60, { leverageMin: 1, leverageDefault: 1, leverageMax: 100 }, 50],
  ])('%s asked becomes what the bounds allow', (asked, limits, expected) => {
    const stop = { price: price(99) }
    const verdict = assess(givenProposal({ leverage: asked, stop }), givenView({ limits }))
    expect(planOf(verdict).leverage).toBe(expected)
    const isKept = asked === null || asked === expected
    expect(outcomeOf(verdict, 'leverage').outcome).toBe(isKept ? 'pass' : 'cut')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -3])('%s is refused, not guessed', asked => {
    const verdict = assess(givenProposal({ leverage: asked }), givenView())
    expect(outcomeOf(verdict, 'leverage')).toMatchObject({ outcome: 'refuse', code: 'leverage_invalid' })
  })

  it('is 1 on spot whatever is asked, and nothing there is liquidated', () => {
    const verdict = assess(givenProposal({ leverage: 5 }), givenView({ instrument: SPOT }))
    expect(planOf(verdict).leverage).toBe(1)
    expect(outcomeOf(verdict, 'leverage').outcome).toBe('cut')
    expect(outcomeOf(verdict, 'stop_before_liquidation').outcome).toBe('off')
  })

  it('above what the venue gives to a large position caps the notional', () => {
    const view = givenView({
      equity: money(1_000_000),
      marginFree: money(1_000_000),
      peakEquity: money(1_000_000),
      dayStartEquity: money(1_000_000),
      limits: { leverageMax: 30, riskPerTradeRatioMax: null, heatRatioMax: null },
    })
    const asked = { allocation: money(200_000), stop: { price: price(99) } }
    expect(planOf(assess(givenProposal({ ...asked, leverage: 20 }), view)).quantity).toBe('2000')
    const capped = assess(givenProposal({ ...asked, leverage: 30 }), view)
    expect(planOf(capped)).toMatchObject({ quantity: '500', leverage: 30 })
    expect(outcomeOf(capped, 'leverage')).toMatchObject({ outcome: 'cut', quantityMax: '500' })
  })
})

describe('a stop before liquidation', () => {
  const limits = { leverageMin: 1, leverageDefault: 2, leverageMax: 20 }

  it('lowers the leverage until the stop stands half a percent before liquidation', () => {
    const verdict = assess(givenProposal({ leverage: 20, stop: { price: price(85) } }), givenView({ limits }))
    // At 7 liquidation is at 86.06, at 6 at 83.67: 85 is more than 0.5 above only the second.
    expect(planOf(verdict).leverage).toBe(6)
    expect(outcomeOf(verdict, 'stop_before_liquidation').outcome).toBe('cut')
  })

  it('holds for a short on the other side', () => {
    const stop = { price: price(115) }
    const verdict = assess(givenProposal({ action: 'sell', leverage: 20, stop }), givenView({ limits }))
    expect(planOf(verdict).leverage).toBe(6)
  })

  it('keeps the leverage when the stop is near enough', () => {
    const verdict = assess(givenProposal({ leverage: 10 }), givenView({ limits }))
    expect(planOf(verdict).leverage).toBe(10)
    expect(outcomeOf(verdict, 'stop_before_liquidation').outcome).toBe('pass')
  })

  it('is refused when even the lowest leverage is liquidated first', () => {
    const verdict = assess(
      givenProposal({ leverage: 20, stop: { price: price(70) } }),
      givenView({ limits: { ...limits, leverageMin: 4 } }),
    )
    expect(verdict).toMatchObject({ approved: false, refusal: { code: 'stop_beyond_liquidation' } })
  })

  it('caps the notional where the next tier would be liquidated first', () => {
    const rich = money(10_000_000)
    const view = givenView({
      limits: { ...limits, positionRatioMax: null, riskPerTradeRatioMax: null, heatRatioMax: null },
      instrument: { marginTiers: BTC.marginTiers.map(tier => ({ ...tier, leverageMax: 50 })) },
      equity: rich,
      marginFree: rich,
      peakEquity: rich,
      dayStartEquity: rich,
    })
    // At 10 liquidation is at 90.36 in the first tier and at 90.91 in the second.
    const proposal = givenProposal({ allocation: money(200_000), leverage: 10, stop: { price: price(91) } })
    const verdict = assess(proposal, view)
    expect(planOf(verdict)).toMatchObject({ quantity: '500', leverage: 10 })
    expect(outcomeOf(verdict, 'stop_before_liquidation').outcome).toBe('cut')
  })
})
