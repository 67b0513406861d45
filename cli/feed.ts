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

const longestInterval = (settings: EngineSettings): number =>
  Math.max(...settings.accounts.map(account => INTERVAL_MS[account.interval]))

export const openFeed = async (
  settings: EngineSettings,
  options: { allowGaps: boolean },
): Promise<OpenFeed> => {
  const { feed, instruments } = settings
  if (feed.kind === 'generated') {
    return {
      source: generatorSource({ ...feed, instruments }),
      startAt: feed.startAt,
      warmSteps: Math.ceil((WARM_CANDLES * longestInterval(settings)) / INTERVAL_MS[feed.interval]),
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
