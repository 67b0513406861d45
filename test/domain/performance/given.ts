/** Equity, trades and settings for tests of performance. */
import type { ClosedTrade } from '../../../domain/fact.ts'
import { type PerformanceInput, performanceOf } from '../../../domain/performance/performance.ts'
import type { PerformanceSettings } from '../../../domain/settings.ts'
import { money, price, quantity } from '../../../domain/units.ts'

export const DAY = 86_400_000
/** 2024-01-01T00:00Z, a Monday. */
export const START = 1_704_067_200_000
const SETTINGS: PerformanceSettings = {
  riskFreeRatio: 0,
  sortinoTargetRatio: 0,
  annualisationDays: 252,
  sortinoDenominator: 'all',
}

/** One snapshot at the end of each day. */
export const daily = (values: readonly (number | string)[]) =>
  values.map((equity, index) => ({ at: START + index * DAY, equity: String(equity) }))

export const measure = (input: Partial<PerformanceInput>, settings: Partial<PerformanceSettings> = {}) =>
  performanceOf({ equity: [], flows: [], trades: [], ...input, settings: { ...SETTINGS, ...settings } })

export const VECTOR_1 = daily([1000, 1010, 1000, 1020, 1015, 1030])
export const places = (value: string | null, count = 6) =>
  value === null ? null : Number(value).toFixed(count)

export const trade = (pnl: number | string, changes: Partial<ClosedTrade> = {}): ClosedTrade => ({
  positionId: 'p',
  symbol: 'BTC',
  side: 'long',
  quantity: quantity(1),
  entryPrice: price(100),
  entryAt: START,
  exitPrice: price(101),
  exitAt: START + 1,
  exitReason: 'target',
  exitCondition: null,
  fees: money('0.1'),
  funding: money('0.02'),
  realised: money(pnl),
  pnl: money(pnl),
  rMultiple: null,
  nakedSeconds: 0,
  stopPrice: null,
  targetPrice: null,
  decisionId: null,
  partials: [],
  ...changes,
})
