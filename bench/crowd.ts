/** Many accounts on a market that does not move, each of which opens one position and keeps it. */
import { type Candle, seriesOf } from '../domain/candle.ts'
import type { CandleSource } from '../domain/feed.ts'
import type { EngineSettings } from '../domain/settings.ts'
import { defineStrategy } from '../domain/strategies/define.ts'
import type { Strategy } from '../domain/strategy.ts'
import { INTERVAL, STEP_MS } from './candles.ts'
import { settingsFor, sourceOf } from './engine.ts'

export const START = Date.UTC(2025, 0, 1)
export const SYMBOL = 'BTC'

const once = defineStrategy({
  name: 'once',
  indicators: {},
  decide: ({ position, long, hold }) =>
    position === null
      ? long({ allocation: 1_000, stop: { ratio: 0.02 }, target: { ratio: 0.04 } })
      : hold('long already'),
})

const flat = (candles: number) =>
  seriesOf(
    SYMBOL,
    INTERVAL,
    Array.from({ length: candles }, (_, index): Candle => {
      return { openAt: START + index * STEP_MS, open: 100, high: 100.5, low: 99.5, close: 100, volume: 1_000 }
    }),
  )

export type Crowd = {
  settings: EngineSettings
  source: CandleSource
  strategies: ReadonlyMap<string, Strategy>
}

/** `count` accounts, and so many candles of their market. */
export const crowdOf = (count: number, candles: number): Crowd => {
  const base = settingsFor([SYMBOL])
  const [account] = base.accounts
  if (account === undefined) throw new Error('Invariant: the profile has an account')
  // What may be shared is shared: an account's own settings are its name.
  const accounts = Array.from({ length: count }, (_, index) => ({ ...account, id: `account-${index}` }))
  const settings = { ...base, accounts }
  return {
    settings,
    source: sourceOf([flat(candles)], settings),
    strategies: new Map(accounts.map(({ id }) => [id, once])),
  }
}
