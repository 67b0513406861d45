/** Prices, candles and markets. They are numbers: what is paid and owned is decimal text, what is looked at is not. */
import { z } from '@hono/zod-openapi'
import type { Mark } from '../../actors/market.ts'
import type { Candle } from '../../domain/candle.ts'
import type { Instrument } from '../../domain/instrument.ts'
import { type AssetMarket, marketBlock } from '../../domain/model/market-block.ts'
import { concise } from './concise.ts'
import { amount, choice, iso, isoOrNull, moment, number, text } from './shape.ts'

export const Price = z
  .strictObject({
    symbol: text('Canonical name, e.g. `BTC`.'),
    price: number('Latest price; `null` before the first.').nullable(),
    at: moment('When it was seen.').nullable(),
    funding_rate: number('Per 8 hours, positive when longs pay; `null`: not known.').nullable(),
  })
  .openapi('Price')

export const presentPrice = (symbol: string, mark: Mark | null): z.infer<typeof Price> =>
  concise({
    symbol,
    price: mark?.price ?? null,
    at: isoOrNull(mark?.at ?? null),
    funding_rate: mark?.fundingRate ?? null,
  })
export const priceExample: z.infer<typeof Price> = {
  symbol: 'BTC',
  price: 45_100.5,
  at: '2026-01-02T03:00:00.000Z',
  funding_rate: 0.0001,
}

export const PricePoint = z
  .strictObject({ at: moment('Open of the candle.'), price: number('Its close.') })
  .openapi('PricePoint')

export const MarketCandle = z
  .strictObject({
    opened_at: moment('When it opened.'),
    open: number('First price.'),
    high: number('Highest.'),
    low: number('Lowest.'),
    close: number('Last.'),
    volume: number('Traded, in base quantity.').nullable(),
  })
  .openapi('Candle')

export const presentCandle = (candle: Candle): z.infer<typeof MarketCandle> =>
  concise({
    opened_at: iso(candle.openAt),
    open: candle.open,
    high: candle.high,
    low: candle.low,
    close: candle.close,
    volume: candle.volume,
  })
export const candleExample: z.infer<typeof MarketCandle> = {
  opened_at: '2026-01-02T02:55:00.000Z',
  open: 45_050,
  high: 45_120,
  low: 45_010,
  close: 45_100.5,
  volume: 12.5,
}

export const Product = z
  .strictObject({
    symbol: text('Canonical name, e.g. `BTC`.'),
    product_id: text('As a pair, e.g. `BTC-USDT`.'),
    quote: text('What it is priced in.'),
    kind: choice(['perpetual', 'spot'], 'What is traded.'),
    tick_size: amount('Step of its prices.'),
    step_size: amount('Step of its quantities.'),
    min_notional: amount('Smallest order.'),
    market_quantity_max: amount('Largest market order; `null`: no limit.').nullable(),
    leverage_max: number('Largest leverage of its smallest positions.'),
  })
  .openapi('Product')

export const presentProduct = (each: Instrument): z.infer<typeof Product> => ({
  symbol: each.symbol,
  product_id: `${each.symbol}-${each.quote}`,
  quote: each.quote,
  kind: each.kind,
  tick_size: each.tickSize,
  step_size: each.stepSize,
  min_notional: each.minNotional,
  market_quantity_max: each.marketQuantityMax,
  leverage_max: each.marginTiers[0]?.leverageMax ?? 1,
})
export const productExample: z.infer<typeof Product> = {
  symbol: 'BTC',
  product_id: 'BTC-USDT',
  quote: 'USDT',
  kind: 'perpetual',
  tick_size: '0.1',
  step_size: '0.001',
  min_notional: '5',
  market_quantity_max: null,
  leverage_max: 125,
}

export const Ticker = z
  .strictObject({
    ...Price.shape,
    product_id: text('As a pair.'),
    candle: MarketCandle.nullable().openapi({ description: 'Newest closed candle of the feed.' }),
  })
  .openapi('Ticker')

/** The document a model is told, B-05: blocks side by side. What the market is made of may grow, so it is open. */
export const MarketData = z
  .looseObject({
    asset: text('Canonical name.'),
    timestamp: moment('When its price was seen.').nullable(),
    price: number('Latest price.').nullable(),
    open_interest: z
      .strictObject({ latest: number('Now.').nullable(), average: number('On average.').nullable() })
      .nullable()
      .openapi({ description: '`null`: the feed does not tell it.' }),
    funding_rate: number('Per 8 hours.').nullable(),
    intraday_series: z.record(z.string(), z.unknown()).nullable(),
    long_term_context: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('MarketData')

export const presentMarketData = (market: AssetMarket): z.infer<typeof MarketData> => {
  const { core, series } = marketBlock(market)
  return { ...core, ...Object.fromEntries(series) } as z.infer<typeof MarketData>
}
export const marketDataExample: z.infer<typeof MarketData> = {
  asset: 'BTC',
  timestamp: '2026-01-02T03:00:00.000Z',
  price: 45_100.5,
  open_interest: null,
  funding_rate: 0.0001,
  intraday_series: { timeframe: '5m', mid_prices: [45_050, 45_100.5], ema20: [45_020, 45_030] },
  long_term_context: null,
}
