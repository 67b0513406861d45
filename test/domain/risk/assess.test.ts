/** The examples of the requirements, and what an approved plan and a refusal contain. */
import { describe, expect, it } from 'vitest'
import { assess } from '../../../domain/risk/assess.ts'
import { RISK_RULES } from '../../../domain/risk/verdict.ts'
import { type Money, money, price } from '../../../domain/units.ts'
import { codeOf, givenProposal, givenView, NO_CAPS, outcomeOf, planOf } from './given.ts'

describe('the size is the smallest of all caps', () => {
  it('equity 1000, entry 100, stop 95, allocation 500: 4 by risk, 5 by allocation, 2 by the 20 % cap, result 2', () => {
    const verdict = assess(givenProposal(), givenView())
    expect(outcomeOf(verdict, 'risk_per_trade').quantityMax).toBe('4')
    expect(outcomeOf(verdict, 'allocation').quantityMax).toBe('5')
    expect(outcomeOf(verdict, 'position_cap')).toMatchObject({ outcome: 'cut', quantityMax: '2' })
    expect(planOf(verdict).quantity).toBe('2')
  })

  it('without the 20 % cap the same entry is cut to the 4 units that risk 2 %', () => {
    const verdict = assess(givenProposal(), givenView({ limits: { positionRatioMax: null } }))
    expect(outcomeOf(verdict, 'position_cap').outcome).toBe('off')
    expect(outcomeOf(verdict, 'risk_per_trade').outcome).toBe('cut')
    expect(planOf(verdict)).toMatchObject({ quantity: '4', riskReserved: '20' })
  })

  it('open risks of 2 + 2 + 1.5 % cut a 2 % trade to 0.5 %', () => {
    const limits = { positionRatioMax: null }
    const plan = planOf(assess(givenProposal(), givenView({ limits, openRisk: money(55) })))
    expect(plan).toMatchObject({ quantity: '1', riskReserved: '5' })
  })

  it('risk of orders in flight uses up heat like open risk', () => {
    const reserved = { margin: money(0), risk: money(15), positions: 1 }
    const verdict = assess(
      givenProposal(),
      givenView({ limits: { positionRatioMax: null }, openRisk: money(40), reserved }),
    )
    expect(planOf(verdict).riskReserved).toBe('5')
    expect(outcomeOf(verdict, 'heat').limit).toBe('5 left of 60, 6.00 % of equity 1000, 55 open or in flight')
  })

  it('the 20 % cap read as margin allows leverage times as much notional', () => {
    const limits = { positionBasis: 'margin' as const, riskPerTradeRatioMax: null, heatRatioMax: null }
    const proposal = givenProposal({ allocation: null, leverage: 5 })
    expect(planOf(assess(proposal, givenView({ limits }))).quantity).toBe('10')
  })

  it('an allocation of null asks for as much as the rules allow, and no rule has cut anything', () => {
    const verdict = assess(givenProposal({ allocation: null }), givenView())
    expect(planOf(verdict).quantity).toBe('2')
    expect(verdict.record.filter(each => each.outcome === 'cut')).toEqual([])
  })

  it('entries in flight leave only the rest of the free margin', () => {
    const reserved = { margin: money(900), risk: money(0), positions: 1 }
    const verdict = assess(givenProposal(), givenView({ limits: NO_CAPS, reserved }))
    expect(planOf(verdict)).toMatchObject({ quantity: '2', marginReserved: '100' })
  })

  it('free margin leaves room for the fees of entry and exit', () => {
    const view = givenView({ limits: NO_CAPS, marginFree: money(100), takerFeeRatio: 0.0005 })
    const plan = planOf(assess(givenProposal({ allocation: null, leverage: 1 }), view))
    expect(plan.quantity).toBe('0.999')
    expect(Number(plan.marginReserved)).toBeCloseTo(0.999 * 100 * 1.001, 10)
  })
})

