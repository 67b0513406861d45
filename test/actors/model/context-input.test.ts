import { describe, expect, test } from 'vitest'
import { run } from '../../../actors/flow.ts'
import { assetMarket, contextIndicators, gatherContext } from '../../../actors/model/context-input.ts'
import { Memory } from '../../../actors/model/memory.ts'
import { createSystem, type System } from '../../../actors/system.ts'
import { warmUp } from '../../../actors/warm-up.ts'
import type { Candle, CandleSeries } from '../../../domain/candle.ts'
import { seriesOf } from '../../../domain/candle.ts'
import type { CandleSource } from '../../../domain/feed.ts'
import { createIndicator } from '../../../domain/indicators/create.ts'
import { indicatorKey } from '../../../domain/indicators/spec.ts'
import { INTERVAL_MS, type Interval } from '../../../domain/interval.ts'
import { buildContext } from '../../../domain/model/context.ts'
import { VenueUnreachable } from '../../../domain/ports.ts'
import { hold } from '../../../domain/strategy.ts'
import { price, quantity } from '../../../domain/units.ts'
import { questionOf } from '../../../machines/account/cycle.ts'
import { cut, givenSeries, givenSettings, givenSource, START } from '../given.ts'

const account = () => {
  const settings = givenSettings()
  const found = settings.accounts.find(each => each.id === 'momentum')
  if (found === undefined) throw new Error('no account')
  return { settings: { ...settings, accounts: [found] }, found }
}

const opened = (source: CandleSource, decision: Interval = '5m'): System => {
  const { settings, found } = account()
  const own = { ...found, interval: decision }
  const watcher = {
    name: 'watcher',
    indicators: () => contextIndicators(decision, source.interval),
    propose: () => hold('BTC', ''),
  }
  const system = createSystem({
    settings: { ...settings, accounts: [own] },
    source,
    strategies: new Map([[own.id, watcher]]),
    wiring: 'simulated',
    attention: 'cycles',
    startAt: START,
    equityMs: Number.POSITIVE_INFINITY,
  })
  system.requireIndicators()
  warmUp(system, source, Number.POSITIVE_INFINITY)
  system.openAccounts()
  return system
}

const series = givenSeries(11, 3_200)
const memory = () => new Memory(['momentum'], givenSettings().performance)

const gathered = async (system: System) => {
  const { context } = system.desk.actor('momentum').getSnapshot()
  const input = { ...questionOf(context), symbols: ['BTC'], at: system.clock.now() }
  const due = [{ symbol: 'BTC', actions: ['buy', 'sell', 'hold'] }]
  return run(gatherContext(system.desk.world, memory(), input, due))
}

const relabelled = (interval: Interval): CandleSeries[] =>
  cut(series, 300).map(each => {
    const candles: Candle[] = Array.from({ length: each.length }, (_, index) => ({
      openAt: START + index * INTERVAL_MS[interval],
      open: each.open[index] as number,
      high: each.high[index] as number,
      low: each.low[index] as number,
      close: each.close[index] as number,
      volume: each.volume[index] as number,
    }))
    return seriesOf(each.symbol, interval, candles)
  })

describe('indicators of the context', () => {
  test('are on 5 minutes, 4 hours and the decision interval', () => {
    const keys = contextIndicators('15m', '5m').map(each => `${each.timeframe} ${indicatorKey(each)}`)
    expect(keys).toEqual([
      '5m ema(20)',
      '5m macd(12,26,9)',
      '5m rsi(7)',
      '5m rsi(14)',
      '15m macd(12,26,9)',
      '15m kdj(9,3,3)',
      '15m rsi(14)',
      '4h ema(20)',
      '4h ema(50)',
      '4h atr(3)',
      '4h atr(14)',
      '4h volume_average(20)',
      '4h macd(12,26,9)',
      '4h rsi(14)',
    ])
  })

  test('are on nothing that cannot be merged from the feed', () => {
    expect(new Set(contextIndicators('15m', '3m').map(each => each.timeframe))).toEqual(
      new Set(['15m', '4h']),
    )
    expect(new Set(contextIndicators('1d', '1d').map(each => each.timeframe))).toEqual(new Set(['1d']))
  })
})

