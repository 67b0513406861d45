/** The candles of a run: those of a folder, or ninety generated days, so that the bench runs anywhere. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCandleFolder } from '../adapters/market/candle-folder.ts'
import { generatorSource } from '../adapters/market/generator/source.ts'
import { type Candle, type CandleSeries, seriesOf } from '../domain/candle.ts'
import { DAY_MS, INTERVAL_MS } from '../domain/interval.ts'
import { type Sample, rounds, timed, timedAsync } from './measure.ts'

export const INTERVAL = '5m'
export const STEP_MS = INTERVAL_MS[INTERVAL]
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP']
const DAYS = 90
const SEED = 1

export type Loaded = {
  series: CandleSeries[]
  origin: string
  /** Milliseconds for all candles by the way they came; those of a folder are parsed or read from the cache. */
  load: { name: string; ms: number }[]
}

const generate = (): CandleSeries[] => {
  const source = generatorSource({
    seed: SEED,
    interval: INTERVAL,
    symbols: SYMBOLS,
    startAt: Date.UTC(2025, 0, 1),
  })
  const columns: Candle[][] = SYMBOLS.map(() => [])
  for (let step = 0; step < (DAYS * DAY_MS) / STEP_MS; step += 1) {
    source.next()?.candles.forEach((candle, index) => {
      if (candle !== null) columns[index]?.push(candle)
    })
  }
  return SYMBOLS.map((symbol, index) => seriesOf(symbol, INTERVAL, columns[index] ?? []))
}

const loadFolder = async (directory: string, count: number): Promise<Loaded> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'latch-bench-candles-'))
  const options = {
    directory,
    symbols: null,
    interval: INTERVAL,
    from: null,
    to: null,
    allowGaps: true,
  } as const
  try {
    const once = (cache: string | null) => timedAsync(() => loadCandleFolder({ ...options, dataDir: cache }))
    const cold: Sample = await rounds(count, 1, () => once(null))
    const cached: Sample = await rounds(count, 1, () => once(dataDir))
    const all = await loadCandleFolder({ ...options, dataDir })
    const wanted = SYMBOLS.flatMap(symbol => all.find(each => each.symbol === symbol) ?? [])
    const series = wanted.length > 0 ? wanted : all.slice(0, SYMBOLS.length)
    return {
      series,
      origin: `folder ${directory}, ${all.length} symbols`,
      load: [
        { name: 'parse', ms: cold.median },
        { name: 'cached', ms: cached.median },
      ],
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** With a folder its candles, otherwise the generated ones. */
export const loadCandles = async (directory: string | null, count: number): Promise<Loaded> => {
  if (directory !== null) return loadFolder(directory, count)
  let series: CandleSeries[] = []
  const ms = timed(() => {
    series = generate()
  })
  return { series, origin: `generated, seed ${SEED}, ${DAYS} days`, load: [{ name: 'generate', ms }] }
}
