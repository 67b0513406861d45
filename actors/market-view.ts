/** Markets as the outside reads them: what a model would be told of each asset now. */
import type { AccountSettings } from '../domain/settings.ts'
import type { Desk } from './desk.ts'
import type { MarketSummary } from './engine-view.ts'
import type { Market } from './market.ts'
import { assetMarket, contextIndicators } from './model/context-input.ts'

export const marketSummaries = (desk: Desk, market: Market): MarketSummary[] => {
  const found = new Map<string, MarketSummary>()
  for (const id of desk.accountIds()) {
    const { assets, interval } = desk.seat(id).settings
    for (const symbol of assets) {
      if (!market.instruments.has(symbol)) continue
      const key = `${symbol} ${interval}`
      const known = found.get(key)
      if (known !== undefined) known.accountIds.push(id)
      else found.set(key, { ...assetMarket(market, symbol, interval), accountIds: [id] })
    }
  }
  return [...found.values()]
}

/** Makes sure that the indicators an account's summaries read are folded from the start. */
export const requireMarkets = (
  market: Market,
  { assets, interval }: Pick<AccountSettings, 'assets' | 'interval'>,
): void => {
  for (const spec of contextIndicators(interval, market.interval)) {
    for (const symbol of assets) if (market.instruments.has(symbol)) market.require(symbol, spec, interval)
  }
}
