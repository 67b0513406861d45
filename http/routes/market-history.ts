/** The newest prices, told to everybody who watches, and indicators of the past. */
import { createRoute, z } from '@hono/zod-openapi'
import { CANDLES_KEPT } from '../../domain/indicators/history.ts'
import { indicatorsOver } from '../../domain/indicators/over-candles.ts'
import { INTERVALS, type Interval } from '../../domain/interval.ts'
import { exerciseScope } from '../audit.ts'
import { readBody } from '../body.ts'
import type { App, RouteDeps } from '../context.ts'
import { feedInterval, instrumentOf, keptCandles } from '../market-lookup.ts'
import { newestFirst, pageOf } from '../page.ts'
import {
  HISTORY_LINES,
  IndicatorList,
  indicatorsExample,
  presentPoint,
  presentSynced,
  SyncedPrice,
  syncedExample,
} from '../present/market-history.ts'
import { isoOrNull, listOf } from '../present/shape.ts'
import { choice, cursor, limit, NEEDED, noQuery, period, query } from '../query.ts'
import { answers, READ_ACCESS, TRADE_ACCESS } from './answers.ts'

const SYMBOLS_MAX = 200
const symbolText = 'the name of an asset or a pair, e.g. BTC or BTC-USDT'
const SYMBOL = /^[A-Za-z0-9._/:-]{1,30}$/
const symbol = z.string(symbolText).regex(SYMBOL, symbolText)
const listText = `a list of 1 to ${SYMBOLS_MAX} assets or pairs`
const SyncBody = z.strictObject(
  {
    symbols: z
      .array(symbol, listText)
      .refine(given => given.length > 0 && given.length <= SYMBOLS_MAX, listText)
      .optional()
      .openapi({ description: 'Assets or pairs; every asset of the feed when left out.' }),
  },
  'an object',
)
const Synced = listOf(SyncedPrice)

const sync = {
  method: 'post' as const,
  path: '/prices/sync',
  tags: ['Market'],
  summary: 'The newest prices of the feed, now',
  description:
    'The feed brings its prices by itself and none is fetched ahead of it, so the answer is what it told last, with its ' +
    'age. Whoever watches /ws/market-data gets a `market` event of each asset that is decided on, changed or not.',
  security: TRADE_ACCESS,
  request: { query: noQuery },
  responses: answers('Prices.', Synced, { items: [syncedExample], total: 1, next: null }),
}

const LENGTHS = INTERVALS as [Interval, ...Interval[]]

const history = createRoute({
  method: 'get',
  path: '/market-data/history',
  tags: ['Market'],
  summary: 'Indicators at each closed candle, newest first',
  description:
    `Computed when asked for, from the last ${CANDLES_KEPT} closed candles of the length, which are kept in memory: ` +
    '8.5 hours of 1m, 1.8 days of 5m, 21 days of 1h; less after a start, and of lengths that nobody decides on. `kept_from` ' +
    'tells where they begin. Averages begin there too, so that next to it a value is `null`, or differs from what was ' +
    'decided on then. Behind a gap they begin anew.',
  security: READ_ACCESS,
  request: {
    query: query({
      asset: z
        .string(NEEDED + symbolText)
        .regex(SYMBOL, NEEDED + symbolText)
        .openapi({ description: 'Asset or pair.', example: 'BTC' }),
      timeframe: choice(LENGTHS, 'Length of the candles; of the feed when left out.'),
      ...period,
      limit: limit(100, CANDLES_KEPT),
      cursor,
    }),
  },
  responses: answers('Values by candle.', IndicatorList, indicatorsExample),
})

export const marketHistoryRoutes = (app: App, { engine }: RouteDeps): void => {
  const body = {
    content: { 'application/json': { schema: SyncBody, example: { symbols: ['BTC', 'ETH-USDT'] } } },
    required: false,
  }
  app.openAPIRegistry.registerPath({ ...sync, request: { ...sync.request, body } })
  app.openapi(createRoute({ ...sync, hide: true }), async c => {
    exerciseScope(c, 'trade')
    const { symbols: asked } = await readBody(c, SyncBody)
    const found = asked?.map(each => instrumentOf(engine, each)) ?? engine.insight.instruments()
    const symbols = [...new Set(found.map(each => each.symbol))]
    engine.insight.tellPrices(symbols)
    const { now } = engine.status()
    const items = symbols.map(each => presentSynced(each, engine.insight.mark(each), now))
    return c.json({ items, total: items.length, next: null }, 200)
  })

  app.openapi(history, c => {
    const { asset, timeframe = feedInterval(engine), from, to, ...paging } = c.req.valid('query')
    const { symbol: name } = instrumentOf(engine, asset)
    const candles = keptCandles(engine, name, timeframe)
    const wanted = indicatorsOver(candles, timeframe, HISTORY_LINES).filter(
      ({ candle: { openAt } }) => (from === undefined || openAt >= from) && (to === undefined || openAt < to),
    )
    const page = pageOf(wanted, ({ candle }) => newestFirst(candle.openAt), paging)
    const items = page.items.map(({ candle, values }) => presentPoint(candle, values))
    const kept_from = isoOrNull(candles[0]?.openAt ?? null)
    return c.json({ items, total: page.total, next: page.next, asset: name, timeframe, kept_from }, 200)
  })
}
