/** What the latest decisions said: the score of each asset now and before, and the exit plans of entries. */
import { type DecisionRecord, type Fact, isRemoval } from '../domain/fact.ts'

/** The latest decision with a score about one asset. */
export type LatestSignal = {
  accountId: string
  symbol: string
  strategy: string
  action: DecisionRecord['proposal']['action']
  confidence: number | null
  /** −1 to 1. */
  score: number
  /** At the decision before; `null`: this is the first of this process. */
  scoreBefore: number | null
}

/** Entries whose plan is remembered; the oldest are forgotten beyond it. */
const PLANS_MAX = 1_000

export class DecisionMemory {
  readonly #signals = new Map<string, Map<string, LatestSignal>>()
  readonly #plans = new Map<string, string>()

  note(fact: Fact): void {
    // Plans stay: what is open at the venue may be found again by an account that comes back.
    if (isRemoval(fact)) return void this.#signals.delete(fact.accountId)
    if (fact.type !== 'decision.recorded') return
    const { accountId, decision } = fact
    const { symbol, strategy, proposal, outcome, decisionId } = decision
    if (outcome === 'approved') this.#keepPlan(`${accountId} ${decisionId}`, proposal.exitPlan)
    const { action, confidence, score } = proposal
    if (score === null) return
    const signals = this.#signals.get(accountId) ?? new Map<string, LatestSignal>()
    this.#signals.set(accountId, signals)
    const scoreBefore = signals.get(symbol)?.score ?? null
    signals.set(symbol, { accountId, symbol, strategy, action, confidence, score, scoreBefore })
  }

  signals(accountIds: readonly string[]): LatestSignal[] {
    return accountIds.flatMap(id => [...(this.#signals.get(id)?.values() ?? [])])
  }

  /** `null`: this process has not seen its entry, or too many since. */
  exitPlan(accountId: string, decisionId: string): string | null {
    return this.#plans.get(`${accountId} ${decisionId}`) ?? null
  }

  #keepPlan(key: string, plan: string): void {
    const oldest = this.#plans.keys().next().value
    if (this.#plans.size >= PLANS_MAX && oldest !== undefined) this.#plans.delete(oldest)
    this.#plans.set(key, plan)
  }
}
