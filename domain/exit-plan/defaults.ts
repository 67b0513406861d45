/** The account's own trailing stop and break-even, for entries whose plan says nothing of it. */
import type { StrategySettings } from '../settings.ts'
import type { ExitCondition } from './condition.ts'

export const withDefaults = (
  conditions: readonly ExitCondition[],
  { trailing, breakEven }: Pick<StrategySettings, 'trailing' | 'breakEven'>,
): ExitCondition[] => {
  const lacks = (kind: ExitCondition['kind']): boolean => !conditions.some(each => each.kind === kind)
  const all = [...conditions]
  if (breakEven !== null && lacks('break_even')) all.push({ kind: 'break_even', ...breakEven })
  if (trailing !== null && lacks('trailing')) all.push({ kind: 'trailing', ...trailing })
  return all
}
