/**
 * Exit plans on the whole engine: a market made for the purpose, one entry on its second candle, and each way in which a
 * plan ends it. Whatever the accounts are shown of the market, and live or not, the trades are the same.
 */
import { describe, expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import type { Attention } from '../../actors/conductor.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { type CandleSeries, seriesOf } from '../../domain/candle.ts'
import type { ExitCondition } from '../../domain/exit-plan/condition.ts'
import type { Fact } from '../../domain/fact.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import { defineStrategy } from '../../domain/strategies/define.ts'
import type { Strategy } from '../../domain/strategy.ts'
import { price } from '../../domain/units.ts'
import { givenSeries, givenSettings, givenSource, givenStore, runLive, START, tradesOf } from './given.ts'

const STEP = 300_000

/** BTC in candles of five minutes through these closes; each opens where the one before it closed. */
const market = (closes: number[]): CandleSeries =>
  seriesOf(
    'BTC',
    '5m',
    closes.map((close, index) => {
      const open = closes[index - 1] ?? close
      const [high, low] = [Math.max(open, close), Math.min(open, close)]
      return { openAt: START + index * STEP, open, high, low, close, volume: 1e6 }
    }),
  )

/** Enters once, on the second candle, at 100 with a stop at 98. */
const once = (conditions: ExitCondition[]): Strategy =>
  defineStrategy({
    name: 'once',
    indicators: {},
    decide: ({ at, position, long, hold }) =>
      position === null && at === START + 2 * STEP
        ? long({ allocation: 1_000, stop: { price: price(98) }, target: { price: price(200) }, conditions })
        : hold(),
  })

const settings = (change: (settings: EngineSettings) => void = () => {}): EngineSettings =>
  givenSettings(each => {
    each.paper = { ...each.paper, latencyMs: 0, slippageRatio: 0, takerFeeRatio: 0, fundingRate: 0 }
    each.accounts = each.accounts.filter(({ id }) => id === 'cross')
    for (const account of each.accounts) Object.assign(account, { assets: ['BTC'], interval: '5m' })
    change(each)
  })

type Run = { closes: number[]; conditions?: ExitCondition[]; change?: (settings: EngineSettings) => void }

const play = async ({ closes, conditions = [], change }: Run, attention: Attention): Promise<Fact[]> => {
  const facts: Fact[] = []
  const given = settings(change)
  await runBacktest({
    settings: given,
    source: givenSource([market(closes)]),
    strategies: new Map(given.accounts.map(({ id }) => [id, once(conditions)])),
    startAt: START,
    wiring: 'simulated',
    attention,
    onFact: fact => facts.push(fact),
  })
  return facts
}

/** The one trade of a run, the same in every mode. */
const tradeOf = async (run: Run) => {
  const facts = await play(run, 'cycles')
  const trades = tradesOf(facts)
  for (const attention of ['candles', 'changes'] as const) {
    expect(tradesOf(await play(run, attention))).toEqual(trades)
  }
  expect(trades).toHaveLength(1)
  const moves = facts.flatMap(fact => (fact.type === 'protection.moved' ? [`${fact.why} ${fact.to}`] : []))
  return { trade: trades[0], moves }
}

const start = [100, 100]

describe('a plan on the whole engine', () => {
  test('a trailing stop follows the highest price and takes what is left of it', async () => {
    const { trade, moves } = await tradeOf({
      closes: [...start, 101, 103, 105, 104.5, 102, 102, 102],
      conditions: [{ kind: 'trailing', distance: { r: 1 }, activateAfterR: 1 }],
    })
    expect(moves).toEqual(['trailing 101', 'trailing 103'])
    expect(trade).toMatchObject({
      exitReason: 'stop',
      exitPrice: '103',
      rMultiple: '1.5000',
      stopPrice: '98',
    })
  })

  test('break-even takes the risk out, once', async () => {
    const { trade, moves } = await tradeOf({
      closes: [...start, 101, 102.5, 104, 101, 99, 99],
      conditions: [{ kind: 'break_even', afterR: 1, offsetR: 0.1 }],
    })
    expect(moves).toEqual(['break_even 100.2'])
    expect(trade).toMatchObject({ exitReason: 'stop', exitPrice: '100.2' })
  })

  test('a time stop closes at the first open after its candle', async () => {
    const condition: ExitCondition = { kind: 'time_stop', afterMs: 3 * STEP }
    const { trade } = await tradeOf({
      closes: [...start, 100.5, 100.6, 100.7, 100.8, 100.9, 101],
      conditions: [condition],
    })
    expect(trade).toMatchObject({
      exitReason: 'exit_plan',
      exitCondition: condition,
      entryAt: START + 2 * STEP,
      exitAt: START + 5 * STEP,
      exitPrice: '100.7',
    })
  })

  test('a close of a longer candle below a level closes, one of a shorter does not', async () => {
    const condition: ExitCondition = {
      kind: 'candle_close_beyond',
      timeframe: '15m',
      level: { price: price(99.5) },
      side: 'below',
    }
    const closes = [...start, 100, 99, 100, 99.8, 99, 99.2, 99.1, 99, 99, 99, 99]
    const { trade } = await tradeOf({ closes, conditions: [condition] })
    // Quarters end with the 3rd, 6th and 9th candle: 100, 99.8 and 99.1.
    expect(trade).toMatchObject({ exitReason: 'exit_plan', exitAt: START + 9 * STEP, exitPrice: '99.1' })
  })

  test('an average on the decision interval', async () => {
    const condition: ExitCondition = {
      kind: 'candle_close_beyond',
      timeframe: '5m',
      level: { ema: 3 },
      side: 'below',
    }
    const { trade } = await tradeOf({
      closes: [...start, 101, 102, 103, 101, 101, 101],
      conditions: [condition],
    })
    expect(trade).toMatchObject({
      exitReason: 'exit_plan',
      exitCondition: condition,
      exitAt: START + 6 * STEP,
    })
  })

  test('an open loss of half an R', async () => {
    const { trade } = await tradeOf({
      closes: [...start, 99.5, 98.9, 98.9, 98.9],
      conditions: [{ kind: 'unrealised_below_r', r: -0.5 }],
    })
    expect(trade).toMatchObject({ exitReason: 'exit_plan', exitPrice: '98.9' })
  })

  test('the defaults of the account do the same for a strategy that says nothing', async () => {
    const closes = [...start, 101, 103, 105, 104.5, 102, 102, 102]
    const { trade, moves } = await tradeOf({
      closes,
      change: ({ accounts }) => {
        for (const { strategy } of accounts) strategy.trailing = { distance: { r: 1 }, activateAfterR: 1 }
      },
    })
    expect(moves).toEqual(['trailing 101', 'trailing 103'])
    expect(trade).toMatchObject({ exitPrice: '103' })
  })

  test('a plan for the other side is refused, with its code', async () => {
    const conditions: ExitCondition[] = [
      { kind: 'candle_close_beyond', timeframe: '4h', level: { ema: 50 }, side: 'above' },
    ]
    const facts = await play({ closes: [...start, 101, 102], conditions }, 'changes')
    const refused = facts.flatMap(fact => (fact.type === 'decision.recorded' ? [fact.decision] : []))
    expect(refused).toMatchObject([{ outcome: 'refused', code: 'exit_plan_invalid' }])
  })
})

describe('trailing and break-even on for everybody', () => {
  const withPlans = (latencyMs: number): EngineSettings =>
    givenSettings(each => {
      each.paper.latencyMs = latencyMs
      for (const { strategy } of each.accounts) {
        strategy.trailing = { distance: { atr: 2 }, activateAfterR: 0.5 }
        strategy.breakEven = { afterR: 0.5, offsetR: 0.1 }
      }
    })
  const run = async (
    given: EngineSettings,
    series: CandleSeries[],
    attention: Attention,
  ): Promise<Fact[]> => {
    const facts: Fact[] = []
    await runBacktest({
      settings: given,
      source: givenSource(series),
      strategies: await loadStrategies(given.accounts),
      startAt: START,
      attention,
      onFact: fact => facts.push(fact),
    })
    return facts
  }

  test('the same life, whatever the accounts are shown; and no stop ever loosens', async () => {
    const series = givenSeries(7, 2_500)
    const cycles = await run(withPlans(0), series, 'cycles')
    const moved = cycles.flatMap(fact => (fact.type === 'protection.moved' ? [fact] : []))
    expect(moved.length, 'a market that moves no stop proves nothing').toBeGreaterThan(20)
    const sides = new Map(
      cycles.flatMap(fact => (fact.type === 'position.opened' ? [[fact.positionId, fact.side]] : [])),
    )
    for (const { positionId, from, to } of moved) {
      const [before, after] = [Number(from), Number(to)]
      expect(sides.get(positionId) === 'long' ? after > before : after < before).toBe(true)
    }
    const happened = (facts: Fact[]): object[] =>
      facts
        .filter(fact => fact.type !== 'decision.recorded' || fact.decision.outcome !== 'held')
        .map(({ seq: _seq, ...fact }) => fact)
    const candles = await run(withPlans(0), series, 'candles')
    expect(happened(candles)).toEqual(happened(cycles))
    expect(await run(withPlans(0), series, 'changes')).toEqual(candles)
  })

  test.each([0, 250])(
    'the running engine makes the same trades as the backtest, with %d ms',
    async latencyMs => {
      const series = givenSeries(3, 1_500)
      const backtest = tradesOf(await run(withPlans(latencyMs), series, 'changes'))
      const live = await runLive(withPlans(latencyMs), series, givenStore())
      expect(live.errors).toEqual([])
      expect(backtest.length, 'a market that makes nobody trade proves nothing').toBeGreaterThan(5)
      expect(tradesOf(live.facts)).toEqual(backtest)
    },
  )
})
