/** Watches for what becomes of one order by hand: its decision, then the first word of the venue about its order. */
import type { DecisionRecord, Fact } from '../domain/fact.ts'
import { manualDecisionId } from '../domain/manual-order.ts'
import type { OrderWish } from './hand-orders.ts'
import { Patience } from './patience.ts'
import type { System } from './system.ts'

type Watched = Pick<OrderWish, 'accountId' | 'symbol' | 'requestId'>

export class HandWatch {
  readonly #system: Pick<System, 'desk' | 'journal'>
  readonly #watched: Watched
  readonly #ends: (() => void)[]
  readonly #intents = new Set<string>()
  #decision: DecisionRecord | null = null
  /** The account has left its cycle without a word. */
  #isLost = false
  #isOrdered = false
  readonly #patience = new Patience()

  /** Must be made before the order is given, so that nothing is missed. */
  constructor(system: Pick<System, 'desk' | 'journal'>, watched: Watched) {
    this.#system = system
    this.#watched = watched
    this.#ends = [
      system.journal.subscribe(fact => this.#hear(fact)),
      system.desk.onTransition((accountId, actorId) => {
        // What a step reports comes right after it.
        if (accountId === watched.accountId && actorId === accountId) queueMicrotask(() => this.#look())
      }),
    ]
  }

  get decision(): DecisionRecord | null {
    return this.#decision
  }

  /** Resolves with the decision, or when there will be none, or when the limit has passed. */
  decided(limitMs: number): Promise<boolean> {
    return this.#patience.until(() => this.#decision !== null || this.#isLost, limitMs)
  }

  /** Resolves when the venue has said something of its order, when there is none, or when the limit has passed. */
  ordered(limitMs: number): Promise<boolean> {
    return this.#patience.until(() => this.#isOrdered, limitMs)
  }

  end(): void {
    for (const end of this.#ends.splice(0)) end()
  }

  #hear(fact: Fact): void {
    const { accountId, symbol, requestId } = this.#watched
    if (fact.accountId !== accountId) return
    if (fact.type === 'decision.recorded') {
      if (fact.decision.decisionId !== manualDecisionId(accountId, requestId)) return
      this.#decision = fact.decision
      this.#isOrdered = !['approved', 'closing'].includes(fact.decision.outcome)
    } else if (fact.type === 'intent.recorded') {
      const leg = this.#decision?.outcome === 'closing' ? 'exit' : 'entry'
      if (fact.request.symbol === symbol && fact.leg === leg) this.#intents.add(fact.request.clientOrderId)
    } else if (fact.type === 'order.updated') {
      if (this.#intents.has(fact.order.clientOrderId)) this.#isOrdered = true
    } else if (fact.type === 'position.moved') {
      // Back without an order: the entry was given up on its way.
      if (fact.symbol === symbol && fact.to === 'idle' && this.#decision !== null) this.#isOrdered = true
    } else if (fact.type === 'account.failed') {
      this.#isLost = true
    }
    this.#patience.wake()
  }

  #look(): void {
    const { desk } = this.#system
    const { accountId } = this.#watched
    const isThere = desk.accountIds().includes(accountId)
    const given = isThere ? desk.actor(accountId).getSnapshot().context.cycle.given : null
    if (given == null) this.#isLost = true
    this.#patience.wake()
  }
}
