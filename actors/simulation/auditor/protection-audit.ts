/**
 * P2: how long each position of the venue stands without reduce-only orders that would close all of it.
 *
 * A stop for the whole size guards it; so does a market exit for the whole size that is working. The rule: no longer than
 * the account's naked deadline plus `ALLOWANCE_MS`, counted from when it became naked or, if later, from when the last
 * fault that hit the account could not be felt any more.
 */
import type { AccountSettings } from '../../../domain/settings.ts'
import type { VenueRecord } from './venue-record.ts'
import type { Accuse } from './violation.ts'

/** To notice, to ask for the exit, for it to arrive and to fill: a few answers of the venue. */
const ALLOWANCE_MS = 5_000

type Naked = { since: number; isAccused: boolean }

export class ProtectionAudit {
  readonly #accountId: string
  readonly #record: VenueRecord
  readonly #nakedMsMax: number
  /** What people trade by hand is left to them, and only reported. */
  readonly #reportsOnly: boolean
  readonly #accuse: Accuse
  readonly #naked = new Map<string, Naked>()
  readonly nakedMs: number[] = []

  constructor(account: AccountSettings, record: VenueRecord, accuse: Accuse) {
    this.#accountId = account.id
    this.#record = record
    this.#nakedMsMax = account.nakedMsMax
    this.#reportsOnly = account.unknownPositions === 'report'
    this.#accuse = accuse
  }

  /** After anything that happened at the venue in this symbol. */
  look(symbol: string, at: number): void {
    const held = this.#record.book.quantity(symbol)
    const isNobodys = this.#reportsOnly && this.#record.touched.has(symbol)
    const isNaked =
      !isNobodys && !held.isZero() && this.#record.covered(symbol, ['stop_market', 'market']).lt(held.abs())
    const known = this.#naked.get(symbol)
    if (isNaked && known === undefined) this.#naked.set(symbol, { since: at, isAccused: false })
    if (isNaked || known === undefined) return
    this.#naked.delete(symbol)
    this.nakedMs.push(at - known.since)
  }

  get isNaked(): boolean {
    return this.#naked.size > 0
  }

  /** As time goes by. `feltUntil`: when faults are over for this account. */
  check(at: number, feltUntil: number): void {
    for (const [symbol, naked] of this.#naked) {
      const allowed = Math.max(naked.since, feltUntil) + this.#nakedMsMax + ALLOWANCE_MS
      if (at <= allowed || naked.isAccused) continue
      naked.isAccused = true
      const held = this.#record.book.quantity(symbol)
      const orders = [...this.#record.working.values()].filter(order => order.symbol === symbol)
      this.#accuse({
        promise: 'P2',
        accountId: this.#accountId,
        what: `${symbol} ${held.toFixed()} stands without a stop since ${new Date(naked.since).toISOString()}`,
        expected: `a reduce-only stop for ${held.abs().toFixed()} within ${this.#nakedMsMax} ms`,
        actual:
          orders.map(each => `${each.clientOrderId} ${each.type} ${each.quantity}`).join(', ') || 'no order',
      })
    }
  }
}
