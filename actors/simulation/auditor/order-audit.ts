/** P1, P5, P10: what was sent was decided and written down before, once, and never again while its outcome was unknown. */
import type { Fact } from '../../../domain/fact.ts'
import type { OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { Accuse } from './violation.ts'

type Intent = {
  request: OrderRequest
  leg: string
  positionId: string
  isDurable: boolean
  asks: number
  taken: number
  /** Sent and not known: `looked` once the venue has said that it does not have it. */
  doubt: 'none' | 'unknown' | 'looked'
}

/** An order whose intent could not be written may still be sent when it only reduces: exits go before books (P8). */
const STORE_TROUBLE_MS = 120_000

export class OrderAudit {
  readonly #accountId: string
  readonly #accuse: Accuse
  readonly #intents = new Map<string, Intent>()
  /** Approved decisions of the journal. */
  readonly #approved = new Set<string>()
  #storeFailedAt = Number.NEGATIVE_INFINITY
  ordersPerIntentMax = 0

  constructor(accountId: string, accuse: Accuse) {
    this.#accountId = accountId
    this.#accuse = accuse
  }

  recorded(fact: Fact): void {
    if (fact.type === 'decision.recorded' && fact.decision.outcome === 'approved') {
      this.#approved.add(fact.decision.decisionId)
    }
    if (fact.type !== 'intent.recorded') return
    const { request, leg, positionId, decisionId } = fact
    const known = this.#intents.get(request.clientOrderId)
    if (known === undefined) {
      this.#intents.set(request.clientOrderId, {
        request,
        leg,
        positionId,
        isDurable: false,
        asks: 0,
        taken: 0,
        doubt: 'none',
      })
    }
    if (leg === 'entry' && (decisionId === null || !this.#approved.has(decisionId))) {
      this.#say(
        'P10',
        `entry intent ${request.clientOrderId}`,
        'an approved decision before it',
        `${decisionId}`,
      )
    }
  }

  durable(fact: Fact): void {
    if (fact.type !== 'intent.recorded') return
    const intent = this.#intents.get(fact.request.clientOrderId)
    if (intent !== undefined) intent.isDurable = true
  }

  storeFailed(at: number): void {
    this.#storeFailedAt = at
  }

  asked(request: OrderRequest, at: number): void {
    const { clientOrderId: id } = request
    const intent = this.#intents.get(id)
    if (intent === undefined) return this.#say('P10', `order ${id} sent`, 'an intent before it', 'none')
    if (!intent.isDurable && !(request.reduceOnly && at - this.#storeFailedAt < STORE_TROUBLE_MS)) {
      this.#say('P10', `order ${id} sent`, 'its intent durable', 'not durable')
    }
    if (intent.asks > 0 && intent.doubt === 'unknown') {
      this.#say('P5', `order ${id} sent again`, 'looked up before', 'its outcome is unknown')
    }
    if (intent.asks > 0 && request.validUntil !== null) {
      this.#say('P5', `entry ${id} sent again`, 'sent once', `sent ${intent.asks + 1} times`)
    }
    this.#compareWithDoubts(request, intent, at)
    intent.asks += 1
    intent.doubt = 'unknown'
  }

  /** A second order for the same thing while nobody knows what became of the first. */
  #compareWithDoubts(request: OrderRequest, intent: Intent, at: number): void {
    if (intent.leg !== 'entry' && intent.leg !== 'exit') return
    for (const other of this.#intents.values()) {
      if (other === intent || other.leg !== intent.leg || other.request.symbol !== request.symbol) continue
      const { validUntil } = other.request
      const isOpen = other.doubt === 'unknown' && other.asks > 0
      const isGone = other.doubt === 'looked' && (validUntil === null || at > validUntil)
      if (isOpen && !isGone) {
        const unknown = other.request.clientOrderId
        this.#say(
          'P5',
          `${intent.leg} ${request.clientOrderId} sent`,
          `${unknown} known before`,
          'its outcome is unknown',
        )
      }
    }
  }

  took(request: OrderRequest, order: VenueOrder | null): void {
    const intent = this.#intents.get(request.clientOrderId)
    if (intent === undefined || order === null) return
    intent.taken += 1
    this.ordersPerIntentMax = Math.max(this.ordersPerIntentMax, intent.taken)
    if (intent.taken > 1) {
      this.#say('P1', `intent ${request.clientOrderId}`, 'one order at most', `${intent.taken} orders`)
    }
    const { side, type, quantity, triggerPrice, reduceOnly } = intent.request
    const written = { side, type, quantity, triggerPrice, reduceOnly }
    const sent = {
      side: request.side,
      type: request.type,
      quantity: request.quantity,
      triggerPrice: request.triggerPrice,
      reduceOnly: request.reduceOnly,
    }
    if (JSON.stringify(written) !== JSON.stringify(sent)) {
      this.#say('P10', `order ${request.clientOrderId}`, JSON.stringify(written), JSON.stringify(sent))
    }
  }

  doubts(id: string): void {
    const intent = this.#intents.get(id)
    if (intent !== undefined) intent.doubt = 'unknown'
  }

  knows(id: string): void {
    const intent = this.#intents.get(id)
    if (intent !== undefined) intent.doubt = 'none'
  }

  foundNothing(id: string): void {
    const intent = this.#intents.get(id)
    if (intent !== undefined && intent.doubt === 'unknown') intent.doubt = 'looked'
  }

  /**
   * What the process knew is gone; what it wrote is not. An exit that was sent while the store failed may be sent again
   * by the next one, which cannot know of it: that it carries the same id is what keeps it one order (P1).
   */
  processEnded(): void {
    for (const [id, intent] of this.#intents) {
      if (intent.isDurable) continue
      if (intent.taken === 0) this.#intents.delete(id)
      else intent.doubt = 'none'
    }
  }

  isOurs(clientOrderId: string | null): boolean {
    return clientOrderId !== null && this.#intents.has(clientOrderId)
  }

  intent(clientOrderId: string): { leg: string; positionId: string } | null {
    return this.#intents.get(clientOrderId) ?? null
  }

  #say(promise: 'P1' | 'P5' | 'P10', what: string, expected: string, actual: string): void {
    this.#accuse({ promise, accountId: this.#accountId, what, expected, actual })
  }
}
