/** Gathers what a model is told of an account and its market at the moment of a decision. */

import { atr, ema, type IndicatorSpec, kdj, macd, rsi, volumeAverage } from '../../domain/indicators/spec.ts'
import { INTERVAL_MS, type Interval } from '../../domain/interval.ts'
import type { HeldPosition, WorkingOrder } from '../../domain/model/account-block.ts'
import type { ContextInput } from '../../domain/model/context.ts'
import type { AssetMarket } from '../../domain/model/market-block.ts'
import type { AssetActions } from '../../domain/model/rules-block.ts'
import { OutcomeUnknown, VenueRefused, VenueUnreachable } from '../../domain/ports.ts'
import type { AccountSettings } from '../../domain/settings.ts'
import { price } from '../../domain/units.ts'
import type { DecideInput } from '../../machines/account/context.ts'
import { cooldownMs } from '../cooldown.ts'
import { type Flow, wait } from '../flow.ts'
import type { Market } from '../market.ts'
import type { World } from '../world.ts'
import type { Memory } from './memory.ts'

/** Values of a series. */
const VALUES = 10
/** Closed trades that are told. */
const TRADES = 10
const LONG = '4h'
const MINUTES_3 = 180_000

const divides = (interval: Interval, longer: Interval): boolean =>
  INTERVAL_MS[longer] % INTERVAL_MS[interval] === 0

const intradayOf = (decision: Interval, feed: Interval): Interval => (divides(feed, '5m') ? '5m' : decision)

/** Made once for each timeframe: a view finds what it has seen before by the spec itself. */
const specsOf = (timeframe: Interval) => ({
  ema20: ema(20, { timeframe }),
  ema50: ema(50, { timeframe }),
  macd: macd(12, 26, 9, timeframe),
  kdj: kdj(9, 3, 3, timeframe),
  rsi7: rsi(7, timeframe),
  rsi14: rsi(14, timeframe),
  atr3: atr(3, timeframe),
  atr14: atr(14, timeframe),
  volume: volumeAverage(20, timeframe),
})
const known = new Map<Interval, ReturnType<typeof specsOf>>()
const specs = (timeframe: Interval): ReturnType<typeof specsOf> => {
  const found = known.get(timeframe) ?? specsOf(timeframe)
  known.set(timeframe, found)
  return found
}

/** Every indicator the context of a decision on `decision` reads, where the market comes in candles of `feed`. */
export const contextIndicators = (decision: Interval, feed: Interval = decision): IndicatorSpec[] => {
  const intraday = specs(intradayOf(decision, feed))
  const now = specs(decision)
  const long = specs(LONG)
  return [
    intraday.ema20,
    intraday.macd,
    intraday.rsi7,
    intraday.rsi14,
    now.macd,
    now.kdj,
    now.rsi14,
    ...(divides(feed, LONG)
      ? [long.ema20, long.ema50, long.atr3, long.atr14, long.volume, long.macd, long.rsi14]
      : []),
  ]
}

/** Change of the last three minutes; `null` where candles are longer than that, or one of them is missing. */
const change3m = (market: Market, symbol: string): number | null => {
  const book = market.book(symbol)
  const stepMs = INTERVAL_MS[book.baseInterval]
  if (MINUTES_3 % stepMs !== 0) return null
  const candles = book.view(book.baseInterval).candles(MINUTES_3 / stepMs + 1)
  const [first, last] = [candles[0], candles.at(-1)]
  if (first === undefined || last === undefined || last.openAt - first.openAt !== MINUTES_3) return null
  return first.close === 0 ? null : last.close / first.close - 1
}

const longTermOf = (market: Market, symbol: string, decision: Interval): AssetMarket['longTerm'] => {
  if (!divides(market.book(symbol).baseInterval, LONG)) return null
  const view = market.view(symbol, decision)
  const long = specs(LONG)
  return {
    ema20: view.value(long.ema20),
    ema50: view.value(long.ema50),
    atr3: view.value(long.atr3),
    atr14: view.value(long.atr14),
    volumeCurrent: view.candles(1, LONG)[0]?.volume ?? null,
    volumeAverage: view.value(long.volume),
    macd: view.series(long.macd, VALUES, 'macd'),
    rsi14: view.series(long.rsi14, VALUES),
  }
}

