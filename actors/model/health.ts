/**
 * Whether a model is worth asking, by how its last calls went. After failures in a row it is left alone for a while, in
 * market time, so that the same run pauses at the same questions; some failures switch it off until a person has acted.
 */
import type { Fact } from '../../domain/fact.ts'
import { DISABLING, type ModelFailure } from '../../domain/model/port.ts'
import type { Withheld } from '../../domain/strategy.ts'

/** Failures in a row after which it is left alone. */
export const FAILURES_MAX = 3
const PAUSE_MS = 60_000
const PAUSE_MS_MAX = 15 * PAUSE_MS

type State = { failures: number; lastAt: number; off: ModelFailure | null }

/** 1, 2, 4 and 8 minutes, then 15: each further failure waits for the next. */
const pauseMs = (failures: number): number =>
  Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (failures - FAILURES_MAX))

/** By account, since the key is the account's, and by the name that was asked for, so that a new name starts anew. */
const keyOf = (accountId: string, model: string): string => JSON.stringify([accountId, model])

export class Health {
  readonly #states = new Map<string, State>()

  note(fact: Fact): void {
    if (fact.type !== 'model.called') return
    const { reply, request } = fact.call
    const key = keyOf(fact.accountId, request.model)
    const before = this.#states.get(key) ?? { failures: 0, lastAt: 0, off: null }
    if (reply.ok) {
      this.#states.set(key, { ...before, failures: 0 })
      return
    }
    // A question that is not on a cassette was never asked.
    if (reply.failure === 'not_recorded') return
    const off = DISABLING.has(reply.failure) ? reply.failure : before.off
    this.#states.set(key, { failures: before.failures + 1, lastAt: fact.at, off })
  }

  /** Why the model is not to be asked at `at`; `null` when it may be. */
  problemOf(accountId: string, model: string, at: number): Withheld | null {
    const state = this.#states.get(keyOf(accountId, model))
    if (state === undefined) return null
    if (state.off !== null) return { code: 'model_off', limit: null, actual: `${model}: ${state.off}` }
    if (state.failures < FAILURES_MAX) return null
    const until = state.lastAt + pauseMs(state.failures)
    if (at >= until) return null
    const actual = `${model}: ${state.failures} failures in a row`
    return { code: 'model_paused', limit: `until ${new Date(until).toISOString()}`, actual }
  }
}
