/** What the paths about the market look up: instruments by any of their names, and candles that are kept. */
import type { EngineDesk } from '../actors/engine-control.ts'
import type { EngineView } from '../actors/engine-view.ts'
import type { Candle } from '../domain/candle.ts'
import { CANDLES_KEPT } from '../domain/indicators/history.ts'
import type { Instrument } from '../domain/instrument.ts'
import type { Interval } from '../domain/interval.ts'
import { canonicalSymbol } from '../domain/symbol.ts'
import { Problem } from './problem.ts'
import { invalid } from './query.ts'

type Engine = EngineView & EngineDesk

export const feedInterval = (engine: Engine): Interval => engine.status().feed.interval as Interval

/** @throws Problem `asset_unknown`. */
export const instrumentOf = (engine: Engine, given: string): Instrument => {
  const name = canonicalSymbol(given)
  const found = engine.insight.instruments().find(each => each.symbol === name)
  if (found !== undefined) return found
  throw new Problem('asset_unknown', {
    detail: `There is no market '${given.slice(0, 30)}'.`,
    remedy: 'GET /market/products lists what is priced.',
  })
}

/** Closed candles that are kept, oldest first. @throws Problem `query_invalid` for a length the feed cannot be joined into. */
export const keptCandles = (engine: Engine, symbol: string, timeframe: Interval): Candle[] => {
  const found = engine.insight.candles(symbol, timeframe, CANDLES_KEPT)
  if (found === null) {
    throw invalid('timeframe', timeframe, `a multiple of the feed's ${feedInterval(engine)}`)
  }
  return found
}