/** Closed candles only. The feed has no order book and no open interest, so these are not known. */
export const assetMarket = (market: Market, symbol: string, decision: Interval): AssetMarket => {
  const view = market.view(symbol, decision)
  const timeframe = intradayOf(decision, market.book(symbol).baseInterval)
  const intraday = specs(timeframe)
  const now = specs(decision)
  const mark = market.mark(symbol)
  const closes: (number | null)[] = view.candles(VALUES, timeframe).map(candle => candle.close)
  while (closes.length < VALUES) closes.unshift(null)
  return {
    symbol,
    price: mark?.price ?? null,
    priceAt: mark?.at ?? null,
    change3m: change3m(market, symbol),
    openInterest: null,
    fundingRate: mark?.fundingRate ?? null,
    depthPressure: null,
    intraday: {
      timeframe,
      midPrices: closes,
      ema20: view.series(intraday.ema20, VALUES),
      macd: view.series(intraday.macd, VALUES, 'macd'),
      rsi7: view.series(intraday.rsi7, VALUES),
      rsi14: view.series(intraday.rsi14, VALUES),
    },
    longTerm: longTermOf(market, symbol, decision),
    now: {
      timeframe: decision,
      macd: {
        macd: view.value(now.macd, 'macd'),
        signal: view.value(now.macd, 'signal'),
        histogram: view.value(now.macd, 'histogram'),
      },
      kdj: { k: view.value(now.kdj, 'k'), d: view.value(now.kdj, 'd'), j: view.value(now.kdj, 'j') },
      kdjBefore: { k: view.value(now.kdj, 'k', 1), d: view.value(now.kdj, 'd', 1) },
      rsi14: view.value(now.rsi14),
    },
  }
}

const heldPositions = (market: Market, memory: Memory, input: DecideInput): HeldPosition[] => {
  const { openings } = memory.of(input.accountId)
  return Object.values(input.positions).flatMap(each => {
    if (each.direction === null || each.entryPrice === null) return []
    const opening = openings.get(each.symbol)
    const own = opening?.positionId === each.positionId ? opening : undefined
    const mark = market.priceOf(each.symbol)
    return {
      symbol: each.symbol,
      state: each.state,
      direction: each.direction,
      quantity: each.quantity,
      entryPrice: each.entryPrice,
      markPrice: mark === null ? null : price(mark),
      leverage: each.leverage,
      stopPrice: each.stopPrice,
      targetPrice: each.targetPrice,
      firstStop: own?.firstStop ?? null,
      openedAt: each.openedAt,
      exitPlan: own?.exitPlan ?? '',
      conditions: each.conditions,
      reversalCount: each.evidence?.count ?? 0,
    }
  })
}

/** A venue that does not say leaves the orders unknown; nothing else of the decision depends on them. */
function* workingOrders(world: World, accountId: string): Flow<WorkingOrder[] | null> {
  try {
    const orders = yield* wait(world.seat(accountId).exchange.openOrders())
    return orders.filter(order => order.status === 'working')
  } catch (error) {
    const isSilent =
      error instanceof VenueRefused || error instanceof VenueUnreachable || error instanceof OutcomeUnknown
    if (isSilent) return null
    throw error
  }
}

const rulesOf = (settings: AccountSettings): ContextInput['rules'] => ({
  limits: settings.risk,
  strategy: settings.strategy,
  interval: settings.interval,
  cooldownMs: cooldownMs(settings),
})

/** `legal` names the assets to decide on, with what is legal for each now: fewer than are due where one is drawn. */
export function* gatherContext(
  world: World,
  memory: Memory,
  input: DecideInput,
  legal: readonly AssetActions[],
): Flow<ContextInput> {
  const { market } = world
  const { settings } = world.seat(input.accountId)
  // Everything of this moment is read before the venue is asked, whose answer may take a while.
  const own = memory.of(input.accountId)
  const context = {
    at: input.at,
    interval: settings.interval,
    due: legal,
    account: { id: input.accountId, equity: input.equity, ...input.standing, leverage: settings.risk },
    positions: heldPositions(market, memory, input),
    markets: legal.map(({ symbol }) => assetMarket(market, symbol, settings.interval)),
    decisions: [...own.decisions],
    fills: [...own.fills],
    trades: own.trades.slice(-TRADES),
    performance: memory.performance(input.accountId),
    rules: rulesOf(settings),
  }
  return { ...context, orders: yield* workingOrders(world, input.accountId) }
}
