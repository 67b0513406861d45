/**
 * How much of the market the accounts are shown is a matter of speed alone.
 *
 * Same candles, three accounts with three kinds of strategy, services that answer at once: whether every candle is a
 * whole decision cycle or only those that can change something, everything that happens to money is the same.
 */
import { describe, expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import type { Attention } from '../../actors/conductor.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import type { CandleSeries } from '../../domain/candle.ts'
import type { Fact } from '../../domain/fact.ts'
import type { AccountSettings, EngineSettings } from '../../domain/settings.ts'
import { givenSeries, givenSettings, givenSource, START, tradesOf } from './given.ts'

const STEPS = 3_000

const play = async (
  settings: EngineSettings,
  series: CandleSeries[],
  attention: Attention,
): Promise<Fact[]> => {
  const facts: Fact[] = []
  await runBacktest({
    settings,
    source: givenSource(series),
    strategies: await loadStrategies(settings.accounts),
    startAt: START,
    wiring: 'simulated',
    attention,
    onFact: fact => facts.push(fact),
  })
  return facts
}

/** A decision to do nothing is written down by those who ask for it; everything else must be there in every mode. */
const isNothing = (fact: Fact): boolean =>
  fact.type === 'decision.recorded' && fact.decision.outcome === 'held'

/** What happened, without the numbering, which counts the held decisions too. */
const happened = (facts: readonly Fact[]): object[] =>
  facts.filter(fact => !isNothing(fact)).map(({ seq: _seq, ...fact }) => fact)

const onEach = (change: (account: AccountSettings) => void) =>
  givenSettings(settings => {
    settings.paper.latencyMs = 0
    for (const account of settings.accounts) change(account)
  })

type Case = { name: string; settings: EngineSettings; tripped: string | null }

const CASES: Case[] = [
  { name: 'cautious limits', settings: onEach(() => {}), tripped: null },
  {
    name: 'confirmation and repeated reversals',
    settings: onEach(({ strategy }) => {
      Object.assign(strategy, { confirmationMs: 900_000, reversalCount: 2, reversalMargin: 0.05 })
    }),
    tripped: null,
  },
  {
    name: 'a daily loss limit that trips',
    settings: onEach(({ risk }) => {
      Object.assign(risk, { dailyLossRatioMax: 0.002 })
    }),
    tripped: 'daily_loss',
  },
  {
    name: 'a drawdown limit that trips and flattens',
    settings: onEach(({ risk }) => {
      Object.assign(risk, { drawdownWarnRatio: 0.004, drawdownTripRatio: 0.01, drawdownRearmRatio: 0.004 })
      risk.emergencyAction = 'flatten'
    }),
    tripped: 'drawdown',
  },
  {
    name: 'a drawdown limit that trips and halts',
    settings: onEach(({ risk }) => {
      Object.assign(risk, { drawdownWarnRatio: 0.004, drawdownTripRatio: 0.01, drawdownRearmRatio: 0.004 })
      risk.emergencyAction = 'halt'
    }),
    tripped: 'drawdown',
  },
]

for (const { name, settings, tripped } of CASES) {
  describe(name, () => {
    for (const seed of [3, 7, 11]) {
      test(`seed ${seed}: the same life, whatever the accounts are shown`, async () => {
        const series = givenSeries(seed, STEPS)
        const cycles = await play(settings, series, 'cycles')
        const candles = await play(settings, series, 'candles')
        const changes = await play(settings, series, 'changes')

        const trades = tradesOf(cycles)
        expect(trades.length, 'a market that makes nobody trade proves nothing').toBeGreaterThan(5)
        if (tripped !== null) {
          const trips = cycles.filter(fact => fact.type === 'limit.tripped' && fact.limit === tripped)
          expect(trips.length, `${tripped} must trip, or nothing is proved of it`).toBeGreaterThan(0)
        }
        expect(tradesOf(candles)).toEqual(trades)
        expect(tradesOf(changes)).toEqual(trades)
        expect(happened(candles)).toEqual(happened(cycles))
        expect(changes, 'left out of the actors, and nothing missing').toEqual(candles)
      })
    }
  })
}
