/**
 * The auditor: an independent account of what the engine promised and what the venue did.
 *
 * It shares no line with the engine's ledger, machines, risk rules or books. It watches the venue below all faults, hears
 * the engine's journal, and says which promise of the design was broken, when, and by which account.
 */
import type { Fact } from '../../../domain/fact.ts'
import type { OrderRequest, VenueOrder } from '../../../domain/order.ts'
import type { Clock, VenueEvent } from '../../../domain/ports.ts'
import type { EngineSettings } from '../../../domain/settings.ts'
import type { Outcome } from '../fault-kinds.ts'
import type { Truth } from '../venue-tap.ts'
import { AccountAudit } from './account-audit.ts'
import type { EngineState } from './engine-state.ts'
import { foreignId } from './ownership.ts'
import type { Violation } from './violation.ts'
import type { Witness } from './witness.ts'

export type AuditorParts = {
  settings: EngineSettings
  clock: Clock
  marks: ReadonlyMap<string, number>
  /** Until when faults can be felt by an account, and by decisions of any. */
  feltUntil(accountId: string): number
  marketFeltUntil(): number
  count(outcome: Outcome): void
  truth(accountId: string): Truth
}

/** Enough to see a pattern; more only fills the screen. */
const VIOLATIONS_MAX = 40

export class Auditor implements Witness {
  readonly #parts: AuditorParts
  readonly #accounts = new Map<string, AccountAudit>()
  readonly violations: Violation[] = []
  readonly #known = new Set<string>()
  readonly #pendingAcks = new Set<string>()
  events = 0
  #tailAt: number | null = null

  constructor(parts: AuditorParts) {
    this.#parts = parts
    for (const account of parts.settings.accounts) {
      this.#accounts.set(account.id, new AccountAudit(account, violation => this.accuse(violation)))
    }
  }

  accuse(violation: Omit<Violation, 'at'>): void {
    const at = this.#parts.clock.now()
    // One bug shows itself again and again: the first of its kind in an account is enough.
    const key = `${violation.promise} ${violation.accountId} ${violation.what.replaceAll(/[\d-].*/g, '')}`
    if (this.#known.has(key) || this.violations.length >= VIOLATIONS_MAX) return
    this.#known.add(key)
    this.violations.push({ ...violation, at })
  }

  venueTook(accountId: string, request: OrderRequest, order: VenueOrder | null): void {
    this.events += 1
    this.#noteLeverage(accountId)
    this.#account(accountId).took(request, order, this.#parts.clock.now())
  }

  venueTold(accountId: string, event: VenueEvent): void {
    this.events += 1
    this.#noteLeverage(accountId)
    this.#account(accountId).told(event, this.#parts.clock.now())
    if (event.type !== 'order.filled') return
    if (event.fill.reason === 'liquidation') this.#parts.count('liquidation')
    if (event.order?.status === 'working') this.#parts.count('partial_fill')
    if (this.#pendingAcks.has(`${accountId}/${event.fill.clientOrderId}`))
      this.#parts.count('fill_before_ack')
  }

  engineAsked(accountId: string, request: OrderRequest): void {
    this.#pendingAcks.add(`${accountId}/${request.clientOrderId}`)
    this.#account(accountId).orders.asked(request, this.#parts.clock.now())
  }

  engineDoubts(accountId: string, clientOrderId: string): void {
    this.#account(accountId).orders.doubts(clientOrderId)
  }

  engineKnows(accountId: string, clientOrderId: string): void {
    this.#pendingAcks.delete(`${accountId}/${clientOrderId}`)
    this.#account(accountId).orders.knows(clientOrderId)
  }

  engineFoundNothing(accountId: string, clientOrderId: string): void {
    this.#account(accountId).orders.foundNothing(clientOrderId)
  }

  recorded(fact: Fact): void {
    this.events += 1
    const account = this.#account(fact.accountId)
    const { marks, clock } = this.#parts
    const isSure = clock.now() > this.#parts.marketFeltUntil()
    account.recorded(fact, () => account.equity(marks), isSure)
    const foreign = foreignId(fact, [...this.#accounts.keys()])
    if (foreign !== null) {
      this.accuse({
        promise: 'P7',
        accountId: fact.accountId,
        what: `${fact.type} in its journal`,
        expected: 'ids of its own',
        actual: foreign,
      })
    }
  }

  durable(facts: readonly Fact[]): void {
    for (const fact of facts) this.#account(fact.accountId).durable(fact)
  }

  storeFailed(at: number): void {
    for (const account of this.#accounts.values()) account.orders.storeFailed(at)
  }

  processEnded(): void {
    for (const account of this.#accounts.values()) account.processEnded()
  }

  flattenAsked(accountId: string): void {
    this.#account(accountId).recovery.flattenAsked(this.#parts.clock.now())
  }

  faultsEnded(): void {
    this.#tailAt = this.#parts.clock.now()
    for (const account of this.#accounts.values()) account.recovery.faultsEnded(this.#tailAt)
  }

  /** Before the engine hears of closed candles; what is at rest then is compared with the venue. */
  beforeCandles(engine: EngineState): void {
    const at = this.#parts.clock.now()
    for (const [id, account] of this.#accounts) {
      account.limits.beforeCandles(at, account.equity(this.#parts.marks))
      account.money.checkVenue(this.#parts.truth(id))
      const shown = engine.account(id)
      account.recovery.beforeCandles(at, shown?.state ?? 'failed')
      if (shown === null || shown.inFlight > 0 || at <= this.#parts.feltUntil(id)) continue
      const isAtRest = ['idle', 'protected', 'paused', 'halted', 'cooldown'].includes(shown.state)
      if (isAtRest) account.money.checkEngine(shown)
    }
  }

  /** After each instant: what must not last. */
  look(engine: EngineState | null): void {
    const at = this.#parts.clock.now()
    for (const [id, account] of this.#accounts) {
      const felt = this.#parts.feltUntil(id)
      if (account.protection.isNaked) account.protection.check(at, felt)
      account.recovery.check(at, felt, this.#tailAt === null ? null : (engine?.account(id) ?? null))
    }
  }

  atEnd(closedAt: number, engine: EngineState): void {
    for (const [id, account] of this.#accounts) {
      const shown = engine.account(id)
      account.recovery.checkDecisions(closedAt, shown)
      if (shown !== null && shown.inFlight === 0) account.money.checkEngine(shown)
    }
  }

  get nakedMs(): number[] {
    return [...this.#accounts.values()].flatMap(account => account.protection.nakedMs)
  }

  get recoveryMs(): number[] {
    return [...this.#accounts.values()].flatMap(({ recovery }) =>
      recovery.recoveredAt === null || this.#tailAt === null ? [] : [recovery.recoveredAt - this.#tailAt],
    )
  }

  get ordersPerIntentMax(): number {
    return Math.max(0, ...[...this.#accounts.values()].map(account => account.orders.ordersPerIntentMax))
  }

  get trades(): number {
    return [...this.#accounts.values()].reduce((sum, account) => sum + account.trades, 0)
  }

  /** What the venue did to each account, as one string each. */
  lives(): Record<string, string> {
    return Object.fromEntries([...this.#accounts].map(([id, account]) => [id, account.life()]))
  }

  #noteLeverage(accountId: string): void {
    for (const { symbol, leverage } of this.#parts.truth(accountId).positions()) {
      this.#account(accountId).leverage.set(symbol, leverage)
    }
  }

  #account(accountId: string): AccountAudit {
    const account = this.#accounts.get(accountId)
    if (account === undefined) throw new Error(`Invariant: ${accountId} is not an account of this run`)
    return account
  }
}
