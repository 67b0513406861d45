/** The market that venue and engine processes share without talking: prices are a function of time, and time runs fast. */
import { paperInstrument } from '../../adapters/market/instruments.ts'
import type { Candle } from '../../domain/candle.ts'
import type { CandleSource, MarketStep } from '../../domain/feed.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { Clock } from '../../domain/ports.ts'

export const SYMBOLS = ['BTC', 'ETH']
export const INTERVAL = '1m'
/** Market time per real time: a candle takes two seconds. */
export const SPEED = 30
const CANDLE_MS = INTERVAL_MS[INTERVAL]
const BASE: Record<string, { price: number; wave: number; phase: number }> = {
  BTC: { price: 60_000, wave: 17, phase: 0 },
  ETH: { price: 3_000, wave: 11, phase: 2 },
}

/** Swings of five percent, so that stops and targets are reached within a few candles. */
export const priceAt = (symbol: string, at: number): number => {
  const { price, wave, phase } = BASE[symbol] as (typeof BASE)[string]
  return price * (1 + 0.05 * Math.sin((at / (CANDLE_MS * wave)) * 2 * Math.PI + phase))
}

/** Market time, `origin` being the real time at which it started from itself. */
export const marketClock = (origin: number): Clock => ({
  now: () => origin + (Date.now() - origin) * SPEED,
})

export const instruments = SYMBOLS.map(symbol => paperInstrument(symbol, BASE[symbol]?.price))

const candleOf = (symbol: string, openAt: number): Candle => {
  const path = Array.from({ length: 13 }, (_, index) => priceAt(symbol, openAt + (index / 12) * CANDLE_MS))
  const [open = 0, close = 0] = [path[0], path.at(-1)]
  return { openAt, open, high: Math.max(...path), low: Math.min(...path), close, volume: 1_000 }
}

/** Candles from one hour before `origin` on, for ever. */
export const candlesFrom = (origin: number): CandleSource => {
  let openAt = origin - (origin % CANDLE_MS) - 60 * CANDLE_MS
  return {
    interval: INTERVAL,
    symbols: SYMBOLS,
    instruments,
    stepsTotal: null,
    state: () => null,
    next: (): MarketStep => {
      const step = {
        openAt,
        candles: SYMBOLS.map(symbol => candleOf(symbol, openAt)),
        fundingRates: SYMBOLS.map(() => null),
      }
      openAt += CANDLE_MS
      return step
    },
  }
}
