/** Turns what actors report and what the venue says into facts of the journal, each of them once. */
import type { EventObject } from 'xstate'
import { parseClientOrderId } from '../domain/client-order-id.ts'
import type { FactBody } from '../domain/fact.ts'
import type { VenueOrder } from '../domain/order.ts'
import type { VenueEvent } from '../domain/ports.ts'
import { ZERO_QUANTITY } from '../domain/units.ts'
import type { AccountReport } from '../machines/account/context.ts'
import type { OrderReport } from '../machines/order/context.ts'
import type { PositionReport } from '../machines/position/context.ts'
import type { Address } from './address.ts'
import type { Transition } from './engine-view.ts'
import type { Journal } from './journal.ts'

type Report = AccountReport | PositionReport | OrderReport

/** Steps of a cycle are not facts of their own: the decision they lead to is. */
const PASSING = new Set(['agreeing', 'resting', 'analysing', 'deciding', 'ordering'])

/** Ended orders that are remembered; a late answer is late by seconds, not by so many orders. */
const ENDED_MAX = 10_000

/** The fact that a report is, or `null` when it is only for its parent. */
export const factOf = (event: EventObject): FactBody | null => {
  const report = event as Report
  switch (report.type) {
    case 'decision.recorded':
    case 'limit.tripped':
    case 'limit.rearmed':
    case 'fill.booked':
    case 'funding.booked':
    case 'position.opened':
    case 'protection.confirmed':
    case 'protection.moved':
    case 'close.abandoned':
    case 'trade.closed':
    case 'deposit.booked':
    case 'reconcile.differed': {
      const { at: _at, ...body } = report
      return body
    }
    case 'position.changed':
    case 'position.resized':
    case 'entry.failed':
    case 'order.accepted':
    case 'order.settled':
      return null
    default:
      return null
  }
}

export class Notary {
  readonly #journal: Journal
  /** Last written state of each open order, so that the same news is not written twice. */
  readonly #orders = new Map<string, string>()
  /** Orders whose end is written down, the oldest first: an answer that was under way longer than the end is no news. */
  readonly #ended = new Set<string>()
  /** Where each actor stood when it was last written down. */
  readonly #states = new Map<string, string>()

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Nothing of this account is written down any more. */
  forget(accountId: string): void {
    this.#states.delete(accountId)
    for (const key of this.#orders.keys()) if (key.startsWith(`${accountId}/`)) this.#orders.delete(key)
  }

  noteVenue(accountId: string, event: VenueEvent): void {
    if (event.type === 'funding.paid') return
    if (event.order !== null) this.noteOrder(accountId, event.order, event.at)
  }

  /** An order that never became one at the venue is written down as rejected, so that its intent has an end. */
  noteReport(accountId: string, event: EventObject, at: number): void {
    const report = event as Report
    if (report.type !== 'order.settled' || report.venueOrderId !== null) return
    this.noteOrder(
      accountId,
      {
        ...report.request,
        venueOrderId: '',
        status: report.status,
        filledQuantity: ZERO_QUANTITY,
        averagePrice: null,
        reason: report.reason,
        createdAt: at,
        updatedAt: at,
      },
      at,
    )
  }

  /** `reason`: why the account is there, in the words of who sent it there. */
  noteMove(
    address: Address,
    { from, to, at, event }: Transition,
    { until, reason }: { until: number | null; reason: string | null },
  ): void {
    if (address.kind === 'order') return
    const top = to.split('.')[0] as string
    if (address.kind === 'position') {
      const before = from.split('.')[0] as string
      if (before === top || address.symbol === null) return
      this.#journal.record(address.accountId, at, {
        type: 'position.moved',
        symbol: address.symbol,
        from: before,
        to: top,
        until,
      })
      return
    }
    const before = this.#states.get(address.id) ?? 'reconciling'
    // A comparison with the venue that was due: what it finds is a fact, that it was made is none.
    const isCheck = top === 'reconciling' && event === 'clock.ticked' && from !== 'degraded'
    if (PASSING.has(top) || isCheck || before === top) return
    this.#states.set(address.id, top)
    this.#journal.record(address.accountId, at, {
      type: 'account.moved',
      from: before,
      to: top,
      until,
      reason,
    })
  }

  #end(key: string): void {
    this.#orders.delete(key)
    this.#ended.add(key)
    if (this.#ended.size <= ENDED_MAX) return
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest)
      return
    }
  }

  noteOrder(accountId: string, order: VenueOrder, at: number): void {
    const key = `${accountId}/${order.clientOrderId}`
    const state = `${order.status}:${order.filledQuantity}`
    if (this.#ended.has(key) || this.#orders.get(key) === state) return
    if (order.status === 'working') this.#orders.set(key, state)
    else this.#end(key)
    const parsed = parseClientOrderId(order.clientOrderId)
    this.#journal.record(accountId, at, {
      type: 'order.updated',
      leg: parsed?.leg ?? null,
      order,
      positionId: parsed?.positionId ?? null,
    })
  }
}
