/**
 * The simulator (seed 95): a short with a stop at a ratio was sized at the mark. Filled better than the mark, within its
 * price band, it risked more than the limit, for its stop moved with the fill.
 */
import { expect, test } from 'vitest'
import { assess } from '../../domain/risk/assess.ts'
import { dec } from '../../domain/units.ts'
import { givenProposal, givenView, planOf } from '../domain/risk/given.ts'

test('the loss at a ratio stop stays within the limit at the best fill of a short', () => {
  const proposal = givenProposal({ action: 'sell', allocation: null, stop: { ratio: 0.05 }, target: null })
  const limits = { positionRatioMax: null, slippageRatioMax: 0.01, riskPerTradeRatioMax: 0.02 }
  const plan = planOf(assess(proposal, givenView({ limits })))
  const best = dec(plan.bestPrice ?? 0)
  expect(best.gt(100)).toBe(true)
  expect(best.times(0.05).times(plan.quantity).lte(20)).toBe(true)
})
