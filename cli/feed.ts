/** Opens the market data that the settings name. */

import { loadCandleFolder } from '../adapters/market/candle-folder.ts'
import { generatorSource } from '../adapters/market/generator/source.ts'
import { paperInstruments } from '../adapters/market/instruments.ts'
import { seriesSource } from '../adapters/market/series-source.ts'
import { candleAt } from '../domain/candle.ts'
import type { CandleSource } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { EngineSettings } from '../domain/settings.ts'

export type OpenFeed = {
  source: CandleSource
  /** Open of the first candle. */
  startAt: number
  /** Steps that only warm indicators up: a generated market has a past, stored candles are all there is. */
  warmSteps: number
}

/** Decision candles an indicator may need before it speaks (EMA 200 and some). */
const WARM_CANDLES = 300

/** Four-hour candles that what a model is told needs (EMA 50 and the ten values before it). */
const WARM_LONG_CANDLES = 60

const warmMs = ({ accounts }: EngineSettings): number =>
  Math.max(
    ...accounts.map(account => WARM_CANDLES * INTERVAL_MS[account.interval]),
    accounts.some(account => account.model !== null) ? WARM_LONG_CANDLES * INTERVAL_MS['4h'] : 0,
  )

export const openFeed = async (
  settings: EngineSettings,
  options: { allowGaps: boolean },
): Promise<OpenFeed> => {
  const { feed, instruments } = settings
  if (feed.kind === 'generated') {
    return {
      source: generatorSource({ ...feed, instruments }),
      startAt: feed.startAt,
      warmSteps: Math.ceil(warmMs(settings) / INTERVAL_MS[feed.interval]),
    }
  }
  const series = await loadCandleFolder({
    directory: feed.directory,
    symbols: feed.symbols,
    interval: feed.interval,
    dataDir: settings.dataDir,
    from: feed.from,
    to: feed.to,
    allowGaps: options.allowGaps,
  })
  const startAt = Math.min(...series.map(each => candleAt(each, 0).openAt))
  return { source: seriesSource(series, paperInstruments(series, instruments)), startAt, warmSteps: 0 }
}
