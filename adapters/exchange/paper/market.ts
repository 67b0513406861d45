/**
 * One symbol at the venue: the price it was last told and the holdings that have something at stake in it.
 *
 * A candle that touches nothing must cost nanoseconds, so the market keeps two numbers: the lowest price at or above
 * which, and the highest price at or below which, something of somebody happens. They may be too near (a cancelled
 * order leaves them), never too far; the next wake computes them again.
 */
import type { Instrument } from '../../../domain/instrument.ts'
import type { Holding } from './holding.ts'
import type { Terms } from './terms.ts'

/** Where the venue stands in the candle: before its open, after its open, or after its inside was told. */
export type Phase = 'between' | 'open' | 'inside'

/** How far the running candle will go: known to the venue alone, so that late orders can be placed on its way. */
export type Inside = { high: number; low: number; closeAt: number }

export type MarketState = {
  symbol: string
  /** Last price told; `null` before the first. */
  last: number | null
  phase: Phase
  /** Candles opened so far. */
  candle: number
  openPrice: number | null
  openAt: number
  /** Volume of the last candle whose inside was told; `null` when unknown. */
  volume: number | null
  inside: Inside | null
}

export class Market {
  readonly instrument: Instrument
  readonly terms: Terms
  phase: Phase = 'between'
  candle = 0
  /** NaN while unknown, here and in `openPrice`: a field that is always a double is never boxed anew. */
  last = Number.NaN
  openPrice = Number.NaN
  openAt = 0
  volume: number | null = null
  inside: Inside | null = null
  /** Holdings with a position or a working order, in the order their accounts were opened. */
  readonly active: Holding[] = []
  /** Holdings that saw a price of their own inside the running candle. */
  readonly played: Holding[] = []
  #wakeHigh = Number.POSITIVE_INFINITY
  #wakeLow = Number.NEGATIVE_INFINITY

  constructor(instrument: Instrument, terms: Terms) {
    this.instrument = instrument
    this.terms = terms
  }

  beginCandle(price: number, at: number, inside: Inside | null): void {
    this.candle += 1
    this.inside = inside
    this.phase = 'open'
    this.openPrice = price
    this.openAt = at
    this.#tell(price)
  }

  endCandle(price: number): void {
    this.phase = 'between'
    this.#tell(price)
  }

  touches(high: number, low: number): boolean {
    return high >= this.#wakeHigh || low <= this.#wakeLow
  }

  /** Holdings this price range concerns; the bounds are those of the others until each is watched again. */
  wake(high: number, low: number): Holding[] {
    this.#wakeHigh = Number.POSITIVE_INFINITY
    this.#wakeLow = Number.NEGATIVE_INFINITY
    const woken: Holding[] = []
    for (const holding of this.active) {
      if (high >= holding.wakeHigh || low <= holding.wakeLow) woken.push(holding)
      else this.#tighten(holding)
    }
    return woken
  }

  /** Takes note of a holding whose orders or position changed. */
  watch(holding: Holding): void {
    const isActive = holding.orders.length > 0 || holding.position.direction !== null
    if (isActive !== holding.isListed) this.#list(holding, isActive)
    if (isActive) this.#tighten(holding)
  }

  state(): MarketState {
    return {
      symbol: this.instrument.symbol,
      last: Number.isNaN(this.last) ? null : this.last,
      phase: this.phase,
      candle: this.candle,
      openPrice: Number.isNaN(this.openPrice) ? null : this.openPrice,
      openAt: this.openAt,
      volume: this.volume,
      inside: this.inside,
    }
  }

  /** Takes over a saved state, or the state before the first candle; holdings are listed by their own restore. */
  restore(state: MarketState | null): void {
    this.last = state?.last ?? Number.NaN
    this.phase = state?.phase ?? 'between'
    this.candle = state?.candle ?? 0
    this.openPrice = state?.openPrice ?? Number.NaN
    this.openAt = state?.openAt ?? 0
    this.volume = state?.volume ?? null
    this.inside = state?.inside ?? null
    this.active.length = 0
    this.played.length = 0
    this.#wakeHigh = Number.POSITIVE_INFINITY
    this.#wakeLow = Number.NEGATIVE_INFINITY
  }

  /** A price for everybody ends the prices some saw for themselves. */
  #tell(price: number): void {
    this.last = price
    if (this.played.length === 0) return
    for (const holding of this.played) holding.played = Number.NaN
    this.played.length = 0
  }

  #tighten(holding: Holding): void {
    if (holding.wakeHigh < this.#wakeHigh) this.#wakeHigh = holding.wakeHigh
    if (holding.wakeLow > this.#wakeLow) this.#wakeLow = holding.wakeLow
  }

  #list(holding: Holding, isActive: boolean): void {
    holding.isListed = isActive
    if (!isActive) {
      this.active.splice(this.active.indexOf(holding), 1)
      return
    }
    let place = this.active.length
    while (place > 0 && (this.active[place - 1] as Holding).book.sequence > holding.book.sequence) place -= 1
    this.active.splice(place, 0, holding)
  }
}
