/**
 * P4 and P6: the venue's positions are the sum of its fills, the engine's positions are the venue's, and the engine's money
 * is what its journal says was booked.
 */
import type { AccountSettings } from '../../../domain/settings.ts'
import type { Truth } from '../venue-tap.ts'
import { D, ZERO } from './decimal.ts'
import type { Account } from './engine-state.ts'
import type { JournalBook } from './journal-book.ts'
import type { VenueRecord } from './venue-record.ts'
import type { Accuse } from './violation.ts'

const MONEY_TOLERANCE = new D('1e-8')
/** Average prices agree to 0.01 %. */
const PRICE_TOLERANCE = new D('0.0001')

export class MoneyAudit {
  readonly #accountId: string
  readonly #reportsOnly: boolean
  readonly #record: VenueRecord
  readonly #journal: JournalBook
  readonly #accuse: Accuse

  constructor(account: AccountSettings, record: VenueRecord, journal: JournalBook, accuse: Accuse) {
    this.#accountId = account.id
    this.#reportsOnly = account.unknownPositions === 'report'
    this.#record = record
    this.#journal = journal
    this.#accuse = accuse
  }

  /** The venue by itself: its own account against the sum of what it told. */
  checkVenue(truth: Truth): void {
    const { book } = this.#record
    const { balance } = truth.account()
    this.#money('P6', 'balance of the venue', book.balance, new D(balance))
    for (const position of truth.positions()) {
      const sign = position.direction === 'long' ? 1 : -1
      const theirs = new D(position.quantity).times(sign)
      this.#money('P6', `fills of ${position.symbol} at the venue`, book.quantity(position.symbol), theirs)
    }
  }

  /** At rest, with nothing under way: the engine against the venue and against its journal. */
  checkEngine(account: Account): void {
    const symbols = new Set([...account.positions.map(each => each.symbol), ...this.#record.book.held.keys()])
    for (const symbol of symbols) this.#checkPosition(account, symbol)
    const { book } = this.#journal
    const wallet = new D(account.ledger.deposits)
      .plus(account.ledger.realised)
      .minus(account.ledger.fees)
      .minus(account.ledger.funding)
    this.#money('P6', 'ledger against the journal', book.balance, wallet)
    if (!this.#journal.hasDiffered) this.#checkCash(account, wallet)
  }

  /**
   * Balance less what is held at cost: fills of one instant may be heard in another order, which moves profit between
   * balance and cost and changes nothing else.
   */
  #checkCash(account: Account, wallet: D): void {
    const { book } = this.#record
    let theirs = book.balance
    for (const { quantity, entryPrice } of book.held.values())
      theirs = theirs.minus(quantity.times(entryPrice))
    let ours = wallet
    for (const each of account.positions) {
      if (each.direction === null || each.entryPrice === null) continue
      const cost = new D(each.quantity).times(each.entryPrice)
      ours = each.direction === 'short' ? ours.plus(cost) : ours.minus(cost)
    }
    this.#money('P6', 'ledger against the venue', theirs, ours)
  }

  #checkPosition(account: Account, symbol: string): void {
    const ours = account.positions.find(each => each.symbol === symbol)
    if (ours === undefined || (this.#reportsOnly && this.#record.touched.has(symbol))) return
    const sign = ours.direction === 'short' ? -1 : 1
    const held = this.#record.book.held.get(symbol)
    const quantity = new D(ours.quantity).times(sign)
    this.#money('P4', `position ${symbol}`, held?.quantity ?? ZERO, quantity)
    this.#money('P4', `summary of ${symbol}`, quantity.abs(), new D(ours.summary))
    if (held === undefined || ours.entryPrice === null || !held.quantity.eq(quantity)) return
    const off = held.entryPrice.minus(ours.entryPrice).abs().div(held.entryPrice)
    if (off.gt(PRICE_TOLERANCE)) {
      this.#say('P4', `entry price of ${symbol}`, held.entryPrice.toFixed(8), ours.entryPrice)
    }
  }

  #money(promise: 'P4' | 'P6', what: string, expected: D, actual: D): void {
    if (expected.minus(actual).abs().lte(MONEY_TOLERANCE)) return
    this.#say(promise, what, expected.toFixed(), actual.toFixed())
  }

  #say(promise: 'P4' | 'P6', what: string, expected: string, actual: string): void {
    this.#accuse({ promise, accountId: this.#accountId, what, expected, actual })
  }
}
