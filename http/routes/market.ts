/** What the feed says: prices, candles, products, and the market as a model is told of it. */
import { createRoute, z } from '@hono/zod-openapi'
import { CANDLES_KEPT as KEPT } from '../../domain/indicators/history.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../domain/interval.ts'
import type { App, RouteDeps } from '../context.ts'
import { feedInterval, instrumentOf as lookUp, keptCandles } from '../market-lookup.ts'
import { newestFirst, pageOf } from '../page.ts'
import {
  candleExample,
  MarketCandle,
  MarketData,
  marketDataExample,
  Price,
  PricePoint,
  Product,
  presentCandle,
  presentMarketData,
  presentPrice,
  presentProduct,
  priceExample,
  productExample,
  Ticker,
} from '../present/market.ts'
import { conciseNumber } from '../present/concise.ts'
import { iso, listOf, text } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import {
  accountIds,
  choice,
  cursor,
  either,
  limit,
  moment,
  NEEDED,
  noQuery,
  paging,
  query,
} from '../query.ts'
import { selectedIds } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const LENGTHS = INTERVALS as [Interval, ...Interval[]]
/** Lengths as other systems name them: in words, or in seconds. */
const GRANULARITIES: Record<string, Interval> = {
  ONE_MINUTE: '1m',
  FIVE_MINUTE: '5m',
  FIFTEEN_MINUTE: '15m',
  THIRTY_MINUTE: '30m',
  ONE_HOUR: '1h',
  FOUR_HOUR: '4h',
  ONE_DAY: '1d',
  ...Object.fromEntries(LENGTHS.map(each => [String(INTERVAL_MS[each] / 1_000), each])),
  ...Object.fromEntries(LENGTHS.map(each => [each, each])),
}
const GRANULARITY_NAMES = Object.keys(GRANULARITIES) as [string, ...string[]]

const symbolText = `${NEEDED}the name of an asset or a pair, e.g. BTC or BTC-USDT`
const symbol = z
  .string(symbolText)
  .regex(/^[A-Za-z0-9._/:-]{1,30}$/, symbolText)
  .openapi({ description: 'Asset or pair.', example: 'BTC' })
const params = z.object({ symbol: symbol })
const about = { method: 'get' as const, tags: ['Market'], security: READ_ACCESS }

const latest = createRoute({
  ...about,
  path: '/price/latest',
  summary: 'Latest price of an asset',
  request: { query: query({ symbol }) },
  responses: answers('The price.', Price, priceExample),
})
const hoursText = 'a number of hours above 0, at most 720'
const history = createRoute({
  ...about,
  path: '/price/history',
  summary: 'Closes of the feed’s candles, newest first',
  description: `Of the last ${KEPT} candles, which are kept in memory.`,
  request: {
    query: query({
      symbol,
      hours: z
        .string(hoursText)
        .regex(/^\d{1,3}(\.\d{1,3})?$/, hoursText)
        .transform(Number)
        .refine(value => value > 0 && value <= 720, hoursText)
        .optional()
        .openapi({ type: 'number', default: 24, description: 'How far back.', example: 24 }),
      limit: limit(KEPT, KEPT),
      cursor,
    }),
  },
  responses: answers('Points.', listOf(PricePoint), {
    items: [{ at: '2026-01-02T03:00:00.000Z', price: 45_100.5 }],
    total: 1,
    next: null,
  }),
})
const marketData = createRoute({
  ...about,
  path: '/market-data',
  summary: 'The market of an asset as a model is told of it',
  request: { query: query({ asset: symbol, account_id: accountIds }) },
  responses: answers('As decided on by the first of the accounts.', MarketData, marketDataExample),
})
const products = createRoute({
  ...about,
  path: '/market/products',
  summary: 'What can be traded',
  request: { query: query({ exchange: choice(['paper'], 'Venue.'), ...paging }) },
  responses: answers('Products by name.', listOf(Product), { items: [productExample], total: 1, next: null }),
})
const ticker = createRoute({
  ...about,
  path: '/market/ticker/{symbol}',
  summary: 'Latest price and candle of an asset',
  request: { params, query: query({ exchange: choice(['paper'], 'Venue.') }) },
  responses: answers('The ticker.', Ticker, {
    ...priceExample,
    product_id: 'BTC-USDT',
    candle: candleExample,
  }),
})
const CandleList = z.strictObject({
  ...listOf(MarketCandle).shape,
  symbol: text('Canonical name.'),
  timeframe: text('Length of each.'),
})
const candles = createRoute({
  ...about,
  path: '/market/candles/{symbol}',
  summary: 'Closed candles, newest first',
  description: `Of the last ${KEPT} of each length, which are kept in memory.`,
  request: {
    params,
    query: query({
      timeframe: choice(LENGTHS, 'Length of each; of the feed when left out.'),
      granularity: choice(GRANULARITY_NAMES, 'As timeframe; in seconds, and as `ONE_HOUR`, too.'),
      from: moment('Only from this time on.'),
      to: moment('Only before this time.'),
      limit: limit(100, KEPT),
      cursor,
    }),
  },
  responses: answers('Candles.', CandleList, {
    items: [candleExample],
    total: 1,
    next: null,
    symbol: 'BTC',
    timeframe: '5m',
  }),
})
const prices = createRoute({
  ...about,
  path: '/prices/latest',
  summary: 'Latest price of every asset',
  request: { query: noQuery },
  responses: answers('Prices.', listOf(Price), { items: [priceExample], total: 1, next: null }),
})

