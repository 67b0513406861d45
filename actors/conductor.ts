/**
 * Plays the market to the engine, one step at a time: time, then prices to the venue, then closed candles to the accounts.
 *
 * A step has three moments: the open (what waits for a price fills, gaps fill), the inside (everything up to the close)
 * and the close (marks, equity, decisions). A live driver waits between them until every service has answered; a
 * simulated one need not.
 */
import type { Candle } from '../domain/candle.ts'
import type { CandleSource, MarketStep } from '../domain/feed.ts'
import { DAY_MS, INTERVAL_MS } from '../domain/interval.ts'
import type { CandleRefusal, OutlierLimits } from '../domain/price-gate.ts'
import type { PaperSettings } from '../domain/settings.ts'
import { price } from '../domain/units.ts'
import { equityBy } from '../machines/account/update.ts'
import { holdsAll } from './decide.ts'
import type { Desk } from './desk.ts'
import { recordEquity } from './equity.ts'
import { FeedGate } from './feed-gate.ts'
import type { Market, Window } from './market.ts'
import type { PaperVenuePort } from './paper-venue-port.ts'
import { markReading } from './plan-watch.ts'
import type { SimClock } from './sim-clock.ts'
import type { Seat } from './world.ts'

/**
 * How much of the market the accounts are shown. All three give the same trades:
 * `cycles`: every due candle is a full decision cycle; `candles`: every candle reaches the accounts, but only those that
 * can change something start a cycle; `changes`: the others are kept out of the actors.
 */
export type Attention = 'cycles' | 'candles' | 'changes'

export type ConductorOptions = {
  source: CandleSource
  venue: PaperVenuePort
  market: Market
  desk: Desk
  clock: SimClock
  paper: PaperSettings
  outliers: OutlierLimits | null
  attention: Attention
  /** How often an equity snapshot is recorded. */
  equityMs: number
}

/** An account with what the conductor asks it for at every close, looked up once. */
type Seating = {
  accountId: string
  seat: Seat
  windows: Window[]
  symbols: string[]
  /** Places of the windows in a step. */
  indexes: number[]
  intervalMs: number
  /** Balance when the breakers were last thought of: money that has moved is a reason to look again. */
  wallet: number
}

export class Conductor {
  readonly #options: ConductorOptions
  readonly #stepMs: number
  readonly #gate: FeedGate
  #seating: Seating[] = []
  candles = 0
  lastCloseAt: number | null = null

