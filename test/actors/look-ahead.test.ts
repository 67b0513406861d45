import { expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { Fact } from '../../domain/fact.ts'
import { cut, givenSeries, givenSettings, givenSource, START } from './given.ts'

const decisionsOn = async (series: ReturnType<typeof givenSeries>) => {
  const settings = givenSettings()
  const facts: Fact[] = []
  await runBacktest({
    settings,
    source: givenSource(series),
    strategies: await loadStrategies(settings.accounts),
    startAt: START,
    attention: 'cycles',
    onFact: fact => facts.push(fact),
  })
  return facts.flatMap(fact => (fact.type === 'decision.recorded' ? [fact] : []))
}

test('cutting the data at any time leaves every decision up to then unchanged', async () => {
  const series = givenSeries(11, 1_200)
  const whole = await decisionsOn(series)
  for (const length of [150, 333, 601, 999, 1_199]) {
    const known = await decisionsOn(cut(series, length))
    expect(known.length, 'decisions were made').toBeGreaterThan(100)
    expect(known, `cut after ${length} candles`).toEqual(whole.slice(0, known.length))
  }
})

test('other candles after a time change no decision before it', async () => {
  const series = givenSeries(11, 800)
  const shaken = series.map(each => ({
    ...each,
    close: each.close.slice(),
    high: each.high.slice(),
    low: each.low.slice(),
  }))
  for (const each of shaken) {
    for (let index = 500; index < each.length; index += 1) {
      each.close[index] = (each.open[index] as number) * 1.01
      each.high[index] = (each.open[index] as number) * 1.02
      each.low[index] = (each.open[index] as number) * 0.98
    }
  }
  const until = START + 500 * 300_000
  const before = (decisions: Awaited<ReturnType<typeof decisionsOn>>) =>
    decisions.filter(each => each.decision.candleAt <= until)
  expect(before(await decisionsOn(shaken))).toEqual(before(await decisionsOn(series)))
})
