/** What a rule of the staircase is, and the few ways in which it can answer. */
import { type Decimal, type DecimalInput, dec, quantity, roundDownToStep } from '../units.ts'
import type { Draft, EntryPrices } from './draft.ts'
import type { RuleOutcome } from './verdict.ts'
import type { RiskView } from './view.ts'

/** A rule's answer, and what it settles for the rules after it. */
export type RuleAnswer = Omit<RuleOutcome, 'rule' | 'code'> & { change?: Partial<Draft> }

export type Rule = (draft: Draft, view: RiskView) => RuleAnswer

type Answer = (limit: string, actual: string) => RuleAnswer

export const pass: Answer = (limit, actual) => ({ outcome: 'pass', limit, actual, quantityMax: null })
export const cut: Answer = (limit, actual) => ({ outcome: 'cut', limit, actual, quantityMax: null })
export const refuse: Answer = (limit, actual) => ({ outcome: 'refuse', limit, actual, quantityMax: null })

/** Switched off, or nothing it applies to: `why` says which. */
export const off = (why = 'switched off'): RuleAnswer => ({
  outcome: 'off',
  limit: null,
  actual: why,
  quantityMax: null,
})

/** Could not be measured. Whatever is missing was refused by an earlier rule, or the rule says why it may be. */
export const skip = (missing: string): RuleAnswer => ({
  outcome: 'skip',
  limit: null,
  actual: `not measured: ${missing}`,
  quantityMax: null,
})

/** The plain comparison: passes while `holds`, refuses else. */
export const passIf = (holds: boolean, limit: string, actual: string): RuleAnswer =>
  holds ? pass(limit, actual) : refuse(limit, actual)

/** A rule that needs prices. */
export const priced =
  (rule: (prices: EntryPrices, draft: Draft, view: RiskView) => RuleAnswer): Rule =>
  (draft, view) =>
    draft.prices === null ? skip('no direction or no price') : rule(draft.prices, draft, view)

/** Lowers the draft to `most` units. Nothing is cut while nobody has asked for a size. */
export const capAt = (
  draft: Draft,
  view: RiskView,
  most: Decimal,
  limit: string,
  actual: string,
): RuleAnswer => {
  const lowers = draft.quantity === null || most.lt(draft.quantity)
  return {
    outcome: draft.quantity !== null && lowers ? 'cut' : 'pass',
    limit,
    actual,
    quantityMax: roundDownToStep(most, view.instrument.stepSize),
    change: lowers ? { quantity: most } : {},
  }
}

export type Budget = {
  /** What is left, in quote currency. */
  room: Decimal
  /** What one unit of quantity uses of it at the least favourable fill. */
  perUnit: Decimal
  limit: string
}

/** Fits the draft into a budget. A budget that is used up refuses; one that is too small cuts. */
export const fitBudget = (draft: Draft, view: RiskView, budget: Budget): RuleAnswer => {
  const wanted =
    draft.quantity === null
      ? 'as much as the rules allow'
      : `${text(draft.quantity.times(budget.perUnit))} for ${text(draft.quantity)} wanted`
  if (budget.room.lte(0)) return { ...refuse(budget.limit, wanted), quantityMax: quantity(0) }
  return capAt(draft, view, budget.room.div(budget.perUnit), budget.limit, wanted)
}

/** A number for people: eight decimals, never in exponent form. */
export const text = (value: DecimalInput): string => dec(value).toDecimalPlaces(8).toFixed()

/** A value somebody else wrote, for a record: as it is, but never long. */
export const shown = (value: string | number): string => String(value).slice(0, 40)
