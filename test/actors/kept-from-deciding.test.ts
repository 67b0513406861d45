/** What a limit means at a close: it trips on money that is already lost, and what was missed meanwhile stays missed. */
import { expect, test } from 'vitest'
import { runBacktest } from '../../actors/backtest.ts'
import type { Attention } from '../../actors/conductor.ts'
import { loadSettings } from '../../adapters/config/load.ts'
import { type Candle, seriesOf } from '../../domain/candle.ts'
import type { Fact } from '../../domain/fact.ts'
import { DAY_MS, INTERVAL_MS } from '../../domain/interval.ts'
import { defineStrategy } from '../../strategy.ts'
import { givenSource, START } from './given.ts'

const STEP_MS = INTERVAL_MS['5m']
const DAYS = 3

/** Wants to be long at every close: half of 10,000, stop 1 % below. */
const eager = defineStrategy({
  name: 'eager',
  indicators: {},
  decide: ({ position, long, hold }) =>
    position === null ? long({ allocation: 5_000, stop: { ratio: 0.01 } }) : hold('long already'),
})

/** A market that only falls, a thousandth per candle. */
const falling = seriesOf(
  'BTC',
  '5m',
  Array.from({ length: (DAYS * DAY_MS) / STEP_MS }, (_, index): Candle => {
    const open = 90_000 * 0.999 ** index
    const close = open * 0.999
    return { openAt: START + index * STEP_MS, open, high: open, low: close, close, volume: 1_000 }
  }),
)

/**
 * Being stopped out costs 50 and two fees of 2.5, just before it the account is down at most 50 and one fee: between
 * the two lies the limit of the day, so it is crossed by an account that is flat.
 */
const LIMIT = 0.0054

const play = async (attention: Attention): Promise<Fact[]> => {
  const { settings } = loadSettings({
    file: '../../profiles/ema-cross.yaml',
    env: {},
    flags: {},
    cwd: import.meta.dirname,
  })
  for (const { risk } of settings.accounts) risk.dailyLossRatioMax = LIMIT
  const facts: Fact[] = []
  await runBacktest({
    settings,
    source: givenSource([falling]),
    strategies: new Map(settings.accounts.map(({ id }) => [id, eager])),
    startAt: START,
    attention,
    onFact: fact => facts.push(fact),
  })
  return facts
}

const only = <Type extends Fact['type']>(facts: readonly Fact[], type: Type) =>
  facts.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type)

for (const attention of ['cycles', 'candles', 'changes'] as const) {
  test(`${attention}: a stop that costs the day's limit trips it at that close, though nothing is open`, async () => {
    const facts = await play(attention)
    const [stopped] = only(facts, 'trade.closed')
    const [tripped] = only(facts, 'limit.tripped')
    expect(stopped?.trade.exitReason).toBe('stop')
    expect(tripped).toMatchObject({ limit: 'daily_loss', at: stopped?.at })
    const refused = only(facts, 'decision.recorded').filter(({ decision }) => decision.outcome === 'refused')
    expect(refused, 'a tripped account is not asked').toEqual([])
  })

  test(`${attention}: after the day of a tripped limit the first decision is on the first candle of the next`, async () => {
    const facts = await play(attention)
    const entries = only(facts, 'decision.recorded').filter(({ decision }) => decision.outcome === 'approved')
    expect(entries.map(({ decision }) => decision.candleAt)).toEqual([
      START + STEP_MS,
      START + DAY_MS,
      START + 2 * DAY_MS,
      START + 3 * DAY_MS,
    ])
  })
}
