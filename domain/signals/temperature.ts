/** Temperature: how much a bot's score says, whichever way. The one definition for decisions, API and dashboard. */
import type { StrategySettings } from '../settings.ts'

export type Temperature = 'FROZEN' | 'COOL' | 'WARM' | 'HOT'
export type TemperatureSettings = StrategySettings['temperature']

/** The default limits, and a profile ten times as sensitive for trying things out, refused outside of tests. */
export const TEMPERATURE_PROFILES: Readonly<Record<'production' | 'testing', TemperatureSettings>> = {
  production: { cool: 0.05, warm: 0.15, hot: 0.3, coolSize: 0.5, warmSize: 0.75, hotSize: 1 },
  testing: { cool: 0.005, warm: 0.015, hot: 0.03, coolSize: 0.5, warmSize: 0.75, hotSize: 1 },
}

/** By |score|; exactly at a limit is the warmer one. */
export const temperatureOf = (score: number, settings: TemperatureSettings): Temperature => {
  const strength = Math.abs(score)
  if (strength >= settings.hot) return 'HOT'
  if (strength >= settings.warm) return 'WARM'
  return strength >= settings.cool ? 'COOL' : 'FROZEN'
}

/** Share of the allowed size a temperature uses; 0 when frozen, which means no order. */
export const temperatureSize = (temperature: Temperature, settings: TemperatureSettings): number => {
  switch (temperature) {
    case 'HOT':
      return settings.hotSize
    case 'WARM':
      return settings.warmSize
    case 'COOL':
      return settings.coolSize
    case 'FROZEN':
      return 0
  }
}
