/** Answers of a model as documents and texts, and the question they belong to. */
import { type Legal, legalActions, type SchemaVersion } from '../../../domain/model/legal.ts'
import type { Question } from '../../../domain/model/read-decisions.ts'
import type { PositionSummary } from '../../../domain/position-state.ts'
import { price, quantity } from '../../../domain/units.ts'

export type Doc = Record<string, unknown>

/** BTC is flat, ETH is long, SOL has an order under way. */
export const openPosition = (change: Partial<PositionSummary> = {}): PositionSummary => ({
  symbol: 'ETH',
  positionId: 'main-ETH-1',
  state: 'protected',
  direction: 'long',
  quantity: quantity(1),
  entryPrice: price(100),
  stopPrice: price(95),
  targetPrice: null,
  evidence: null,
  cooldownUntil: null,
  openedAt: 0,
  leverage: 2,
  conditions: [],
  ...change,
})

export const POSITIONS: Record<string, PositionSummary> = {
  ETH: openPosition(),
  SOL: openPosition({ symbol: 'SOL', state: 'ordering', direction: null }),
}

export const MARKS: Record<string, number | null> = { BTC: 100, ETH: 100, SOL: 100 }

export const legalFor = (version: SchemaVersion, symbols: readonly string[] = ['BTC']): Legal[] =>
  legalActions(version, symbols, POSITIONS)

export const question = (version: SchemaVersion = 1, symbols: readonly string[] = ['BTC']): Question => ({
  version,
  legal: legalFor(version, symbols),
  marks: MARKS,
})

export const buyBtc = (change: Doc = {}): Doc => ({
  asset: 'BTC',
  action: 'buy',
  allocation_usd: 50,
  tp_price: 120,
  sl_price: 90,
  exit_plan: 'Close if the 4h candle closes below EMA50.',
  rationale: 'Trend up.',
  ...change,
})

export const holdOf = (asset = 'BTC', change: Doc = {}): Doc => ({
  ...buyBtc({ asset, action: 'hold', allocation_usd: 0, tp_price: null, sl_price: null }),
  ...change,
})

export const without = (doc: Doc, key: string): Doc =>
  Object.fromEntries(Object.entries(doc).filter(([name]) => name !== key))

export const answer = (...decisions: unknown[]): string => JSON.stringify({ trade_decisions: decisions })

export const closeBelowEma = (change: Doc = {}): Doc => ({
  kind: 'candle_close_ema',
  value: 50,
  timeframe: '4h',
  side: 'below',
  after_r: null,
  ...change,
})
