/**
 * How often signals were right: whether the price at the next decision on the asset had moved their way. The measure of
 * domain/performance/signal-quality.ts with a horizon of one decision, counted as it happens.
 */
import type { Fact } from '../../domain/fact.ts'
import { dec, type Price } from '../../domain/units.ts'
import type { Metric, Registry } from './metrics.ts'

type Signal = { action: 'buy' | 'sell'; price: Price }

export class SignalMetrics {
  readonly #judged: Metric
  readonly #nameOf: (accountId: string) => string | null
  /** By account and asset: as many as are traded. */
  readonly #open = new Map<string, Signal>()

  constructor(registry: Registry, nameOf: (accountId: string) => string | null = () => null) {
    this.#nameOf = nameOf
    this.#judged = registry.counter(
      'latch_signals_judged_total',
      'Buys and sells that were proposed, by whether the price at the next decision had moved their way.',
    )
  }

  note(fact: Fact): void {
    if (fact.type !== 'decision.recorded') return
    const { symbol, price, proposal } = fact.decision
    // What a person ordered is no word of the strategy.
    if (price === null || proposal.manual !== undefined) return
    const key = `${fact.accountId} ${symbol}`
    const before = this.#open.get(key)
    if (before !== undefined) this.#judge(fact.accountId, before, price)
    const { action } = proposal
    if (action === 'buy' || action === 'sell') this.#open.set(key, { action, price })
    else this.#open.delete(key)
  }

  #judge(accountId: string, { action, price: from }: Signal, to: Price): void {
    const move = dec(to)
      .minus(from)
      .times(action === 'buy' ? 1 : -1)
    const model = this.#nameOf(accountId)
    this.#judged.add({
      account_id: accountId,
      ...(model === null ? {} : { model }),
      outcome: move.gt(0) ? 'hit' : 'miss',
    })
  }
}