describe('size factors', () => {
  it('scale the result, not the request', () => {
    expect(planOf(assess(givenProposal({ sizeFactor: 0.5 }), givenView())).quantity).toBe('1')
  })

  it('of strategy and account multiply', () => {
    const verdict = assess(givenProposal({ sizeFactor: 0.5 }), givenView({ sizeFactor: 0.5 }))
    expect(planOf(verdict).quantity).toBe('0.5')
    expect(outcomeOf(verdict, 'size_factor')).toMatchObject({ outcome: 'cut', quantityMax: '0.5' })
  })

  it('above one never make an entry larger', () => {
    const verdict = assess(givenProposal({ sizeFactor: 10 }), givenView({ sizeFactor: 10 }))
    expect(planOf(verdict).quantity).toBe('2')
  })

  it('above one do not undo the smaller one of the other side', () => {
    const verdict = assess(givenProposal({ sizeFactor: 10 }), givenView({ sizeFactor: 0.5 }))
    expect(planOf(verdict).quantity).toBe('1')
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('of %s give no order', sizeFactor => {
    expect(codeOf(assess(givenProposal({ sizeFactor }), givenView()))).toBe('size_factor_zero')
  })
})

describe('the worst price', () => {
  it('moves the mark against a buy and is rounded down, never beyond the allowed slippage', () => {
    const view = givenView({ limits: { slippageRatioMax: 0.00117 } })
    expect(planOf(assess(givenProposal(), view))).toMatchObject({
      referencePrice: '100',
      worstPrice: '100.11',
    })
  })

  it('moves the mark against a sell and is rounded up', () => {
    const view = givenView({ limits: { slippageRatioMax: 0.00117 } })
    const proposal = givenProposal({ action: 'sell', stop: { price: price(105) } })
    expect(planOf(assess(proposal, view)).worstPrice).toBe('99.89')
  })

  it('of a long carries its notional and risk, so that the 20 % cap holds after a jump of the price', () => {
    const view = givenView({ limits: { slippageRatioMax: 0.01 } })
    const plan = planOf(assess(givenProposal(), view))
    expect(plan.quantity).toBe('1.98')
    expect(plan.riskReserved).toBe('11.88')
  })

  it('of a short carries its risk, the best price its notional', () => {
    const view = givenView({ limits: { slippageRatioMax: 0.01 } })
    const plan = planOf(assess(givenProposal({ action: 'sell', stop: { price: price(105) } }), view))
    expect(plan).toMatchObject({
      direction: 'short',
      quantity: '1.98',
      bestPrice: '101',
      worstPrice: '99',
      riskReserved: '11.88',
    })
  })
})

describe('the record', () => {
  it('lists every rule once, in order, also after a refusal', () => {
    const approved = assess(givenProposal(), givenView())
    const refused = assess(givenProposal({ action: 'close' }), givenView({ mark: null }))
    expect(approved.record.map(each => each.rule)).toEqual([...RISK_RULES])
    expect(refused.record.map(each => each.rule)).toEqual([...RISK_RULES])
  })

  it('judges what it can after a refusal and says what it could not measure', () => {
    const verdict = assess(givenProposal(), givenView({ mark: null, positionsOpen: 3 }))
    expect(codeOf(verdict)).toBe('price_stale')
    expect(outcomeOf(verdict, 'positions_open')).toMatchObject({
      outcome: 'refuse',
      limit: '3 positions',
      actual: '3 open or in flight',
    })
    expect(outcomeOf(verdict, 'position_cap')).toMatchObject({
      outcome: 'skip',
      actual: 'not measured: no direction or no price',
    })
  })

  it('gives limit and actual of the winning refusal', () => {
    const verdict = assess(givenProposal({ stop: { price: price(105) } }), givenView())
    expect(verdict).toMatchObject({
      approved: false,
      refusal: { code: 'stop_on_wrong_side', limit: 'above 0, a tick or more below 100', actual: '105' },
    })
  })

  it('cuts a value that is too long to show', () => {
    const verdict = assess(givenProposal({ allocation: 'x'.repeat(1_000) as Money }), givenView())
    expect(outcomeOf(verdict, 'allocation').actual).toHaveLength(40)
  })
})

describe('stops that are switched off', () => {
  it('put the whole notional at risk', () => {
    const verdict = assess(givenProposal({ stop: null }), givenView({ limits: { stop: 'off' } }))
    expect(outcomeOf(verdict, 'stop_required').outcome).toBe('off')
    expect(planOf(verdict)).toMatchObject({ stop: null, quantity: '0.2', riskReserved: '20' })
  })

  it('leave the size to the other caps when risk per trade and heat are off too', () => {
    const limits = { stop: 'off' as const, riskPerTradeRatioMax: null, heatRatioMax: null }
    expect(planOf(assess(givenProposal({ stop: null }), givenView({ limits }))).quantity).toBe('2')
  })
})
