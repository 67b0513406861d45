import { describe, expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { Fact } from '../../domain/fact.ts'
import { cut, givenSeries, givenSettings, givenSource, START } from './given.ts'
import { decisions, modelSettings, play, said, scripted } from './model/given-model.ts'

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

describe('what a model is told', () => {
  const STEP_MS = 300_000
  const settings = modelSettings({ toolRoundsMax: 1, toolCallsMax: 2 })

  /** Trades, so that positions, fills and results are told as well; asks for candles and for an indicator. */
  const curious = () =>
    scripted((request, index) => {
      if (request.format !== null) {
        const wish = (_asset: string, actions: string[]) => ({
          action: actions.includes('close') ? (index % 7 === 0 ? 'close' : 'hold') : 'buy',
          confidence: 95,
        })
        return said(decisions(request, wish))
      }
      const call = (id: string, name: string, more: object) => ({
        id,
        name,
        arguments: JSON.stringify({ asset: 'BTC', timeframe: '15m', ...more }),
      })
      const toolCalls = [
        call('a', 'candles', { count: 3 }),
        call('b', 'indicator', { name: 'rsi', length: 7 }),
      ]
      return said('', { toolCalls, finish: 'tool_calls' })
    })

  const asked = async (series: ReturnType<typeof givenSeries>) => {
    const { calls } = await play(settings, curious(), series)
    return calls
  }

  test('holds no time after that of the decision, and no candle that has not closed by then', async () => {
    const calls = await asked(givenSeries(11, 250))
    expect(calls.length).toBeGreaterThan(300)
    const newest = { time: 0, candle: 0 }
    for (const { candleAt, request } of calls) {
      const text = request.messages.map(each => each.content).join('\n')
      const times = [...text.matchAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g)].map(([at]) =>
        Date.parse(at),
      )
      expect(times.length).toBeGreaterThan(1)
      expect(Math.max(...times)).toBeLessThanOrEqual(candleAt)
      newest.time = Math.max(newest.time, ...times)
      // Candles of the tools are told by the time they opened.
      for (const [, at = ''] of text.matchAll(/\[\\?"(\d{4}-[^"\\]+Z)\\?",\d/g)) {
        newest.candle = Math.max(newest.candle, Date.parse(at))
        expect(Date.parse(at) + 3 * STEP_MS).toBeLessThanOrEqual(candleAt)
      }
    }
    expect(newest.time, 'the time of the last decision').toBe(START + 250 * STEP_MS)
    expect(newest.candle, 'candles were told').toBeGreaterThan(START + 200 * STEP_MS)
  })

  test('is the same text whatever the market does afterwards', async () => {
    const series = givenSeries(11, 250)
    const whole = await asked(series)
    for (const length of [40, 151, 249]) {
      const known = await asked(cut(series, length))
      expect(known.length).toBeGreaterThan(30)
      expect(
        known.map(each => each.requestHash),
        `cut after ${length} candles`,
      ).toEqual(whole.slice(0, known.length).map(each => each.requestHash))
    }
  })
})
