/** Settings, markets and engines for tests of the wiring: small, seeded, without files or network. */
import { Engine } from '../../actors/engine.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { createSystem } from '../../actors/system.ts'
import { loadSettings } from '../../adapters/config/load.ts'
import { generatorSource } from '../../adapters/market/generator/source.ts'
import { paperInstruments } from '../../adapters/market/instruments.ts'
import { seriesSource } from '../../adapters/market/series-source.ts'
import { MemoryStore } from '../../adapters/store/memory-store.ts'
import { type Candle, type CandleSeries, seriesOf } from '../../domain/candle.ts'
import type { ClosedTrade, Fact } from '../../domain/fact.ts'
import type { CandleSource } from '../../domain/feed.ts'
import type { Model } from '../../domain/model/port.ts'
import type { EngineSettings } from '../../domain/settings.ts'

export const SYMBOLS = ['BTC', 'ETH', 'XRP']
export const START = Date.UTC(2025, 0, 1)

const CONFIG = {
  defaults: { deposit: '10000', interval: '5m', cooldown_intervals: 3, cooldown_s_min: 300 },
  accounts: [
    {
      id: 'momentum',
      assets: ['BTC', 'ETH'],
      strategy: { name: 'signals', entry_score: 0.25, confidence_min_pct: 60, confirmation_s: 300 },
      risk: { stop_atr_multiple: 3 },
    },
    {
      id: 'analysts',
      assets: ['ETH', 'XRP'],
      interval: '15m',
      strategy: { name: 'analysts', confirmation_s: 0, reversal_count: 1, reversal_margin: 0 },
    },
    { id: 'cross', assets: ['XRP'], strategy: { name: '../../examples/ema-cross.ts', confirmation_s: 0 } },
  ],
}

/** Three accounts with three kinds of strategy; `change` edits the settings in place. */
export const givenSettings = (change: (settings: EngineSettings) => void = () => {}): EngineSettings => {
  const env = {
    ACCOUNTS_JSON: JSON.stringify(CONFIG.accounts.map(each => ({ ...CONFIG.defaults, ...each }))),
  }
  const { settings } = loadSettings({
    file: null,
    env,
    flags: { api: false, speed: 'max' },
    cwd: import.meta.dirname,
  })
  change(settings)
  return settings
}

/** Stored candles of a generated market. */
export const givenSeries = (seed: number, steps: number): CandleSeries[] => {
  const market = generatorSource({
    seed,
    interval: '5m',
    symbols: SYMBOLS,
    startAt: START,
    instruments: { all: {}, symbols: {} },
  })
  const columns: Candle[][] = SYMBOLS.map(() => [])
  for (let count = 0; count < steps; count += 1) {
    market.next()?.candles.forEach((candle, index) => {
      if (candle !== null) columns[index]?.push(candle)
    })
  }
  return SYMBOLS.map((symbol, index) => seriesOf(symbol, '5m', columns[index] ?? []))
}

export const givenSource = (series: CandleSeries[]): CandleSource =>
  seriesSource(series, paperInstruments(series, { all: {}, symbols: {} }))

/** The first `length` candles of each. */
export const cut = (series: CandleSeries[], length: number): CandleSeries[] =>
  series.map(each => ({
    ...each,
    length,
    openAt: each.openAt.slice(0, length),
    open: each.open.slice(0, length),
    high: each.high.slice(0, length),
    low: each.low.slice(0, length),
    close: each.close.slice(0, length),
    volume: each.volume.slice(0, length),
  }))

export type LiveRun = {
  store: MemoryStore & { kind: 'pglite' }
  trades: Map<string, ClosedTrade[]>
  facts: Fact[]
}

const kept = (store: MemoryStore): MemoryStore & { kind: 'pglite' } =>
  Object.assign(store, { kind: 'pglite' as const })

export const givenStore = (): LiveRun['store'] => kept(new MemoryStore())

/** A system as a running engine has it, whose accounts are not open yet. */
export const givenSystem = async (settings: EngineSettings, source: CandleSource) =>
  createSystem({
    settings,
    source,
    strategies: await loadStrategies(settings.accounts),
    wiring: 'live',
    attention: 'cycles',
    startAt: START,
    store: givenStore(),
    equityMs: 3_600_000,
  })

/** What opens an engine on this market from its start, whatever it is kept in and whoever hears of its errors. */
export const givenOptions = async (settings: EngineSettings, series: CandleSeries[]) => ({
  settings,
  source: givenSource(series),
  strategies: await loadStrategies(settings.accounts),
  startAt: START,
  warmSteps: 0,
  wall: { now: () => 0 },
})

/** Runs an engine on live wiring over the series, stopping after `stopAfter` steps of this run if that is given. */
export const runLive = async (
  settings: EngineSettings,
  series: CandleSeries[],
  store: LiveRun['store'],
  stopAfter: number | null = null,
  models?: ReadonlyMap<string, Model>,
): Promise<{ facts: Fact[]; errors: unknown[] }> => {
  const errors: unknown[] = []
  const facts: Fact[] = []
  let steps = 0
  const engine: Engine = await Engine.open({
    ...(await givenOptions(settings, series)),
    ...(models === undefined ? {} : { models }),
    store,
    onError: error => errors.push(error),
    onStep: () => {
      steps += 1
      if (steps === stopAfter) engine.stop()
    },
  })
  engine.subscribe(event => {
    if (event.kind === 'fact') facts.push(event.fact)
  })
  await engine.run()
  engine.close()
  return { facts, errors }
}

export const tradesOf = (facts: readonly Fact[]): (ClosedTrade & { accountId: string })[] =>
  facts.flatMap(fact => (fact.type === 'trade.closed' ? [{ accountId: fact.accountId, ...fact.trade }] : []))
