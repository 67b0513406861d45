/**
 * When a state ends by itself. An actor's deadline (`timing.until`) is when it has to be looked at again, which for an
 * account is the next comparison with its venue in almost every state.
 */
import type { AccountContext } from '../machines/account/context.ts'
import { haltWords } from '../machines/account/update.ts'
import { deadlineOf } from './deadlines.ts'
import { topState } from './state-text.ts'

/** `null`: something else ends it. */
export const accountEnd = (
  top: string,
  { control, timing }: Pick<AccountContext, 'control' | 'timing'>,
): number | null => {
  if (top === 'cooldown') return control.cooldownUntil
  return top === 'degraded' ? timing.until : null
}

export const stateEnd = (kind: string, value: unknown, context: unknown): number | null =>
  kind === 'account' ? accountEnd(topState(value), context as AccountContext) : deadlineOf(context)

/** What the journal keeps with a step: the deadline, of a cooldown its own end, and why a person has halted the account. */
export const movedWith = (
  kind: string,
  { value, context }: { value: unknown; context: unknown },
): { until: number | null; reason: string | null } => {
  const top = topState(value)
  if (kind !== 'account') return { until: deadlineOf(context), reason: null }
  const { control, timing } = context as AccountContext
  return {
    until: top === 'cooldown' ? control.cooldownUntil : timing.until,
    reason: top === 'halted' ? haltWords(control) : null,
  }
}
