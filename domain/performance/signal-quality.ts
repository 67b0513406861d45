/**
 * What signals were worth: where the price stood some time after each of them.
 *
 * The *horizon* is a number of decision intervals of the account. The move of a signal is (price then − price at the
 * signal) ÷ price at the signal, turned round for a sell, so that above zero always means "it was right"; a hit is a move
 * above zero. No fees, stops, targets or sizes are in it, and it does not matter whether the rules let the signal pass.
 * Signals that follow one another within the horizon share most of their move: they are counted, but are not independent.
 *
 * The *baseline* is the same question for every decision of that agent, holds too: what the market did anyway. Buys that
 * hit no more often than the market rose say nothing.
 *
 * Prices are those the decisions were made at. Where none was made at the end of the horizon (the engine rested), the
 * signal is lost to this measure and counted as that.
 */

/** A decision as this measure needs it. */
export type SignalMoment = {
  agent: string
  symbol: string
  action: 'buy' | 'sell' | 'close' | 'hold'
  /** Close of the candle it was made on, epoch ms. */
  at: number
  /** `null`: there was none. */
  price: number | null
  /** Decision interval of its account, ms. */
  intervalMs: number
}

type Moves = {
  /** Moves known. */
  measured: number
  hitRatePercent: number | null
  meanMovePercent: number | null
}

export type SignalQuality = {
  agent: string
  symbol: string
  buys: number
  sells: number
  /** Buys and sells whose move is known. */
  signals: Moves
  /** Horizon not over yet. */
  pending: number
  /** Horizon over, without a price at its end. */
  lost: number
  /** Every decision, as if it were a buy. */
  baseline: Moves
}

type Quote = { at: number; price: number }

/** The first quote at or after `at`, up to one interval late. */
const quoteAfter = (quotes: readonly Quote[], at: number, intervalMs: number): Quote | null => {
  let [low, high] = [0, quotes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((quotes[middle] as Quote).at < at) low = middle + 1
    else high = middle
  }
  const found = quotes[low]
  return found === undefined || found.at >= at + intervalMs ? null : found
}

const PLACES = 1e6
const rounded = (value: number): number => Math.round(value * PLACES) / PLACES + 0

const movesOf = (moves: readonly number[]): Moves => {
  const measured = moves.length
  if (measured === 0) return { measured, hitRatePercent: null, meanMovePercent: null }
  const hits = moves.filter(move => move > 0).length
  const sum = moves.reduce((total, move) => total + move, 0)
  return {
    measured,
    hitRatePercent: rounded((hits / measured) * 100),
    meanMovePercent: rounded((sum / measured) * 100),
  }
}

const quotesOf = (moments: readonly SignalMoment[]): Map<string, Quote[]> => {
  const bySymbol = new Map<string, Quote[]>()
  for (const { symbol, at, price } of moments) {
    if (price === null || price <= 0) continue
    const own = bySymbol.get(symbol)
    if (own === undefined) bySymbol.set(symbol, [{ at, price }])
    else own.push({ at, price })
  }
  for (const quotes of bySymbol.values()) quotes.sort((one, other) => one.at - other.at)
  return bySymbol
}

/** One row for each agent and asset, in the order of their names. `horizon` is a whole number of intervals from 1. */
export const signalQuality = (moments: readonly SignalMoment[], horizon: number): SignalQuality[] => {
  const quotes = quotesOf(moments)
  const groups = new Map<string, SignalMoment[]>()
  for (const moment of moments) {
    const key = JSON.stringify([moment.agent, moment.symbol])
    const own = groups.get(key)
    if (own === undefined) groups.set(key, [moment])
    else own.push(moment)
  }
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, own]) => qualityOf(own, quotes, horizon))
}

const qualityOf = (
  moments: readonly SignalMoment[],
  quotes: ReadonlyMap<string, Quote[]>,
  horizon: number,
): SignalQuality => {
  const { agent, symbol } = moments[0] as SignalMoment
  const track = quotes.get(symbol) ?? []
  const newest = track.at(-1)?.at ?? Number.NEGATIVE_INFINITY
  const all: number[] = []
  const signalled: number[] = []
  let [buys, sells, pending, lost] = [0, 0, 0, 0]
  for (const { action, at, price, intervalMs } of moments) {
    const until = at + horizon * intervalMs
    const after = price === null || price <= 0 ? null : quoteAfter(track, until, intervalMs)
    const move = after === null || price === null ? null : (after.price - price) / price
    if (move !== null) all.push(move)
    if (action !== 'buy' && action !== 'sell') continue
    if (action === 'buy') buys += 1
    else sells += 1
    if (move !== null) signalled.push(action === 'buy' ? move : -move)
    else if (until > newest) pending += 1
    else lost += 1
  }
  return { agent, symbol, buys, sells, signals: movesOf(signalled), pending, lost, baseline: movesOf(all) }
}
