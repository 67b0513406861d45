/** Brings in each account's strategy: a built-in one by name, or a user's own TypeScript file. */
import { pathToFileURL } from 'node:url'
import type { AccountSettings } from '../domain/settings.ts'
import { createStrategy, isStrategyFile } from '../domain/strategies/registry.ts'
import type { Strategy } from '../domain/strategy.ts'

/** A strategy file that cannot be used: says which file, what is wrong and what it must export. */
export class StrategyUnusable extends Error {
  override readonly name = 'StrategyUnusable'
}

const isStrategy = (value: unknown): value is Strategy =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Strategy).name === 'string' &&
  typeof (value as Strategy).indicators === 'function' &&
  typeof (value as Strategy).propose === 'function'

const loadFile = async (path: string): Promise<Strategy> => {
  let exported: { default?: unknown }
  try {
    exported = (await import(pathToFileURL(path).href)) as { default?: unknown }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StrategyUnusable(`Strategy file ${path} cannot be loaded: ${reason}`, { cause: error })
  }
  if (isStrategy(exported.default)) return exported.default
  throw new StrategyUnusable(
    `Strategy file ${path} has no usable default export: write "export default defineStrategy({ ... })"`,
  )
}

/** Strategies that ask a model. Their rules are the signals: confirmed by it, or standing in for it. */
const ASKS_MODEL: ReadonlySet<string> = new Set(['llm', 'hybrid', 'replay'])

export const asksModel = (name: string): boolean => ASKS_MODEL.has(name)

/** Strategies by account id. */
export const loadStrategies = async (
  accounts: readonly AccountSettings[],
): Promise<Map<string, Strategy>> => {
  const strategies = new Map<string, Strategy>()
  for (const account of accounts) {
    const { name } = account.strategy
    const rules = asksModel(name) ? { ...account.strategy, name: 'signals' } : account.strategy
    strategies.set(account.id, isStrategyFile(name) ? await loadFile(name) : createStrategy(rules))
  }
  return strategies
}
