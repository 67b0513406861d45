/**
 * The paper exchange: one venue, many accounts, driven by candles. It has no clock, no randomness and no I/O of its own:
 * what it is told in the same order gives the same fills. Each assumption it makes is a numbered line in docs/fills.md.
 *
 * A candle of a symbol is told as `open`, then `range`, then `close`; each call settles all that it causes and tells the
 * listeners of the accounts concerned before it returns, so that an order placed on hearing of a fill takes part in
 * what is left of the candle.
 */
import type { Instrument } from '../../../domain/instrument.ts'
import type { Clock, Exchange } from '../../../domain/ports.ts'
import type { PaperSettings } from '../../../domain/settings.ts'
import type { Money } from '../../../domain/units.ts'
import { type AccountState, Book } from './book.ts'
import { refuse } from './check.ts'
import { type Floor, PaperExchange } from './exchange.ts'
import type { Holding } from './holding.ts'
import { type Inside, Market, type MarketState } from './market.ts'
import { hasArrivals, playArrivals, playInside, playOpen } from './match.ts'
import { payFunding } from './settle.ts'
import { termsOf } from './terms.ts'

/** Final orders, and fills, that an account remembers. */
const HISTORY_MAX = 100

export type PaperOptions = {
  instruments: readonly Instrument[]
  settings: PaperSettings
  clock: Clock
  /**
   * Calls back at a time of the same clock. With it an order under way executes when it arrives; without it, when the
   * inside of its candle is told.
   */
  schedule?: (at: number, call: () => void) => void
  /** Final orders, and as many fills, remembered per account for `lookup` and `fillsSince`. */
  historyMax?: number
}

export type PaperState = { version: 1; markets: MarketState[]; accounts: AccountState[] }

export class PaperVenue {
  readonly instruments: readonly Instrument[]
  readonly #markets = new Map<string, Market>()
  readonly #books = new Map<string, Book>()
  readonly #clock: Clock
  readonly #historyMax: number
  readonly #floor: Floor
  #booksOpened = 0
  /** Time of the price being played; NaN between prices, when the clock says what time it is. */
  #playingAt = Number.NaN

