/** *analyse*: the context of a decision, from the shared market and the account's venue. Stale or missing: not ready. */

import type { Analysis, AssetState } from '../domain/deliberate.ts'
import { atr } from '../domain/indicators/spec.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import { price } from '../domain/units.ts'
import type { AnalyseAnswer, AnalyseInput } from '../machines/account/context.ts'
import { type Flow, wait } from './flow.ts'
import type { World } from './world.ts'

/** Volatility that missing stops are derived from. */
export const STOP_ATR = atr(14)

/** Decision intervals after which a price says nothing any more. */
export const STALE_INTERVALS = 2

export const analyse = (world: World) =>
  function* (input: AnalyseInput): Flow<AnalyseAnswer> {
    const { exchange, settings } = world.seat(input.accountId)
    const account = yield* wait(exchange.account())
    const assets: Analysis['assets'] = {}
    for (const symbol of settings.assets) {
      const mark = world.market.mark(symbol)
      const atrNow = world.market.view(symbol, settings.interval).value(STOP_ATR)
      const state: AssetState = {
        instrument: world.market.instrument(symbol),
        mark: mark === null ? null : { price: price(mark.price), at: mark.at },
        atr: atrNow,
        fundingRate: mark?.fundingRate ?? null,
      }
      assets[symbol] = state
    }
    const at = world.clock.now()
    if (input.symbols.every(symbol => assets[symbol]?.mark == null)) {
      return { ready: false, reason: 'no_market_data', at }
    }
    const oldest = input.at - STALE_INTERVALS * INTERVAL_MS[settings.interval]
    if (input.symbols.every(symbol => (assets[symbol]?.mark?.at ?? 0) < oldest)) {
      return { ready: false, reason: 'market_data_stale', at }
    }
    const analysis: Analysis = {
      at: input.at,
      assets,
      marginFree: account.marginFree,
      takerFeeRatio: world.paper.takerFeeRatio,
      ...(world.journal.isSlow ? { entriesStopped: 'store_slow' } : {}),
    }
    return { ready: true, analysis, at }
  }
