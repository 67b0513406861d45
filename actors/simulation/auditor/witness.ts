/** What the auditor is told: by the venue (the truth), by the wire above the faults, and by the engine's journal. */
import type { Fact } from '../../../domain/fact.ts'
import type { OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { VenueEvent } from '../../../domain/ports.ts'

export interface Witness {
  /** The venue got this request and took it, or refused it (`null`). */
  venueTook(accountId: string, request: OrderRequest, order: VenueOrder | null): void
  venueTold(accountId: string, event: VenueEvent): void
  /** The engine sends an order; whether it arrives is another matter. */
  engineAsked(accountId: string, request: OrderRequest): void
  /** The engine was told that the outcome is unknown. */
  engineDoubts(accountId: string, clientOrderId: string): void
  /** The engine was told what became of the order. */
  engineKnows(accountId: string, clientOrderId: string): void
  /** The engine was told that the venue has no such order. */
  engineFoundNothing(accountId: string, clientOrderId: string): void
  recorded(fact: Fact): void
  durable(facts: readonly Fact[]): void
  storeFailed(at: number): void
}