  constructor(options: PaperOptions) {
    this.instruments = options.instruments
    this.#clock = options.clock
    this.#historyMax = options.historyMax ?? HISTORY_MAX
    const terms = termsOf(options.settings)
    for (const instrument of options.instruments) {
      this.#markets.set(instrument.symbol, new Market(instrument, terms))
    }
    this.#floor = {
      instruments: options.instruments,
      market: symbol => this.#markets.get(symbol) ?? this.#refuseSymbol(symbol),
      now: () => (Number.isNaN(this.#playingAt) ? this.#clock.now() : this.#playingAt),
      expectArrival: (book, symbol, at) => options.schedule?.(at, () => this.#arrive(book, symbol, at)),
    }
  }

  /** Opens an account with this deposit; an account that is open is left as it is. */
  openAccount(accountId: string, deposit: Money): void {
    if (this.#books.has(accountId)) return
    this.#books.set(accountId, this.#makeBook(accountId, deposit))
  }

  exchange(accountId: string): PaperExchange & Exchange {
    const book = this.#books.get(accountId)
    if (book === undefined) {
      throw new Error(`Paper exchange: account ${accountId} is not open; call openAccount first`)
    }
    return new PaperExchange(this.#floor, book)
  }

  /** First trade of a candle. `inside` places orders that arrive later in it; it moves no price by itself. */
  open(symbol: string, price: number, at: number, inside: Inside | null = null): void {
    const market = this.#market(symbol)
    checkPrice(symbol, 'open', price)
    market.beginCandle(price, at, inside)
    if (market.touches(price, price)) {
      this.#play(market, market.wake(price, price), at, holding => playOpen(holding, price, at))
    }
  }

  /** Inside of the open candle; `at` is its close time, `volume` its whole volume. */
  range(symbol: string, high: number, low: number, at: number, volume: number | null): void {
    const market = this.#market(symbol)
    if (!(high >= low)) checkPrice(symbol, 'range', Number.NaN)
    checkPrice(symbol, 'low', low)
    market.phase = 'inside'
    market.volume = volume
    if (market.touches(high, low)) {
      this.#play(market, market.wake(high, low), at, holding => playInside(holding, high, low, at))
    }
  }

  /** Last trade of a candle: the mark until the next price. Executes nothing. */
  close(symbol: string, price: number, _at: number): void {
    checkPrice(symbol, 'close', price)
    this.#market(symbol).endCandle(price)
  }

  /** Funding of every open position of the symbol, at mark, with the rate of this one payment. */
  fund(symbol: string, rate: number, at: number): void {
    const market = this.#market(symbol)
    if (!Number.isFinite(rate)) throw new Error(`Paper exchange: funding rate of ${symbol} is ${rate}`)
    if (market.active.length === 0) return
    this.#play(market, [...market.active], at, holding => payFunding(holding, rate, at))
  }

  /** Last price told; `null` before the first. */
  mark(symbol: string): number | null {
    const { last } = this.#market(symbol)
    return Number.isNaN(last) ? null : last
  }

  /** True when somebody has a position or a working order in the symbol. */
  hasWork(symbol: string): boolean {
    return this.#market(symbol).active.length > 0
  }

  /** Everything the venue knows, as plain JSON. Not to be asked from inside a listener. */
  state(): PaperState {
    return {
      version: 1,
      markets: Array.from(this.#markets.values(), market => market.state()),
      accounts: Array.from(this.#books.values(), book => book.state()),
    }
  }

  /**
   * Puts the venue where `state` was taken. Exchanges and listeners made before stay valid, and accounts that the state
   * does not know stay as they are.
   */
  restore(state: unknown): void {
    const saved = parseState(state)
    for (const market of this.#markets.values()) {
      const own = saved.markets.find(each => each.symbol === market.instrument.symbol)
      market.restore(own ?? null)
    }
    const others = new Map(this.#books)
    for (const { accountId } of saved.accounts) others.delete(accountId)
    const accounts = [...saved.accounts, ...Array.from(others.values(), book => book.state())]
    const before = new Map(this.#books)
    this.#books.clear()
    this.#booksOpened = 0
    for (const account of accounts) {
      const { accountId, ledger } = account
      const book = this.#makeBook(accountId, ledger.deposits, before.get(accountId))
      this.#books.set(accountId, book)
      book.restore(account, symbol => this.#market(symbol))
    }
    this.#expectArrivals()
  }

  /** Orders that were under way when the state was taken still arrive, those of an account in the order it sent them. */
  #expectArrivals(): void {
    const underWay = Array.from(this.#markets.values(), market => market.active)
      .flat()
      .flatMap(holding => holding.orders.map(order => ({ book: holding.book, order })))
      .filter(({ order }) => order.stage === 'taking' && order.arriveAt > this.#floor.now())
      .sort((a, b) => Number(a.order.order.venueOrderId) - Number(b.order.order.venueOrderId))
    for (const { book, order } of underWay) {
      this.#floor.expectArrival(book, order.order.symbol, order.arriveAt)
    }
  }

  /**
   * Something of this account reaches the book at `at`. Between candles there is no price to be had; it waits for the open.
   * One account at a time: what it sent first arrives first, whatever others send.
   */
  #arrive(book: Book, symbol: string, at: number): void {
    const market = this.#market(symbol)
    if (market.phase !== 'open') return
    const holdings = market.active.filter(holding => holding.book === book && hasArrivals(holding, at))
    if (holdings.length > 0) this.#play(market, holdings, at, holding => playArrivals(holding, at))
  }

  #play(market: Market, holdings: readonly Holding[], at: number, act: (holding: Holding) => void): void {
    const outer = this.#playingAt
    this.#playingAt = at
    const failures: unknown[] = []
    for (const holding of holdings) {
      // A listener that throws ends the turn of its own account; the others have theirs.
      try {
        act(holding)
      } catch (error) {
        failures.push(error)
      }
      market.watch(holding)
    }
    this.#playingAt = outer
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) throw new AggregateError(failures, 'Paper exchange: listeners failed')
  }

  /** A new book, or the given one, next in the order of accounts. */
  #makeBook(accountId: string, deposit: Money, known?: Book): Book {
    this.#booksOpened += 1
    const book = known ?? new Book(accountId, deposit, this.#historyMax)
    book.sequence = this.#booksOpened
    return book
  }

  #market(symbol: string): Market {
    const market = this.#markets.get(symbol)
    if (market === undefined) throw new Error(`Paper exchange: ${symbol} is not one of its instruments`)
    return market
  }

  #refuseSymbol(symbol: string): never {
    return refuse('symbol_unknown', `${symbol} is not one of ${[...this.#markets.keys()].join(', ')}`)
  }
}

const checkPrice = (symbol: string, what: string, price: number): void => {
  if (price > 0 && price < Number.POSITIVE_INFINITY) return
  throw new Error(`Paper exchange: ${what} of ${symbol} is not a price (${price}); check the candle source`)
}

const parseState = (state: unknown): PaperState => {
  if (typeof state === 'object' && state !== null && 'version' in state && state.version === 1) {
    return state as PaperState
  }
  throw new Error('Paper exchange: the saved state is not of version 1; remove it to begin anew')
}
