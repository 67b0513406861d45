/** When the state that an account or a position moved to ends by itself. */
import type { Fact } from '../../domain/fact.ts'

/** The deadline of every other state of an account is its next comparison with the venue, which ends nothing. */
const TIMED: readonly string[] = ['cooldown', 'degraded']

/** Epoch ms; `null`: something else ends it. */
export const moveEnd = (fact: Extract<Fact, { type: 'account.moved' | 'position.moved' }>): number | null =>
  fact.type === 'account.moved' && !TIMED.includes(fact.to) ? null : fact.until
