import { expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { scriptedModel } from '../../adapters/model/scripted-model.ts'
import type { Fact } from '../../domain/fact.ts'
import { givenSeries, givenSettings, givenSource, givenStore, runLive, START, tradesOf } from './given.ts'
import { modelSettings } from './model/given-model.ts'

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

for (const latencyMs of [0, 250]) {
  test(`an account of a model is asked the same and trades the same in both, with ${latencyMs} ms of latency`, async () => {
    const settings = modelSettings({ kind: 'scripted', name: 'scripted/trend' }, account => {
      account.cooldownIntervals = 1
      account.cooldownMsMin = 0
    })
    settings.paper.latencyMs = latencyMs
    const series = givenSeries(7, 330)
    const models = new Map([['main', scriptedModel()]])
    const live = await runLive(settings, series, givenStore(), null, models)
    const facts: Fact[] = []
    await runBacktest({
      settings,
      source: givenSource(series),
      strategies: await loadStrategies(settings.accounts),
      models,
      startAt: START,
      onFact: fact => facts.push(fact),
    })
    expect(live.errors).toEqual([])
    const trades = tradesOf(facts)
    expect(trades.length, 'a model that never trades proves nothing').toBeGreaterThan(5)
    expect(tradesOf(live.facts)).toEqual(trades)
    // A recording of the one is then a recording of the other.
    const questions = (all: readonly Fact[]) =>
      all.flatMap(fact => (fact.type === 'model.called' ? [fact.call.requestHash] : []))
    expect(questions(live.facts)).toEqual(questions(facts))
  })
}
