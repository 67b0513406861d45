/** Candle series as a market feed: aligned by time, one step per candle length, from the first candle to the last. */
import type { Candle, CandleSeries } from '../../domain/candle.ts'
import type { CandleSource, MarketStep } from '../../domain/feed.ts'
import type { Instrument } from '../../domain/instrument.ts'
import { INTERVAL_MS, type Interval } from '../../domain/interval.ts'

/** Where a series source stands. Plain JSON. */
export type SeriesState = {
  /** Open of the next step, epoch ms. */
  nextAt: number
}

const oneInterval = (series: readonly CandleSeries[]): Interval => {
  const first = series[0]
  if (first === undefined) throw new Error('A candle source needs at least one series; none was given')
  const other = series.find(each => each.interval !== first.interval)
  if (other !== undefined) {
    throw new Error(
      `Series of one source have one interval: ${first.symbol} has ${first.interval}, ${other.symbol} ${other.interval}`,
    )
  }
  const symbols = series.map(each => each.symbol)
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index)
  if (twice !== undefined) throw new Error(`${twice} is in the source twice; give one series per symbol`)
  const empty = series.find(each => each.length === 0)
  if (empty !== undefined) throw new Error(`Series of ${empty.symbol} has no candle; leave it out`)
  return first.interval
}

const instrumentsOf = (series: readonly CandleSeries[], instruments: readonly Instrument[]): Instrument[] =>
  series.map(({ symbol }) => {
    const found = instruments.find(each => each.symbol === symbol)
    if (found === undefined) {
      const names = instruments.map(each => each.symbol).join(', ') || 'none'
      throw new Error(`No instrument for ${symbol} among ${names}; give one for every series`)
    }
    return found
  })

const firstIndexFrom = (openAt: Float64Array, at: number): number => {
  const index = openAt.findIndex(each => each >= at)
  return index < 0 ? openAt.length : index
}

const resumeAt = (state: unknown, first: number, step: number): number => {
  if (state === null) return first
  const nextAt = (state as Partial<SeriesState>).nextAt
  if (typeof nextAt === 'number' && nextAt >= first && (nextAt - first) % step === 0) return nextAt
  throw new Error(
    `State ${JSON.stringify(state)} does not belong to these candles, which start at ${first}; start without state`,
  )
}

/**
 * A finite source over loaded series. Symbols may start and end at different times; where one has no candle its place in
 * the step is `null`. With `state` of an earlier source over the same candles it continues there. Throws on series that
 * do not fit together.
 */
export const seriesSource = (
  series: readonly CandleSeries[],
  instruments: readonly Instrument[],
  state: unknown = null,
): CandleSource => {
  const interval = oneInterval(series)
  const stepMs = INTERVAL_MS[interval]
  const first = Math.min(...series.map(each => each.openAt[0] as number))
  const last = Math.max(...series.map(each => each.openAt[each.length - 1] as number))
  let nextAt = resumeAt(state, first, stepMs)
  const cursors = series.map(each => firstIndexFrom(each.openAt, nextAt))
  const fundingRates: readonly null[] = Object.freeze(series.map(() => null))

  const candleOf = (index: number): Candle | null => {
    const { openAt, open, high, low, close, volume } = series[index] as CandleSeries
    const cursor = cursors[index] as number
    // Beyond the end the column gives undefined, which is no time either.
    if (openAt[cursor] !== nextAt) return null
    cursors[index] = cursor + 1
    return {
      openAt: nextAt,
      open: open[cursor] as number,
      high: high[cursor] as number,
      low: low[cursor] as number,
      close: close[cursor] as number,
      volume: volume[cursor] as number,
    }
  }

  const next = (): MarketStep | null => {
    if (nextAt > last) return null
    const candles: (Candle | null)[] = []
    for (let index = 0; index < series.length; index++) candles.push(candleOf(index))
    const step = { openAt: nextAt, candles, fundingRates }
    nextAt += stepMs
    return step
  }

  return {
    interval,
    symbols: series.map(each => each.symbol),
    instruments: instrumentsOf(series, instruments),
    stepsTotal: (last - first) / stepMs + 1,
    next,
    state: (): SeriesState => ({ nextAt }),
  }
}