export const marketRoutes = (app: App, { engine }: RouteDeps): void => {
  const instrumentOf = (given: string) => lookUp(engine, given)
  const closed = (name: string, timeframe: Interval) => keptCandles(engine, name, timeframe).toReversed()

  app.openapi(latest, c => {
    const { symbol: name } = instrumentOf(c.req.valid('query').symbol)
    return c.json(presentPrice(name, engine.insight.mark(name)), 200)
  })
  app.openapi(prices, c => {
    const items = engine.insight
      .instruments()
      .map(({ symbol: name }) => presentPrice(name, engine.insight.mark(name)))
    return c.json({ items, total: items.length, next: null }, 200)
  })
  app.openapi(history, c => {
    const { symbol: given, hours = 24, ...paged } = c.req.valid('query')
    const { symbol: name } = instrumentOf(given)
    const since = engine.status().now - hours * 3_600_000
    const points = closed(name, feedInterval(engine)).filter(each => each.openAt >= since)
    const page = pageOf(points, each => newestFirst(each.openAt), paged)
    const items = page.items.map(each => ({ at: iso(each.openAt), price: conciseNumber(each.close) }))
    return c.json({ items, total: page.total, next: page.next }, 200)
  })
  app.openapi(marketData, c => {
    const { asset, account_id } = c.req.valid('query')
    const { symbol: name } = instrumentOf(asset)
    const chosen = new Set(selectedIds(engine, c.get('grant'), account_id))
    const found = engine
      .markets()
      .find(each => each.symbol === name && each.accountIds.some(id => chosen.has(id)))
    if (found !== undefined) return c.json(presentMarketData(found), 200)
    throw new Problem('asset_unknown', {
      detail: `None of these accounts decides on ${name}.`,
      remedy: 'GET /accounts shows the assets of each.',
    })
  })
  app.openapi(products, c => {
    const { limit: most, cursor } = c.req.valid('query')
    const page = pageOf(engine.insight.instruments(), each => each.symbol, { limit: most, cursor })
    return c.json({ items: page.items.map(presentProduct), total: page.total, next: page.next }, 200)
  })
  app.openapi(ticker, c => {
    const instrument = instrumentOf(c.req.valid('param').symbol)
    const [candle] = closed(instrument.symbol, feedInterval(engine))
    const price = presentPrice(instrument.symbol, engine.insight.mark(instrument.symbol))
    const { product_id } = presentProduct(instrument)
    return c.json({ ...price, product_id, candle: candle === undefined ? null : presentCandle(candle) }, 200)
  })
  app.openapi(candles, c => {
    const { timeframe, granularity, from, to, ...paged } = c.req.valid('query')
    const { symbol: name } = instrumentOf(c.req.valid('param').symbol)
    const other = granularity === undefined ? undefined : GRANULARITIES[granularity]
    const length = either(['timeframe', timeframe], ['granularity', other]) ?? feedInterval(engine)
    const found = closed(name, length).filter(
      ({ openAt }) => (from === undefined || openAt >= from) && (to === undefined || openAt < to),
    )
    const page = pageOf(found, each => newestFirst(each.openAt), paged)
    const items = page.items.map(presentCandle)
    return c.json({ items, total: page.total, next: page.next, symbol: name, timeframe: length }, 200)
  })
}
