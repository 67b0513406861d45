/** Strategy settings for tests: every signal on, the default limits. */
import type { SignalSettings, StrategySettings } from '../../domain/settings.ts'
import { TEMPERATURE_PROFILES } from '../../domain/signals/temperature.ts'

export const SIGNALS: SignalSettings = {
  rsi: { enabled: true, weight: 0.3, length: 14, buyBelow: 30, sellAbove: 70 },
  movingAverage: { enabled: true, weight: 0.3, fast: 10, slow: 20 },
  macd: { enabled: true, weight: 0.3, fast: 12, slow: 26, signal: 9 },
}

export const strategySettings = (changes: Partial<StrategySettings> = {}): StrategySettings => ({
  name: 'signals',
  signals: SIGNALS,
  entryScore: 0.4,
  confidenceMin: 70,
  confirmationMs: 300_000,
  reversalMargin: 0.1,
  reversalCount: 2,
  closeScore: null,
  targetRewardRatio: 2,
  trailing: null,
  breakEven: null,
  temperature: TEMPERATURE_PROFILES.production,
  ...changes,
})