  constructor(options: ConductorOptions) {
    this.#options = options
    this.#stepMs = INTERVAL_MS[options.source.interval]
    this.#gate = new FeedGate(options.source.symbols, options.outliers, (...refusal) =>
      this.#noteRefusal(...refusal),
    )
  }

  /** Looks again at which accounts there are and what they trade. */
  seat(): void {
    const { desk, market, source } = this.#options
    this.#seating = desk.accountIds().map(accountId => {
      const seat = desk.seat(accountId)
      const { assets, interval } = seat.settings
      const symbols = assets.filter(symbol => source.symbols.includes(symbol))
      return {
        accountId,
        seat,
        windows: symbols.map(symbol => market.window(symbol, interval)),
        symbols,
        indexes: symbols.map(symbol => source.symbols.indexOf(symbol)),
        intervalMs: INTERVAL_MS[interval],
        wallet: seat.mirror.wallet,
      }
    })
  }

  /** History before the start: folded into the indicators, shown to nobody. */
  warm(raw: MarketStep): void {
    const { source, market, clock } = this.#options
    const step = this.#gate.pass(raw)
    step.candles.forEach((candle, index) => {
      if (candle === null) return
      const symbol = source.symbols[index] as string
      market.closed(symbol, candle)
      const at = step.openAt + this.#stepMs + clock.ahead()
      market.setMark(symbol, candle.close, at, step.fundingRates[index] ?? null)
    })
  }

  /** First moment: funding that is due, then the first trade of every candle. */
  open(raw: MarketStep): void {
    const { source, venue, clock } = this.#options
    const step = this.#gate.pass(raw)
    clock.advanceTo(step.openAt)
    this.#fund(step)
    for (let index = 0; index < step.candles.length; index += 1) {
      const candle = step.candles[index]
      if (candle == null) continue
      const symbol = source.symbols[index] as string
      // Only a venue with something at stake needs to know where orders that arrive later would fill.
      const { high, low } = candle
      const inside = venue.hasWork(symbol) ? { high, low, closeAt: step.openAt + this.#stepMs } : null
      venue.open(symbol, candle.open, step.openAt, inside)
    }
  }

  /** Second moment: what happened inside the candles. */
  inside(raw: MarketStep): void {
    const { source, venue, clock } = this.#options
    const step = this.#gate.pass(raw)
    const closeAt = step.openAt + this.#stepMs
    clock.advanceTo(closeAt)
    for (let index = 0; index < step.candles.length; index += 1) {
      const candle = step.candles[index]
      if (candle != null) {
        venue.range(source.symbols[index] as string, candle.high, candle.low, closeAt, candle.volume)
      }
    }
  }

  /** Third moment: marks and indicators move on, breakers look, accounts that are due decide. */
  close(raw: MarketStep): void {
    const [step, closeAt] = this.#moveMarket(raw)
    for (const seating of this.#seating) this.#look(seating, step, closeAt)
  }

  /** The same, with a pause after each account for those who cannot be kept waiting by all of them. */
  *closing(raw: MarketStep): Generator<void> {
    const [step, closeAt] = this.#moveMarket(raw)
    const all = this.#seating
    for (const seating of all) {
      // Accounts may have come and gone in a pause; new ones are told from the next candle on.
      if (this.#seating === all || this.#isSeated(seating)) this.#look(seating, step, closeAt)
      yield
    }
  }

  /** All at once: between two of these, answers to the first would meet an account that has not heard the second. */
  #look(seating: Seating, step: MarketStep, at: number): void {
    this.#watchEquity(seating, at)
    this.#watchPlans(seating, step, at)
    this.#tellClosed(seating, step, at)
    const { desk, market, equityMs } = this.#options
    if (at % equityMs === 0) recordEquity(desk, market, seating.accountId, at)
  }

  #isSeated({ accountId, seat }: Seating): boolean {
    return this.#seating.some(each => each.accountId === accountId && each.seat === seat)
  }

  #moveMarket(raw: MarketStep): [MarketStep, number] {
    const { source, venue, market, paper, clock } = this.#options
    const step = this.#gate.pass(raw)
    const closeAt = step.openAt + this.#stepMs
    const fundingPer8h = (paper.fundingRate * INTERVAL_MS['4h'] * 2) / paper.fundingIntervalMs
    for (let index = 0; index < step.candles.length; index += 1) {
      const candle = step.candles[index] as Candle | null
      if (candle === null) continue
      const symbol = source.symbols[index] as string
      venue.close(symbol, candle.close, closeAt)
      market.closed(symbol, candle)
      const at = closeAt + clock.ahead()
      market.setMark(symbol, candle.close, at, step.fundingRates[index] ?? fundingPer8h)
      this.candles += 1
    }
    this.lastCloseAt = closeAt
    return [step, closeAt]
  }

  /** All three moments, for services that answer at once. */
  play(step: MarketStep): void {
    this.open(step)
    this.inside(step)
    this.close(step)
  }

  /** Those who trade the symbol are told why nothing was decided on its candle. At a start nobody is seated yet. */
  #noteRefusal(symbol: string, openAt: number, { reason, price: told, reference }: CandleRefusal): void {
    const { clock, desk } = this.#options
    for (const { accountId, symbols } of this.#seating) {
      if (!symbols.includes(symbol)) continue
      const body = { type: 'candle.refused', symbol, openAt, reason, price: told, reference } as const
      desk.world.journal.record(accountId, clock.now(), body)
    }
  }

  #fund(step: MarketStep): void {
    const { source, venue, paper } = this.#options
    if (step.openAt % paper.fundingIntervalMs !== 0) return
    const share = paper.fundingIntervalMs / (INTERVAL_MS['4h'] * 2)
    step.candles.forEach((candle, index) => {
      if (candle === null) return
      const rate = step.fundingRates[index]
      venue.fund(
        source.symbols[index] as string,
        rate == null ? paper.fundingRate : rate * share,
        step.openAt,
      )
    })
  }

  /** Tells the breakers of equity that would move one: of open positions, and of money that was just won or lost. */
  #watchEquity(seating: Seating, at: number): void {
    const { desk, market } = this.#options
    const { accountId, seat } = seating
    const { mirror } = seat
    const isMidnight = at % DAY_MS === 0
    if (!isMidnight && !mirror.hasOpenQuantity && mirror.wallet === seating.wallet) return
    seating.wallet = mirror.wallet
    if (!isMidnight && !mirror.mattersToBreakers(mirror.equity(market))) return
    const { context } = desk.actor(accountId).getSnapshot()
    const equity = equityBy(context, symbol => {
      const mark = market.priceOf(symbol)
      return mark === null ? null : price(mark)
    })
    desk.send(accountId, { type: 'equity.marked', equity, at })
  }

  /**
   * Exit plans are looked at before anything is decided, on every candle of the feed, whatever the accounts are shown of
   * it and whether they may decide or not.
   */
  #watchPlans({ accountId, seat }: Seating, step: MarketStep, at: number): void {
    const { watched } = seat.mirror
    if (watched.length === 0) return
    const { desk, market, source } = this.#options
    // What is told may end a position; the list it stands in is then replaced, not changed.
    for (const { symbol, conditions } of watched) {
      const candle = step.candles[source.symbols.indexOf(symbol)]
      if (candle == null) continue
      const reading = markReading(market, symbol, seat.settings.interval, conditions, candle, at)
      desk.tellPosition(accountId, symbol, { type: 'mark.closed', reading, at })
    }
  }

  #tellClosed(seating: Seating, step: MarketStep, at: number): void {
    if (at % seating.intervalMs !== 0) return
    const { desk, attention } = this.#options
    const windows = this.#due(seating, step, at)
    if (windows.length === 0) return
    const quiet = this.#isQuiet(seating, windows, at)
    if (quiet && attention === 'changes') return
    const symbols = windows === seating.windows ? seating.symbols : windows.map(window => window.symbol)
    desk.send(seating.accountId, { type: 'candle.closed', symbols, quiet, at })
  }

  /** Assets of the account with a decision candle that closes now. */
  #due({ windows, indexes, intervalMs }: Seating, step: MarketStep, at: number): Window[] {
    if (intervalMs === this.#stepMs) {
      for (let order = 0; order < indexes.length; order += 1) {
        if (step.candles[indexes[order] as number] !== null) continue
        return windows.filter((_, place) => step.candles[indexes[place] as number] !== null)
      }
      return windows
    }
    return windows.filter(({ book, interval }) => {
      const candle = book.closed(interval)
      return candle !== null && candle.openAt + intervalMs === at
    })
  }

  /**
   * True when a decision cycle could change nothing: the account may not decide now, or it is at rest, no signal is
   * waiting to be confirmed or lost, and its strategy, asked here with the same view, holds everything.
   */
  #isQuiet({ accountId, seat }: Seating, windows: readonly Window[], at: number): boolean {
    const { desk, market, attention } = this.#options
    const snapshot = desk.actor(accountId).getSnapshot()
    if (snapshot.hasTag('inFlight')) return false
    // A candle it may not act on now is not kept for when it may again: that decision would be late.
    if (!snapshot.hasTag('atRest')) return true
    if (attention === 'cycles' || seat.mirror.hasEvidence) return false
    return holdsAll(market, seat, windows, at)
  }
}