describe('the market of an asset', () => {
  test('has series of ten closed values, oldest first, and they are those of the indicators', () => {
    const system = opened(givenSource(series))
    const btc = assetMarket(system.market, 'BTC', '5m')
    const closes = Array.from(series[0]?.close ?? [])
    expect(btc.intraday.midPrices).toEqual(closes.slice(-10))
    const ema20 = createIndicator({ name: 'ema', parameters: [20], seed: 'first', timeframe: null })
    const values = closes.map((close, index) => {
      ema20.update({ openAt: index, open: close, high: close, low: close, close, volume: 0 })
      return ema20.read(0)
    })
    expect(btc.intraday.ema20).toEqual(values.slice(-10))
    for (const list of [
      btc.intraday.macd,
      btc.intraday.rsi7,
      btc.longTerm?.macd ?? [],
      btc.longTerm?.rsi14 ?? [],
    ]) {
      expect(list).toHaveLength(10)
      expect(list.every(value => typeof value === 'number')).toBe(true)
    }
    expect(btc.longTerm?.ema50).toBeTypeOf('number')
    expect(btc.longTerm?.volumeCurrent).toBeGreaterThan(0)
    expect(btc).toMatchObject({
      openInterest: null,
      depthPressure: null,
      price: closes.at(-1),
      change3m: null,
    })
  })

  test.each([
    ['1m', '5m', 3],
    ['3m', '3m', 1],
  ] as const)('on a feed of %s has intraday values of %s and a 3-minute change', (feed, intraday, back) => {
    const candles = relabelled(feed)
    const btc = assetMarket(opened(givenSource(candles), feed).market, 'BTC', feed)
    const closes = Array.from(candles[0]?.close ?? [])
    expect(btc.intraday.timeframe).toBe(intraday)
    expect(btc.change3m).toBeCloseTo((closes.at(-1) ?? 0) / (closes.at(-1 - back) ?? 1) - 1, 12)
  })

  test('on a feed of a day has no 4-hour context', () => {
    const btc = assetMarket(opened(givenSource(relabelled('1d')), '1d').market, 'BTC', '1d')
    expect(btc).toMatchObject({ longTerm: null, intraday: { timeframe: '1d' } })
  })

  test('with too few candles has null, never a number', () => {
    const btc = assetMarket(opened(givenSource(cut(series, 8))).market, 'BTC', '5m')
    expect(btc.intraday.midPrices.slice(0, 2)).toEqual([null, null])
    expect(btc.intraday.ema20).toEqual(Array.from({ length: 10 }, () => null))
    expect(btc.longTerm).toMatchObject({ ema20: null, volumeCurrent: null })
    expect(btc.now.macd).toEqual({ macd: null, signal: null, histogram: null })
  })
})

describe('the context of an account', () => {
  test('is the same text for the same market and books', async () => {
    const texts = [opened(givenSource(series)), opened(givenSource(series))].map(async system =>
      buildContext(await gathered(system), 50_000),
    )
    const [one, other] = await Promise.all(texts)
    expect(one?.text).toBe(other?.text)
    expect(one).toMatchObject({ fits: true, omitted: [] })
  })

  test('tells every open position, with the plan and first stop that are remembered of it', async () => {
    const system = opened(givenSource(cut(series, 100)))
    const { context } = system.desk.actor('momentum').getSnapshot()
    const idle = context.positions['ETH']
    if (idle === undefined) throw new Error('no position actor')
    const eth = {
      ...idle,
      positionId: 'p1',
      state: 'protected' as const,
      direction: 'short' as const,
      quantity: quantity('2'),
      entryPrice: price('3000'),
      stopPrice: price('3050'),
      openedAt: START,
    }
    const own = memory()
    const fact = { seq: 1, at: START, accountId: 'momentum', positionId: 'p1', symbol: 'ETH' }
    own.note({
      ...fact,
      type: 'position.opened',
      side: 'short',
      quantity: eth.quantity,
      entryPrice: eth.entryPrice,
      decisionId: null,
    })
    own.note({
      ...fact,
      type: 'protection.confirmed',
      stopPrice: price('3100'),
      targetPrice: null,
      stopOrderId: 's',
      targetOrderId: null,
      nakedMs: 0,
    })
    const input = { ...questionOf(context), symbols: ['BTC'], positions: { ...context.positions, ETH: eth } }
    const told = await run(
      gatherContext(system.desk.world, own, input, [{ symbol: 'BTC', actions: ['hold'] }]),
    )
    expect(told.positions).toHaveLength(1)
    expect(told.positions[0]).toMatchObject({
      symbol: 'ETH',
      direction: 'short',
      firstStop: '3100',
      stopPrice: '3050',
    })
    const strangers = await run(gatherContext(system.desk.world, memory(), input, []))
    expect(strangers.positions[0]).toMatchObject({ symbol: 'ETH', firstStop: null, exitPlan: '' })
  })

  test('tells the account’s money, its rules and no orders on a fresh account', async () => {
    const context = await gathered(opened(givenSource(cut(series, 100))))
    expect(context).toMatchObject({
      interval: '5m',
      account: { id: 'momentum', equity: '10000', balance: '10000', marginFree: '10000', tradesToday: 0 },
      positions: [],
      orders: [],
      decisions: [],
      rules: { cooldownMs: 900_000, interval: '5m' },
    })
    expect(context.markets.map(each => each.symbol)).toEqual(['BTC'])
  })

  test('says that the orders are not known where the venue does not answer, and goes on', async () => {
    const system = opened(givenSource(cut(series, 100)))
    const seat = system.desk.seat('momentum')
    Object.defineProperty(seat.exchange, 'openOrders', {
      value: () => {
        throw new VenueUnreachable('down')
      },
    })
    expect((await gathered(system)).orders).toBeNull()
  })
})
