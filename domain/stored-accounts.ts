/**
 * Accounts that were added, changed or removed while the engine ran. The configuration file stays as its owner wrote it:
 * what was said over it is a document of the store, in the words of the file, and is laid over the file at every start.
 */
import type { Interval } from './interval.ts'
import { isStrategyFile } from './strategies/registry.ts'

/** What is said of an account in the words of `accounts:`, without its id. */
export type AccountWords = { [key: string]: unknown }

export type StoredAccounts = {
  version: 1
  /** By id; over what the file says of the account, or all that is said of one it does not have. */
  set: Record<string, AccountWords>
  removed: string[]
  /** What the market is made of, so that it goes on as it was when the accounts it was made for are others; `null`: as the file has it. */
  feed: { interval: Interval; symbols: string[] } | null
}

export const ACCOUNTS_KEY = 'accounts'

export const NOTHING_STORED: StoredAccounts = { version: 1, set: {}, removed: [], feed: null }

const isGroup = (value: unknown): value is AccountWords =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws Error for a document that this version did not write: what it says of accounts must not be passed over. */
export const readStoredAccounts = (document: unknown): StoredAccounts => {
  if (document === null || document === undefined) return NOTHING_STORED
  const { version, set, removed, feed } = document as Partial<StoredAccounts>
  if (version === 1 && isGroup(set) && Array.isArray(removed) && feed !== undefined) {
    return { version, set, removed, feed }
  }
  throw new Error(
    'The accounts that were changed while the engine ran are kept in a form that this version cannot read; ' +
      'start the version that wrote them, or restore a backup',
  )
}

/** `change` laid over `words`: groups are joined, lists and values replaced, and `null` takes a word back. */
export const joined = (words: AccountWords, change: AccountWords): AccountWords => {
  const result: AccountWords = { ...words }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key]
    else if (isGroup(value)) result[key] = joined(isGroup(result[key]) ? result[key] : {}, value)
    else result[key] = value
  }
  return result
}

/** Paths of the single settings that are said, such as `risk.leverage.max`. */
export const pathsIn = (words: AccountWords): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    isGroup(value) ? pathsIn(value).map(below => `${key}.${below}`) : [key],
  )

/** Words that name a secret, a file of the engine's machine, or where a key is sent: only the file may say them. */
const OF_THE_FILE = ['api_key', 'headers', 'openrouter', 'base_url', 'prompt', 'cassette', 'cassette_only']

/** The word that may not be said to a running engine, as its path; `null`: there is none. */
export const wordOfTheFile = (words: AccountWords): string | null => {
  const { model, strategy } = words
  const found = isGroup(model) ? OF_THE_FILE.find(key => Object.hasOwn(model, key)) : undefined
  if (found !== undefined) return `model.${found}`
  const name = isGroup(strategy) ? strategy['name'] : strategy
  const isPath = typeof name === 'string' && (isStrategyFile(name) || /^\.|[\\/]/.test(name))
  return isPath ? 'strategy' : null
}
