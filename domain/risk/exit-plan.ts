/** The rule about the exit plan: what ends a position by itself must fit its side and be measurable. */
import { CONDITIONS_MAX, conditionProblem } from '../exit-plan/check.ts'
import { conditionText } from '../exit-plan/condition.ts'
import { off, pass, priced, type Rule, refuse } from './rule.ts'

const LIMIT = 'conditions that fit the side and can be measured'

export const exitPlan: Rule = priced((prices, { conditions, stop }, view) => {
  if (conditions.length === 0) return off('no conditions')
  if (conditions.length > CONDITIONS_MAX) {
    return refuse(`${CONDITIONS_MAX} conditions at most`, String(conditions.length))
  }
  const { direction, low, high } = prices
  const entry = { direction, low, high, hasStop: stop !== null, interval: view.interval }
  for (const condition of conditions) {
    const problem = conditionProblem(condition, entry)
    if (problem !== null) return refuse(LIMIT, problem)
  }
  return pass(LIMIT, conditions.map(conditionText).join('; '))
})
