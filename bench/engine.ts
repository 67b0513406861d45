/** Engines for measuring: the frictionless profile `ema-cross`, whose trades a plain loop can foretell. */
import { join } from 'node:path'
import { loadStrategies } from '../actors/load-strategy.ts'
import { loadSettings } from '../adapters/config/load.ts'
import { paperInstruments } from '../adapters/market/instruments.ts'
import { seriesSource } from '../adapters/market/series-source.ts'
import type { CandleSeries } from '../domain/candle.ts'
import type { CandleSource } from '../domain/feed.ts'
import type { EngineSettings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { money } from '../domain/units.ts'

export const ROOT = join(import.meta.dirname, '..')

/** One account on these assets. */
export const settingsFor = (assets: string[], deposit = '10000'): EngineSettings => {
  const { settings } = loadSettings({ file: 'profiles/ema-cross.yaml', env: {}, flags: {}, cwd: ROOT })
  const accounts = settings.accounts.map(account => ({ ...account, assets, deposit: money(deposit) }))
  return { ...settings, accounts }
}

export const strategiesOf = (settings: EngineSettings): Promise<Map<string, Strategy>> =>
  loadStrategies(settings.accounts)

export const sourceOf = (series: readonly CandleSeries[], settings: EngineSettings): CandleSource =>
  seriesSource(series, paperInstruments(series, settings.instruments))
