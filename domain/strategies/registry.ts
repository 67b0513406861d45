/** Built-in strategies by name. */
import type { StrategySettings } from '../settings.ts'
import type { Strategy } from '../strategy.ts'
import { createAnalystsStrategy } from './analysts.ts'
import { createSignalsStrategy } from './signals.ts'

const STRATEGIES: Readonly<Record<string, (settings: StrategySettings) => Strategy>> = {
  signals: createSignalsStrategy,
  analysts: createAnalystsStrategy,
}

export const strategyNames = (): string[] => Object.keys(STRATEGIES)

/** A name that ends in `.ts` or `.js` is a file of the user's own, which the caller loads. */
export const isStrategyFile = (name: string): boolean => name.endsWith('.ts') || name.endsWith('.js')

/** The built-in strategy the settings name; throws an `Error` that lists the known ones. */
export const createStrategy = (settings: StrategySettings): Strategy => {
  const create = Object.hasOwn(STRATEGIES, settings.name) ? STRATEGIES[settings.name] : undefined
  if (create === undefined) {
    throw new Error(
      `Strategy ${settings.name} is unknown; known are ${strategyNames().join(', ')}, or the path of a .ts or .js file`,
    )
  }
  return create(settings)
}
