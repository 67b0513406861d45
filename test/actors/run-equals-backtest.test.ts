import { expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { Fact } from '../../domain/fact.ts'
import { givenSeries, givenSettings, givenSource, givenStore, runLive, START, tradesOf } from './given.ts'

for (const latencyMs of [0, 250]) {
  test(`the running engine makes the same trades as the backtest, with ${latencyMs} ms of latency`, async () => {
    const settings = givenSettings(each => {
      each.paper.latencyMs = latencyMs
    })
    const series = givenSeries(7, 2_500)
    const live = await runLive(settings, series, givenStore())
    const facts: Fact[] = []
    await runBacktest({
      settings,
      source: givenSource(series),
      strategies: await loadStrategies(settings.accounts),
      startAt: START,
      onFact: fact => facts.push(fact),
    })
    expect(live.errors).toEqual([])
    const trades = tradesOf(facts)
    expect(trades.length, 'a market that makes nobody trade proves nothing').toBeGreaterThan(20)
    expect(tradesOf(live.facts)).toEqual(trades)
  })
}
