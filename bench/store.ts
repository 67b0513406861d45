/** Facts per second into the store: those of a real run, in batches as the engine writes them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runBacktest } from '../actors/backtest.ts'
import { openStore } from '../adapters/store/open-store.ts'
import type { CandleSeries } from '../domain/candle.ts'
import type { Fact } from '../domain/fact.ts'
import { settingsFor, sourceOf, strategiesOf } from './engine.ts'
import { timedAsync } from './measure.ts'

export type StoreRow = { openMs: number; facts: number; batch: number; factsPerSecond: number }

const FACTS_MAX = 6_000
const BATCHES = [20, 500]

const factsOf = async (series: CandleSeries[]): Promise<Fact[]> => {
  const settings = settingsFor(series.map(({ symbol }) => symbol))
  const facts: Fact[] = []
  await runBacktest({
    settings,
    source: sourceOf(series, settings),
    strategies: await strategiesOf(settings),
    startAt: Math.min(...series.map(({ openAt }) => openAt[0] as number)),
    attention: 'changes',
    onFact: fact => {
      if (facts.length < FACTS_MAX) facts.push(fact)
    },
  })
  return facts
}

/** One row per size of batch, each in an embedded database of its own. */
export const measureStore = async (series: CandleSeries[]): Promise<StoreRow[]> => {
  const facts = await factsOf(series)
  const rows: StoreRow[] = []
  for (const batch of BATCHES) {
    const dataDir = mkdtempSync(join(tmpdir(), 'latch-bench-store-'))
    try {
      const from = performance.now()
      const store = await openStore({ dataDir, databaseUrl: null })
      const openMs = performance.now() - from
      try {
        const ms = await timedAsync(async () => {
          for (let start = 0; start < facts.length; start += batch) {
            await store.write({ facts: facts.slice(start, start + batch), snapshots: [], documents: [] })
          }
        })
        rows.push({ openMs, facts: facts.length, batch, factsPerSecond: (facts.length / ms) * 1000 })
      } finally {
        await store.close()
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
  return rows
}
