/** Where a generated market stands: everything its next candle depends on, as plain JSON. */
import { intervalStart } from '../../../domain/interval.ts'
import type { RandomState } from '../../../domain/random.ts'
import type { FactorState } from './factor.ts'
import { REGIMES } from './regime.ts'
import type { GeneratorSettings } from './settings.ts'
import type { SymbolState } from './symbol-market.ts'

export const GENERATOR_STATE_VERSION = 1

/** What a symbol's numbers mean; a state made with other values would go on somewhere else. */
export type SymbolFrame = { tickSize: string; stepSize: string; startPrice: number }

export type GeneratorState = {
  version: number
  seed: number
  interval: string
  /** Open of the next step. */
  nextAt: number
  factor: FactorState & { random: RandomState }
  symbols: Record<string, SymbolState & { frame: SymbolFrame; random: RandomState }>
}

const refuse = (what: string, found: unknown, expected: unknown): never => {
  throw new Error(
    `Stored generator state has ${what} ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}; ` +
      'restore the settings it was made with, or start without state',
  )
}

const demand = (what: string, found: unknown, expected: unknown): void => {
  if (JSON.stringify(found) !== JSON.stringify(expected)) refuse(what, found, expected)
}

const demandNumber = (what: string, found: unknown): void => {
  if (!Number.isFinite(found)) refuse(what, found, 'a number')
}

const SYMBOL_NUMBERS = ['logPrice', 'closeTicks', 'logVolume', 'trend', 'fundingRate'] as const

/** Checks that a stored state belongs to these settings, and copies it. Throws with the first difference. */
export const readGeneratorState = (
  stored: unknown,
  settings: GeneratorSettings,
  frames: Readonly<Record<string, SymbolFrame>>,
): GeneratorState => {
  const state = structuredClone(stored) as GeneratorState
  demand('version', state?.version, GENERATOR_STATE_VERSION)
  demand('seed', state.seed, settings.seed)
  demand('interval', state.interval, settings.interval)
  demandNumber('next step', state.nextAt)
  demand('next step', state.nextAt, intervalStart(state.nextAt, settings.interval))
  if (!REGIMES.includes(state.factor?.regime)) refuse('regime', state.factor?.regime, REGIMES)
  demandNumber('volatility', state.factor.logVolatility)
  demand('symbols', Object.keys(state.symbols ?? {}).toSorted(), Object.keys(frames).toSorted())
  for (const [symbol, own] of Object.entries(state.symbols)) {
    const { tickSize, stepSize, startPrice } = own.frame ?? {}
    demand(`frame of ${symbol}`, { tickSize, stepSize, startPrice }, frames[symbol])
    for (const field of SYMBOL_NUMBERS) demandNumber(`${field} of ${symbol}`, own[field])
  }
  return state
}
