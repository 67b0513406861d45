/** What a feed may get wrong: one bad print, and candles that are missing. No money moves because of either. */
import { describe, expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { createSystem } from '../../actors/system.ts'
import { type Candle, type CandleSeries, candleAt, seriesOf } from '../../domain/candle.ts'
import type { Fact } from '../../domain/fact.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import { givenSeries, givenSettings, givenSource, START, tradesOf } from './given.ts'

const STEPS = 800
const STEP_MS = INTERVAL_MS['5m']
const SERIES = givenSeries(4, STEPS)

const given = (change: (settings: EngineSettings) => void = () => {}): EngineSettings =>
  givenSettings(settings => {
    settings.paper.latencyMs = 0
    settings.accounts = settings.accounts.filter(each => each.id === 'cross')
    for (const { strategy } of settings.accounts) {
      strategy.trailing = { distance: { atr: 3 }, activateAfterR: 1 }
    }
    change(settings)
  })

const play = async (settings: EngineSettings, series: CandleSeries[]): Promise<Fact[]> => {
  const facts: Fact[] = []
  await runBacktest({
    settings,
    source: givenSource(series),
    strategies: await loadStrategies(settings.accounts),
    startAt: START,
    wiring: 'simulated',
    attention: 'cycles',
    onFact: fact => facts.push(fact),
  })
  return facts
}

/** The series with candles of one symbol changed, or left out where `change` gives `null`. */
const changed = (symbol: string, change: (candle: Candle) => Candle | null): CandleSeries[] =>
  SERIES.map(series => {
    if (series.symbol !== symbol) return series
    const candles = Array.from({ length: series.length }, (_, index) => change(candleAt(series, index)))
    return seriesOf(
      symbol,
      series.interval,
      candles.filter(candle => candle !== null),
    )
  })

const spike = (symbol: string, openAt: number, factor: number): CandleSeries[] =>
  changed(symbol, candle => {
    if (candle.openAt !== openAt) return candle
    const close = candle.close * factor
    return { ...candle, close, high: Math.max(candle.high, close), low: Math.min(candle.low, close) }
  })

/** A candle of a position's life in the calm market, well inside it. */
const openPosition = async () => {
  const calm = await play(given(), SERIES)
  const trade = tradesOf(calm).find(
    each => each.exitAt - each.entryAt > 8 * STEP_MS && each.entryAt > START + 100 * STEP_MS,
  )
  if (trade === undefined) throw new Error('no position is held for long enough')
  const openAt = Math.floor(trade.entryAt / STEP_MS) * STEP_MS + 3 * STEP_MS
  return { calm, trade, openAt, closeAt: openAt + STEP_MS }
}

describe.each([10, 0.1])('one print at %d times the price', factor => {
  test('is refused with a reason, and neither trades, trips nor trails', async () => {
    const { calm, trade, openAt, closeAt } = await openPosition()
    const facts = await play(given(), spike(trade.symbol, openAt, factor))
    const refused = facts.filter(fact => fact.type === 'candle.refused')
    expect(new Set(refused.map(fact => fact.accountId))).toContain(trade.accountId)
    for (const fact of refused) {
      expect(fact).toMatchObject({ symbol: trade.symbol, openAt, reason: 'price_outlier' })
      expect((fact.price ?? 0) / (fact.reference ?? 1) / factor).toBeCloseTo(1, 1)
    }
    const during = facts.filter(
      fact => fact.at > openAt && fact.at <= closeAt && JSON.stringify(fact).includes(`"${trade.symbol}"`),
    )
    expect(during).toEqual([])
    const limits = (all: Fact[]) => all.filter(fact => fact.type.startsWith('limit.') && fact.at <= closeAt)
    expect(limits(facts)).toEqual(limits(calm))
    const equities = facts.filter(fact => fact.type === 'equity.marked').map(fact => Number(fact.equity))
    expect(Math.max(...equities)).toBeLessThan(11_000)
    expect(Math.min(...equities)).toBeGreaterThan(9_000)
    expect(tradesOf(facts).some(each => each.positionId === trade.positionId && each.exitAt > closeAt)).toBe(
      true,
    )
  })

  test('would have cost a position without the gate', async () => {
    const { trade, openAt, closeAt } = await openPosition()
    const series = spike(trade.symbol, openAt, factor)
    const facts = await play(
      given(settings => {
        settings.outliers = null
      }),
      series,
    )
    const moved = facts.filter(
      fact =>
        fact.at === closeAt && ['trade.closed', 'protection.moved', 'limit.tripped'].includes(fact.type),
    )
    expect(moved.length).toBeGreaterThan(0)
  })
})

test('a price that really has jumped is believed with its second candle', async () => {
  const jumpAt = START + 400 * STEP_MS
  const series = changed('XRP', candle => {
    if (candle.openAt < jumpAt) return candle
    const { openAt, volume, ...prices } = candle
    const [open, high, low, close] = [prices.open, prices.high, prices.low, prices.close].map(
      each => each * 5,
    )
    return { openAt, volume, open: open ?? 0, high: high ?? 0, low: low ?? 0, close: close ?? 0 }
  })
  const refused = (await play(given(), series)).filter(fact => fact.type === 'candle.refused')
  expect(new Set(refused.map(fact => fact.openAt))).toEqual(new Set([jumpAt]))
})

describe('candles that are missing', () => {
  const GAP = { from: START + 400 * STEP_MS, to: START + 404 * STEP_MS }
  const gapped = changed('XRP', candle =>
    candle.openAt >= GAP.from && candle.openAt < GAP.to ? null : candle,
  )

  test('are decided on by nobody, and no entry is taken before the indicators are warm again', async () => {
    const facts = await play(given(), gapped)
    const decided = facts.flatMap(fact => (fact.type === 'decision.recorded' ? [fact] : []))
    const ofCross = decided.filter(fact => fact.accountId === 'cross')
    expect(ofCross.some(fact => fact.at === GAP.from)).toBe(true)
    expect(ofCross.filter(fact => fact.at > GAP.from && fact.at <= GAP.to)).toEqual([])
    const approved = ofCross.filter(fact => fact.decision.outcome === 'approved').map(fact => fact.at)
    const cold = approved.filter(at => at > GAP.from && at < GAP.to + 14 * STEP_MS)
    expect(cold).toEqual([])
    expect(approved.some(at => at >= GAP.to + 14 * STEP_MS)).toBe(true)
  })

  test('leave the stop of an open position where it is, and its exit possible', async () => {
    const { trade, openAt } = await openPosition()
    const settings = given()
    const account = settings.accounts.find(each => each.id === trade.accountId)
    const source = givenSource(changed(trade.symbol, candle => (candle.openAt >= openAt ? null : candle)))
    const system = createSystem({
      settings: { ...settings, accounts: settings.accounts.map(each => ({ ...each, reconcileMs: null })) },
      source,
      strategies: await loadStrategies(settings.accounts),
      wiring: 'simulated',
      attention: 'cycles',
      startAt: START,
      equityMs: INTERVAL_MS['1h'],
    })
    system.openAccounts()
    const venue = system.venue.exchange(account?.id ?? '')
    const stops = () =>
      venue.openOrders().filter(each => each.symbol === trade.symbol && each.type === 'stop_market')
    for (let step = source.next(); step !== null && step.openAt < openAt; step = source.next()) {
      system.conductor.play(step)
    }
    const before = stops()
    expect(before).toHaveLength(1)
    for (let count = 0; count < 50; count += 1) {
      const step = source.next()
      if (step !== null) system.conductor.play(step)
    }
    expect(stops()).toEqual(before)
    system.desk.closePosition(trade.accountId, trade.symbol, 1, 'close_command')
    const exit = venue.openOrders().filter(each => each.symbol === trade.symbol && each.type === 'market')
    expect(exit).toMatchObject([{ reduceOnly: true, quantity: before[0]?.quantity }])
  })
})
