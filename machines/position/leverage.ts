/** The entry on the leverage the venue has, where that is not the one it was sized for. */
import { type Refit, refit } from '../../domain/risk/refit.ts'
import type { LeverageAnswer, PositionContext } from './context.ts'
import type { Effects } from './effects.ts'

const refitTo = ({ plan, settings, ids }: PositionContext, actual: number | null): Refit | null =>
  plan === null || actual === null ? null : refit(plan.entry, actual, { ...settings, symbol: ids.symbol })

export const leverageFits = (context: PositionContext, { actual }: LeverageAnswer): boolean =>
  refitTo(context, actual)?.plan != null

export const refitEntry = (context: PositionContext, { actual, at }: LeverageAnswer): Effects => {
  const { plan } = context
  const entry = refitTo(context, actual)?.plan
  if (plan === null || entry == null) return {}
  return { patch: { plan: { ...plan, entry }, timing: { ...context.timing, at } } }
}

/** Why there is no entry: it does not fit the venue's leverage, or the venue has not said which it has. */
export const leverageReason = (context: PositionContext, answer: LeverageAnswer): string => {
  const refusal = refitTo(context, answer.actual)?.refusal
  return refusal == null ? answer.message : `${answer.message}: ${refusal}`
}
