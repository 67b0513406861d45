/** The engine's books of one account, made again from nothing but the facts of its journal. */
import type { Fact } from '../../../domain/fact.ts'
import { TruthBook } from './truth-book.ts'

type Entry = Extract<
  Fact,
  { type: 'fill.booked' | 'funding.booked' | 'deposit.booked' | 'reconcile.differed' }
>
const ENTRIES = new Set(['fill.booked', 'funding.booked', 'deposit.booked', 'reconcile.differed'])

const isEntry = (fact: Fact): fact is Entry & Fact => ENTRIES.has(fact.type)

export class JournalBook {
  readonly #deposit: string
  readonly #seen = new Set<string>()
  #entries: Entry[] = []
  #lastDurable = 0
  #book: TruthBook
  /** Our books were brought in line with the venue by hand of the engine: fees and price are estimates since. */
  hasDiffered = false

  constructor(deposit: string) {
    this.#deposit = deposit
    this.#book = new TruthBook(deposit)
  }

  get book(): TruthBook {
    return this.#book
  }

  /** A trade id that was booked before, or `null`. */
  note(fact: Fact): string | null {
    if (fact.type === 'reconcile.differed') this.hasDiffered = true
    if (fact.type === 'deposit.booked') this.hasDiffered = true
    if (!isEntry(fact)) return null
    if (fact.type === 'fill.booked') {
      const { tradeId } = fact.fill
      if (this.#seen.has(tradeId)) return tradeId
      this.#seen.add(tradeId)
    }
    this.#entries.push(fact)
    this.#apply(fact)
    return null
  }

  durable(seq: number): void {
    this.#lastDurable = Math.max(this.#lastDurable, seq)
  }

  /** What was not durable was never written. */
  processEnded(): void {
    this.#entries = this.#entries.filter(entry => entry.seq <= this.#lastDurable)
    this.#book = new TruthBook(this.#deposit)
    this.#seen.clear()
    for (const entry of this.#entries) {
      if (entry.type === 'fill.booked') this.#seen.add(entry.fill.tradeId)
      this.#apply(entry)
    }
  }

  #apply(entry: Entry): void {
    if (entry.type === 'fill.booked') this.#book.book(entry.fill)
    else if (entry.type === 'funding.booked') this.#book.funding = this.#book.funding.plus(entry.paid)
    else if (entry.type === 'reconcile.differed') {
      // The venue's average price takes the place of ours.
      if (entry.what === 'entry price' && entry.symbol !== null)
        this.#book.reprice(entry.symbol, entry.theirs)
    } else this.#book.deposit = this.#book.deposit.plus(entry.amount)
  }
}
