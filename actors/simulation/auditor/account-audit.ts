/** All that is checked about one account. */
import { createHash } from 'node:crypto'
import type { Fact } from '../../../domain/fact.ts'
import type { OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { VenueEvent } from '../../../domain/ports.ts'
import type { AccountSettings } from '../../../domain/settings.ts'
import type { D } from './decimal.ts'
import { JournalBook } from './journal-book.ts'
import { LimitAudit } from './limit-audit.ts'
import { MoneyAudit } from './money-audit.ts'
import { OrderAudit } from './order-audit.ts'
import { ProtectionAudit } from './protection-audit.ts'
import { RecoveryAudit } from './recovery-audit.ts'
import { VenueRecord } from './venue-record.ts'
import type { Accuse } from './violation.ts'

const dayOf = (at: number): number => Math.floor(at / 86_400_000)

export class AccountAudit {
  readonly settings: AccountSettings
  readonly record: VenueRecord
  readonly journal: JournalBook
  readonly orders: OrderAudit
  readonly protection: ProtectionAudit
  readonly limits: LimitAudit
  readonly money: MoneyAudit
  readonly recovery: RecoveryAudit
  readonly #accuse: Accuse
  readonly #life = createHash('sha256')
  /** Leverage the venue has, as far as it has shown it. */
  readonly leverage = new Map<string, number>()
  trades = 0

  constructor(settings: AccountSettings, accuse: Accuse) {
    this.settings = settings
    this.#accuse = accuse
    const { id, deposit } = settings
    this.record = new VenueRecord(deposit)
    this.journal = new JournalBook(deposit)
    this.orders = new OrderAudit(id, accuse)
    this.protection = new ProtectionAudit(settings, this.record, accuse)
    this.limits = new LimitAudit(settings, this.record, accuse)
    this.money = new MoneyAudit(settings, this.record, this.journal, accuse)
    this.recovery = new RecoveryAudit(settings, this.record, accuse)
  }

  took(request: OrderRequest, order: VenueOrder | null, at: number): void {
    this.orders.took(request, order)
    this.#life.update(`${at} ${request.clientOrderId} ${request.quantity} ${order?.status ?? 'refused'};`)
    if (order === null) return
    this.record.took(request, order)
    const isEntry = !request.reduceOnly && this.orders.isOurs(request.clientOrderId)
    this.limits.took(request, order, isEntry)
    this.protection.look(request.symbol, at)
  }

  told(event: VenueEvent, at: number): void {
    const before = event.type === 'order.filled' ? this.record.book.quantity(event.fill.symbol) : null
    this.record.hear(event)
    if (event.type === 'funding.paid') return
    this.#life.update(`${at} ${event.type} ${event.order?.clientOrderId ?? ''} ${event.order?.status ?? ''};`)
    const symbol = event.type === 'order.filled' ? event.fill.symbol : event.order.symbol
    if (event.type === 'order.filled') {
      const { fill } = event
      this.#life.update(`${fill.tradeId} ${fill.quantity} ${fill.price};`)
      this.record.note(fill, this.orders.isOurs(fill.clientOrderId))
      this.limits.filled(fill, at, this.leverage.get(symbol) ?? null)
      const after = this.record.book.quantity(symbol)
      if (after.isZero()) this.trades += 1
      // Turned over by somebody else, it is theirs.
      if (after.isZero() || before?.times(after).isNegative() === true) this.limits.flat(symbol)
    }
    this.protection.look(symbol, at)
  }

  recorded(fact: Fact, equity: () => D, isSure: boolean): void {
    this.orders.recorded(fact)
    this.recovery.recorded(fact)
    const twice = this.journal.note(fact)
    if (twice !== null) {
      const what = { expected: 'each fill once', actual: `${twice} again` }
      this.#accuse({ promise: 'P6', accountId: this.settings.id, what: 'fill in the journal', ...what })
    }
    if (fact.type === 'decision.recorded' || fact.type === 'intent.recorded') {
      this.limits.recorded(fact, equity(), isSure && !this.#isShared(fact.at))
    }
  }

  /** Equity that decisions are made with: what is only reported is left out. */
  equity(marks: ReadonlyMap<string, number>): D {
    const { book, touched } = this.record
    return this.settings.unknownPositions === 'report' ? book.equity(marks, touched) : book.equity(marks)
  }

  /** An account that only reports what others do leaves their profit and loss out of its own of that day. */
  #isShared(at: number): boolean {
    const { foreignAt } = this.record
    return this.settings.unknownPositions === 'report' && dayOf(foreignAt) === dayOf(at)
  }

  durable(fact: Fact): void {
    this.orders.durable(fact)
    this.journal.durable(fact.seq)
    this.recovery.durable(fact)
  }

  processEnded(): void {
    this.orders.processEnded()
    this.journal.processEnded()
    this.recovery.processEnded()
  }

  life(): string {
    return this.#life.copy().digest('hex')
  }
}
