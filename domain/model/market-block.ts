/** What a model is told of one asset's market. Indicators are of closed candles; what is not known is `null`, never 0. */
import { kdjCall, kdjZone, macdTrend, rsiTrend, rsiZone } from '../indicators/readings.ts'
import type { Interval } from '../interval.ts'
import { figure, type Plain } from './context-json.ts'

/** Oldest first; `null` while warming up. */
export type Series = readonly (number | null)[]

export type AssetMarket = {
  symbol: string
  /** Latest mark, and when it was seen, epoch ms; both `null` before the first. */
  price: number | null
  priceAt: number | null
  /** As a ratio; `null` where the feed's candles do not tell it. */
  change3m: number | null
  openInterest: { latest: number; average: number } | null
  /** Per 8 hours, positive when longs pay. */
  fundingRate: number | null
  /** (bids − asks) ÷ (bids + asks) of the order book's depth, −1 to 1; `null` without a book. */
  depthPressure: number | null
  intraday: {
    /** 5 minutes, or the decision interval where the feed has no 5-minute candles. */
    timeframe: Interval
    midPrices: Series
    ema20: Series
    macd: Series
    rsi7: Series
    rsi14: Series
  }
  /** `null` where the feed's candles cannot be merged to 4 hours. */
  longTerm: {
    ema20: number | null
    ema50: number | null
    atr3: number | null
    atr14: number | null
    volumeCurrent: number | null
    volumeAverage: number | null
    macd: Series
    rsi14: Series
  } | null
  /** Latest values on the decision interval, and those of the candle before. */
  now: {
    timeframe: Interval
    macd: { macd: number | null; signal: number | null; histogram: number | null }
    kdj: { k: number | null; d: number | null; j: number | null }
    kdjBefore: { k: number | null; d: number | null }
    rsi14: number | null
  }
}

type Fields = Record<string, Plain>

/** The blocks of an asset. The core is always told; the series are left out, in this order, where there is no room. */
export type MarketBlock = { symbol: string; core: Fields; series: [name: string, fields: Plain][] }

const DIGITS = 6

const list = (values: Series, digits = DIGITS): Plain => values.map(value => figure(value, digits))

const latestIsMissing = (values: Series): boolean => (values.at(-1) ?? null) === null

/** Names of the values that are `null` because there are too few candles. */
const missing = (market: AssetMarket): string[] => {
  const { intraday, longTerm, now } = market
  const names: string[] = []
  for (const [key, values] of [
    ['mid_prices', intraday.midPrices],
    ['ema20', intraday.ema20],
    ['macd', intraday.macd],
    ['rsi7', intraday.rsi7],
    ['rsi14', intraday.rsi14],
  ] as const) {
    if (latestIsMissing(values)) names.push(`intraday_series.${key}`)
  }
  for (const [key, value] of Object.entries(longTerm === null ? {} : longTermFields(longTerm))) {
    const last = Array.isArray(value) ? ((value as Plain[]).at(-1) ?? null) : value
    if (last === null) names.push(`long_term_context.${key}`)
  }
  if (now.macd.histogram === null) names.push('indicators.macd')
  if (now.kdj.j === null) names.push('indicators.kdj')
  if (now.rsi14 === null) names.push('indicators.rsi14')
  return names
}

const longTermFields = (longTerm: NonNullable<AssetMarket['longTerm']>): Fields => ({
  ema20_4h: figure(longTerm.ema20),
  ema50_4h: figure(longTerm.ema50),
  atr3_4h: figure(longTerm.atr3, DIGITS),
  atr14_4h: figure(longTerm.atr14, DIGITS),
  volume_current: figure(longTerm.volumeCurrent, DIGITS),
  volume_average: figure(longTerm.volumeAverage, DIGITS),
  macd_4h: list(longTerm.macd),
  rsi14_4h: list(longTerm.rsi14, 4),
})

const indicatorFields = ({ now }: AssetMarket): Fields => ({
  timeframe: now.timeframe,
  macd: {
    macd: figure(now.macd.macd, DIGITS),
    signal: figure(now.macd.signal, DIGITS),
    histogram: figure(now.macd.histogram, DIGITS),
    trend: macdTrend(now.macd.histogram),
  },
  kdj: {
    k: figure(now.kdj.k, 4),
    d: figure(now.kdj.d, 4),
    j: figure(now.kdj.j, 4),
    zone: kdjZone(now.kdj.k, now.kdj.d),
    call: kdjCall(now.kdj, now.kdjBefore),
  },
  rsi14: { value: figure(now.rsi14, 4), zone: rsiZone(now.rsi14), trend: rsiTrend(now.rsi14) },
})

export const marketBlock = (market: AssetMarket): MarketBlock => {
  const { openInterest, intraday, longTerm } = market
  const insufficient = missing(market)
  return {
    symbol: market.symbol,
    core: {
      asset: market.symbol,
      timestamp: market.priceAt === null ? null : new Date(market.priceAt).toISOString(),
      price: figure(market.price),
      price_change_3m_pct: figure(market.change3m === null ? null : market.change3m * 100, 4),
      open_interest:
        openInterest === null
          ? null
          : { latest: figure(openInterest.latest), average: figure(openInterest.average) },
      funding_rate: figure(market.fundingRate, 4),
      depth_pressure: figure(market.depthPressure, 4),
      indicators: indicatorFields(market),
      ...(insufficient.length === 0 ? {} : { insufficient_history: insufficient }),
    },
    series: [
      [
        'intraday_series',
        {
          timeframe: intraday.timeframe,
          mid_prices: list(intraday.midPrices, 8),
          ema20: list(intraday.ema20, 8),
          macd: list(intraday.macd),
          rsi7: list(intraday.rsi7, 4),
          rsi14: list(intraday.rsi14, 4),
        },
      ],
      ['long_term_context', longTerm === null ? null : longTermFields(longTerm)],
    ],
  }
}
