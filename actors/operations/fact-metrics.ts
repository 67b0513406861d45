/** Counters and histograms that are made of the journal's facts as they are recorded. */
import type { Fact } from '../../domain/fact.ts'
import { costOf, type ModelCall } from '../../domain/model/call.ts'
import type { Registry } from './metrics.ts'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const LONG_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300]
/** Orders whose first answer is awaited; the oldest are forgotten beyond it. */
const AWAITED_MAX = 10_000

const metricsOf = (registry: Registry) => ({
  facts: registry.counter('latch_facts_total', 'Facts of the journal by type.'),
  decisions: registry.counter('latch_decisions_total', 'Decisions by outcome.'),
  refusals: registry.counter('latch_refusals_total', 'Decisions that were refused or held, by code.'),
  decisionLatency: registry.histogram(
    'latch_decision_latency_seconds',
    'Market time from the close of the candle to the decision on it.',
    LONG_SECONDS,
  ),
  intents: registry.counter('latch_orders_total', 'Orders sent, by leg.'),
  updates: registry.counter('latch_order_updates_total', 'News of orders by status.'),
  unknown: registry.counter('latch_orders_unknown_total', 'Orders whose outcome was not known for a time.'),
  orderLatency: registry.histogram(
    'latch_order_latency_seconds',
    'Market time from the intent to the first news of the order.',
    SECONDS,
  ),
  fills: registry.counter('latch_fills_total', 'Fills by leg.'),
  fees: registry.counter('latch_fees_quote_total', 'Fees paid, in quote currency.'),
  trades: registry.counter('latch_trades_total', 'Closed trades by reason and result.'),
  naked: registry.histogram(
    'latch_naked_seconds',
    'Time a position stood without a confirmed stop, each time one was confirmed.',
    SECONDS,
  ),
  failures: registry.counter('latch_account_failures_total', 'Accounts that failed and were restarted.'),
  trips: registry.counter('latch_limit_trips_total', 'Loss limits that tripped.'),
  differences: registry.counter('latch_reconcile_differences_total', 'Differences found at the venue.'),
  candlesRefused: registry.counter('latch_candles_refused_total', 'Candles of the feed not used, by reason.'),
  calls: registry.counter('latch_model_calls_total', 'Questions to models by purpose and outcome.'),
  callFailures: registry.counter(
    'latch_model_failures_total',
    'Questions to models that failed, by failure.',
  ),
  cost: registry.counter('latch_model_cost_usd_total', 'What models have cost since this process started.'),
  tokens: registry.counter('latch_model_tokens_total', 'Tokens of models by direction.'),
  callLatency: registry.histogram(
    'latch_model_latency_seconds',
    'Real time of a question to a model, by its name in the settings.',
    LONG_SECONDS,
  ),
})

export class FactMetrics {
  readonly #metrics: ReturnType<typeof metricsOf>
  /** Time of the intent by client order id. */
  readonly #awaited = new Map<string, number>()

  constructor(registry: Registry) {
    this.#metrics = metricsOf(registry)
  }

  note(fact: Fact): void {
    const { accountId } = fact
    const account = { account_id: accountId }
    const metrics = this.#metrics
    metrics.facts.add({ ...account, type: fact.type })
    switch (fact.type) {
      case 'decision.recorded': {
        const { outcome, code, candleAt } = fact.decision
        metrics.decisions.add({ ...account, outcome })
        if (code !== null) metrics.refusals.add({ ...account, code })
        metrics.decisionLatency.observe((fact.at - candleAt) / 1000, account)
        return
      }
      case 'model.called':
        return this.#call(accountId, fact.call)
      case 'intent.recorded':
        metrics.intents.add({ ...account, leg: fact.leg })
        return this.#await(`${accountId} ${fact.request.clientOrderId}`, fact.at)
      case 'order.updated':
        metrics.updates.add({ ...account, status: fact.order.status })
        return this.#answered(`${accountId} ${fact.order.clientOrderId}`, accountId, fact.at)
      case 'order.unknown':
        return metrics.unknown.add(account)
      case 'fill.booked':
        metrics.fills.add({ ...account, leg: fact.leg ?? 'none' })
        return metrics.fees.add(account, Math.max(0, Number(fact.fill.fee)))
      case 'trade.closed': {
        const result = Number(fact.trade.pnl) >= 0 ? 'win' : 'loss'
        return metrics.trades.add({ ...account, reason: fact.trade.exitReason, result })
      }
      case 'protection.confirmed':
        return metrics.naked.observe(fact.nakedMs / 1000, account)
      case 'account.failed':
        return metrics.failures.add(account)
      case 'limit.tripped':
        return metrics.trips.add({ ...account, limit: fact.limit })
      case 'reconcile.differed':
        return metrics.differences.add(account)
      case 'candle.refused':
        return metrics.candlesRefused.add({ reason: fact.reason })
      default:
        return
    }
  }

  #await(key: string, at: number): void {
    const oldest = this.#awaited.keys().next().value
    if (this.#awaited.size >= AWAITED_MAX && oldest !== undefined) this.#awaited.delete(oldest)
    this.#awaited.set(key, at)
  }

  #answered(key: string, accountId: string, at: number): void {
    const sentAt = this.#awaited.get(key)
    if (sentAt === undefined) return
    this.#awaited.delete(key)
    this.#metrics.orderLatency.observe((at - sentAt) / 1000, { account_id: accountId })
  }

  #call(accountId: string, call: ModelCall): void {
    const account = { account_id: accountId }
    const metrics = this.#metrics
    const { reply, purpose, outcome } = call
    metrics.calls.add({ ...account, purpose, outcome })
    if (!reply.ok) metrics.callFailures.add({ ...account, failure: reply.failure })
    metrics.cost.add(account, Number(costOf(call) ?? 0))
    metrics.tokens.add({ ...account, direction: 'in' }, reply.usage?.promptTokens ?? 0)
    metrics.tokens.add({ ...account, direction: 'out' }, reply.usage?.completionTokens ?? 0)
    metrics.callLatency.observe(reply.latencyMs / 1000, { ...account, model: call.request.model })
  }
}
