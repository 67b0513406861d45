/** How accounts of a running engine are added, changed, removed and started again. */
import type { Model } from '../domain/model/port.ts'
import type { Secret } from '../domain/secret.ts'
import type { AccountSettings } from '../domain/settings.ts'
import type { AccountWords, StoredAccounts } from '../domain/stored-accounts.ts'
import type { Strategy } from '../domain/strategy.ts'
import type { GivenKey } from './given-key.ts'

/** An account as its words define it. */
export type Definition = { account: AccountSettings; strategy: Strategy; model: Model | null }

/**
 * Reads the whole configuration with what was said over it, and gives one account of it. Throws when any of it is wrong,
 * `AdminRefused` where it can say which word. `modelKey`: a key of this account that is kept nowhere yet.
 */
export type Define = (stored: StoredAccounts, accountId: string, modelKey?: Secret) => Promise<Definition>

export type AdminOptions = {
  /** Who says it: `token:owner`. */
  by: string
  reason: string | null
}

export type AddOptions = AdminOptions & { modelKey?: GivenKey }

export type AdminChange = 'added' | 'changed' | 'removed' | 'started'

export type AdminAnswer = {
  accountId: string
  /** `unchanged`: it was so already, and the account goes on as it did. */
  change: AdminChange | 'unchanged'
  /** False: what was asked goes on, `remaining` says what stands against it; ask again. */
  done: boolean
  remaining: string[]
}

export type AdminRefusalCode = 'exists' | 'unknown' | 'busy' | 'last' | 'invalid' | 'fixed' | 'needed'

/** What is wrong with one of the words that were said: `assets[0]`; the path is empty for all of them together. */
export type WordProblem = { path: string; message: string; remedy: string }

/** Nothing was changed. */
export class AdminRefused extends Error {
  override readonly name = 'AdminRefused'
  readonly code: AdminRefusalCode
  /** Of `invalid`: word by word, where it can be told. */
  readonly problems: readonly WordProblem[]
  constructor(
    code: AdminRefusalCode,
    message: string,
    { problems = [], ...options }: ErrorOptions & { problems?: readonly WordProblem[] } = {},
  ) {
    super(message, options)
    this.code = code
    this.problems = problems
  }
}

/** @throws AdminRefused of every method: nothing was changed then. */
export interface AccountAdmin {
  /** An id that was there before goes on with its books and the sequence of its journal. */
  add(accountId: string, words: AccountWords, options: AddOptions): Promise<AdminAnswer>
  /** Lays `words` over what was said before; `null` takes a word back. */
  change(accountId: string, words: AccountWords, options: AdminOptions): Promise<AdminAnswer>
  /** `closePositions`: everything is closed first; else stops stay at the venue, and nobody watches them. */
  remove(accountId: string, options: AdminOptions & { closePositions: boolean }): Promise<AdminAnswer>
  /** An account that was stopped trades again, from its books. One that is not goes on. */
  start(accountId: string, options: AdminOptions): Promise<AdminAnswer>
  /** Accounts that were removed and have a history. */
  former(): string[]
}
