/** The configuration with what was said of its accounts while the engine ran. */
import { AdminRefused, type Define } from '../actors/account-admin.ts'
import { loadStrategies } from '../actors/load-strategy.ts'
import type { Flags } from '../adapters/config/flags.ts'
import type { LoadedSettings } from '../adapters/config/load.ts'
import { ConfigError } from '../adapters/config/problem.ts'
import { wordPath } from '../adapters/config/stored.ts'
import type { Store } from '../domain/ports.ts'
import { ACCOUNTS_KEY, readStoredAccounts, type StoredAccounts } from '../domain/stored-accounts.ts'
import { accountModels } from './account-models.ts'
import { type ConfigChoice, loadConfig } from './load-config.ts'

/** `loaded` again where accounts were added, changed or removed; nothing else of the engine comes from the store. */
export const withStored = async (
  store: Pick<Store, 'document'>,
  loaded: LoadedSettings,
  choice: ConfigChoice,
  flags: Flags,
): Promise<{ settings: LoadedSettings['settings']; stored: StoredAccounts }> => {
  const stored = readStoredAccounts(await store.document(ACCOUNTS_KEY))
  const isSaid = Object.keys(stored.set).length + stored.removed.length > 0
  if (!isSaid) return { settings: loaded.settings, stored }
  const { accounts, modelSecrets, feed } = loadConfig(choice, flags, undefined, stored).settings
  return { settings: { ...loaded.settings, accounts, modelSecrets, feed }, stored }
}

/** Reads the configuration anew for each account, so that a change meets every rule that a start would. */
export const defineFrom =
  (choice: ConfigChoice, flags: Flags): Define =>
  async (stored, accountId, modelKey) => {
    const given = new Map(modelKey === undefined ? [] : [[accountId, modelKey] as const])
    const { settings } = inWordsOf(accountId, () => loadConfig(choice, flags, undefined, stored, given))
    const account = settings.accounts.find(each => each.id === accountId)
    if (account === undefined) throw new Error(`Invariant: ${accountId} is not in the configuration`)
    const strategy = (await loadStrategies([account])).get(accountId)
    if (strategy === undefined) throw new Error(`Invariant: ${accountId} has no strategy`)
    const model = accountModels({ ...settings, accounts: [account] }).get(accountId) ?? null
    return { account, strategy, model }
  }

/** A refusal of the configuration is one of the words that were said, and is told by them. */
const inWordsOf = <Value>(accountId: string, read: () => Value): Value => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problems = error.problems.map(each => ({
      path: wordPath(each, accountId),
      message: each.value === null ? each.message : `${each.message} (got ${each.value})`,
      remedy: each.remedy,
    }))
    throw new AdminRefused('invalid', error.message, { cause: error, problems })
  }
}
