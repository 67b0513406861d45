/** Metrics of what was expected of entries against what came of them, and of what scores say. */
import type { ClosedTrade, DecisionRecord, Fact } from '../../domain/fact.ts'
import { type Predicting, predictedOf, predictingOf, roiOf } from '../../domain/performance/predictions.ts'
import type { Registry } from './metrics.ts'

/** Entries whose trade is still open; the oldest are forgotten beyond it. */
const OPEN_MAX = 10_000

const metricsOf = (registry: Registry) => ({
  predictions: registry.counter(
    'latch_predictions_total',
    'Closed trades whose entry predicted a return, by whether its sign was right.',
  ),
  roi: registry.gauge(
    'latch_prediction_roi_percent',
    'Predicted and actual return of the last closed trade that had a prediction, of the entry.',
  ),
  score: registry.gauge('latch_signal_score', 'Score of the latest decision on an asset, -1 to 1.'),
})

export class PredictionMetrics {
  readonly #metrics: ReturnType<typeof metricsOf>
  readonly #nameOf: (accountId: string) => string | null
  /** By account and decision. */
  readonly #open = new Map<string, Predicting>()

  /** `nameOf`: the model an account asks, or its strategy; `null`: not known. */
  constructor(registry: Registry, nameOf: (accountId: string) => string | null = () => null) {
    this.#metrics = metricsOf(registry)
    this.#nameOf = nameOf
  }

  note(fact: Fact): void {
    if (fact.type === 'decision.recorded') this.#decided(fact.accountId, fact.decision)
    else if (fact.type === 'trade.closed') this.#closed(fact.accountId, fact.trade)
  }

  #decided(accountId: string, decision: DecisionRecord): void {
    const { decisionId, symbol, outcome, proposal } = decision
    const { action, score } = proposal
    if (score !== null) this.#metrics.score.set(score, { account_id: accountId, asset: symbol })
    if (outcome !== 'approved' || (action !== 'buy' && action !== 'sell')) return
    const oldest = this.#open.keys().next().value
    if (this.#open.size >= OPEN_MAX && oldest !== undefined) this.#open.delete(oldest)
    this.#open.set(`${accountId} ${decisionId}`, predictingOf(decision))
  }

  #closed(accountId: string, trade: ClosedTrade): void {
    const key = `${accountId} ${trade.decisionId}`
    const decision = this.#open.get(key)
    if (decision === undefined) return
    this.#open.delete(key)
    const { percent: predicted } = predictedOf(decision, trade)
    const actual = roiOf(trade)?.toNumber()
    if (predicted === null || actual === undefined) return
    const model = this.#nameOf(accountId)
    const account = { account_id: accountId, ...(model === null ? {} : { model }) }
    this.#metrics.roi.set(predicted, { ...account, kind: 'predicted' })
    this.#metrics.roi.set(actual, { ...account, kind: 'actual' })
    // A prediction of nothing has no sign.
    if (predicted === 0) return
    const sign = Math.sign(predicted) === Math.sign(actual) ? 'right' : 'wrong'
    this.#metrics.predictions.add({ ...account, sign })
  }
}
