/** Whether something is still to come of a decision by hand that has no order yet. */
import type { DecisionRecord } from '../domain/fact.ts'
import { positionSlot } from '../machines/account/setup.ts'
import type { PositionContext } from '../machines/position/context.ts'
import { topState } from './state-text.ts'
import type { System } from './system.ts'

/**
 * An entry is under way while its position prepares it: an order that is sent has been written down before. A close is,
 * while its position is asked to close.
 */
export const isUnderWay = (
  desk: System['desk'],
  accountId: string,
  { symbol, outcome, decisionId }: DecisionRecord,
): boolean => {
  if (!desk.accountIds().includes(accountId)) return false
  const child = desk.actor(accountId).getSnapshot().children[positionSlot(symbol)]
  if (child === undefined) return false
  const { value, context } = child.getSnapshot() as { value: unknown; context: PositionContext }
  const state = topState(value)
  return outcome === 'approved'
    ? state === 'ordering' && context.plan?.decisionId === decisionId
    : outcome === 'closing' && (state === 'closing' || context.exit.asked)
}
