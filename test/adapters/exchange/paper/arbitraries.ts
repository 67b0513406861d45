/** Random lives of an account: settings, candles, and what is asked before and inside them. */
import * as fc from 'fast-check'
import type { PaperSettings } from '../../../../domain/settings.ts'
import { FREE } from './bench.ts'

export type Ask = {
  kind: 'market' | 'limit' | 'post_only' | 'ioc' | 'stop' | 'target' | 'cancel' | 'leverage' | 'fund'
  symbol: 'BTC' | 'ETH'
  side: 'buy' | 'sell'
  /** Thousandths of a coin. */
  size: number
  /** Ticks from the mark. */
  away: number
  reduceOnly: boolean
}
export type Step = {
  symbol: 'BTC' | 'ETH'
  gap: number
  up: number
  down: number
  close: number
  volume: number
  before: Ask[]
  inside: Ask[]
}
export type Script = { settings: PaperSettings; steps: Step[] }

const symbol = fc.constantFrom('BTC' as const, 'ETH' as const)
const ask: fc.Arbitrary<Ask> = fc.record({
  kind: fc.constantFrom(
    'market',
    'market',
    'limit',
    'post_only',
    'ioc',
    'stop',
    'target',
    'cancel',
    'leverage',
    'fund',
  ),
  symbol,
  side: fc.constantFrom('buy', 'sell'),
  size: fc.integer({ min: 50, max: 6000 }),
  away: fc.integer({ min: -60, max: 60 }),
  reduceOnly: fc.boolean(),
})
const step: fc.Arbitrary<Step> = fc.record({
  symbol,
  gap: fc.integer({ min: -80, max: 80 }),
  up: fc.integer({ min: 0, max: 90 }),
  down: fc.integer({ min: 0, max: 90 }),
  close: fc.double({ min: 0, max: 1, noNaN: true }),
  volume: fc.integer({ min: 0, max: 40 }),
  before: fc.array(ask, { maxLength: 3 }),
  inside: fc.array(ask, { maxLength: 1 }),
})
export const scripts: fc.Arbitrary<Script> = fc.record({
  settings: fc.record({
    makerFeeRatio: fc.constantFrom(0, 0.0002),
    takerFeeRatio: fc.constantFrom(0, 0.0005, 0.00033333),
    slippageRatio: fc.constantFrom(0, 0.0005, 0.01),
    latencyMs: fc.constantFrom(0, 0, 50, 45_000, 90_000),
    volumeShareMax: fc.constantFrom(null, 0.1),
    fundingIntervalMs: fc.constant(FREE.fundingIntervalMs),
    fundingRate: fc.constant(0),
  }),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
})
