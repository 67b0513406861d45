/** Microseconds of one decision that holds, and of one whole trade: decision, entry, stop and target placed, exit. */
import { type Candle, type CandleSeries, seriesOf } from '../domain/candle.ts'
import { defineStrategy } from '../domain/strategies/define.ts'
import type { Strategy } from '../domain/strategy.ts'
import type { Attention } from '../actors/conductor.ts'
import { createSystem, type System } from '../actors/system.ts'
import { INTERVAL, STEP_MS } from './candles.ts'
import { settingsFor, sourceOf } from './engine.ts'
import { rounds, timed } from './measure.ts'

export type CycleRow = { what: string; micros: number; bestMicros: number }

const START = Date.UTC(2025, 0, 1)
/** Quiet candles are over too soon for the compiler to have done with them. */
const QUIET_STEPS = 20_000
const TRADE_STEPS = 2_000
const DISCARDED = 3

const never = defineStrategy({ name: 'never', indicators: {}, decide: ({ hold }) => hold('never') })

/** Long whenever flat. */
const always = defineStrategy({
  name: 'always',
  indicators: {},
  decide: ({ position, long, hold }) =>
    position === null
      ? long({ allocation: 1_000, stop: { ratio: 0.02 }, target: { ratio: 0.04 } })
      : hold('long already'),
})

/** Every candle opens and closes at 100; one that dips to 97 in between takes out a stop at 98. */
const market = (low: number, steps: number): CandleSeries[] => [
  seriesOf(
    'BTC',
    INTERVAL,
    Array.from({ length: steps }, (_, index): Candle => {
      return { openAt: START + index * STEP_MS, open: 100, high: 100.5, low, close: 100, volume: 1_000 }
    }),
  ),
]

/** An engine of one account, and a count of the trades it closed. */
const engineOn = (series: CandleSeries[], strategy: Strategy, attention: Attention) => {
  // So much money that losing every trade never matters.
  const settings = settingsFor(['BTC'], '1000000000')
  const source = sourceOf(series, settings)
  const strategies = new Map(settings.accounts.map(({ id }) => [id, strategy]))
  const system: System = createSystem({
    settings,
    source,
    strategies,
    wiring: 'simulated',
    attention,
    startAt: START,
    equityMs: Number.MAX_SAFE_INTEGER,
  })
  let trades = 0
  system.journal.subscribe(fact => {
    if (fact.type === 'trade.closed') trades += 1
  })
  system.openAccounts()
  const play = (): number =>
    timed(() => {
      for (let step = source.next(); step !== null; step = source.next()) system.conductor.play(step)
    })
  return { play, trades: () => trades }
}

const measure = async (
  count: number,
  what: string,
  low: number,
  strategy: Strategy,
  attention: Attention,
): Promise<CycleRow> => {
  const trades = strategy === always
  const steps = trades ? TRADE_STEPS : QUIET_STEPS
  const series = market(low, steps)
  const expected = trades ? steps - 1 : 0
  const sample = await rounds(count, DISCARDED, () => {
    const engine = engineOn(series, strategy, attention)
    const ms = engine.play()
    if (engine.trades() !== expected) {
      throw new Error(`${what}: ${engine.trades()} trades closed, ${expected} were to be measured`)
    }
    return ms
  })
  return { what, micros: (sample.median * 1000) / steps, bestMicros: (sample.best * 1000) / steps }
}

export const measureCycles = async (count: number): Promise<CycleRow[]> => [
  await measure(count, 'quiet candle, kept out of the actors', 99.5, never, 'changes'),
  await measure(count, 'quiet candle, told to the account', 99.5, never, 'candles'),
  await measure(count, 'decision that holds: idle, analysing, deciding, rest', 99.5, never, 'cycles'),
  await measure(count, 'whole trade: decision, entry, stop, target, exit', 97, always, 'changes'),
]
