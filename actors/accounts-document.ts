/** What was said of accounts while the engine runs, as the store keeps it for the next start. */
import { sameJson } from '../domain/model/same-json.ts'
import type { Store } from '../domain/ports.ts'
import {
  ACCOUNTS_KEY,
  type AccountWords,
  readStoredAccounts,
  type StoredAccounts,
} from '../domain/stored-accounts.ts'

type Feed = () => StoredAccounts['feed']

export class AccountsDocument {
  readonly #store: Pick<Store, 'write' | 'document'>
  readonly #feed: Feed
  #stored: StoredAccounts

  /** `feed`: what the market is made of at the moment of writing. */
  constructor(store: Pick<Store, 'write' | 'document'>, stored: StoredAccounts, feed: Feed) {
    this.#store = store
    this.#stored = stored
    this.#feed = feed
  }

  get removed(): readonly string[] {
    return this.#stored.removed
  }

  /** What was said of one account over the file; nothing where nothing was. */
  wordsOf(accountId: string): AccountWords {
    return this.#stored.set[accountId] ?? {}
  }

  /** All that was said, with these words of one account; `null`: it is removed. */
  with(accountId: string, words: AccountWords | null): StoredAccounts {
    const { [accountId]: _before, ...others } = this.#stored.set
    const removed = this.#stored.removed.filter(each => each !== accountId)
    return {
      version: 1,
      set: words === null ? others : { ...others, [accountId]: words },
      removed: words === null ? [...removed, accountId] : removed,
      feed: this.#feed(),
    }
  }

  /**
   * Durable when it resolves; when it rejects, nothing was said. Two accounts may be changed at once: what is written is
   * made anew of the newest words of both, right here.
   */
  async keep(accountId: string, words: AccountWords | null): Promise<void> {
    const before = this.#stored
    const stored = this.with(accountId, words)
    this.#stored = stored
    try {
      await this.#store.write({
        facts: [],
        snapshots: [],
        documents: [{ key: ACCOUNTS_KEY, body: stored }],
      })
    } catch (error) {
      if (await this.#isStored(accountId, stored)) return
      this.#takeBack(accountId, before)
      throw error
    }
  }

  /** A write that failed may have arrived, and its answer been lost. A store that cannot be read either has nothing of it. */
  async #isStored(accountId: string, wanted: StoredAccounts): Promise<boolean> {
    const document = await this.#store.document(ACCOUNTS_KEY).catch(() => null)
    const found = readStoredAccounts(document)
    const isRemoved = wanted.removed.includes(accountId)
    return (
      found.removed.includes(accountId) === isRemoved && sameJson(found.set[accountId], wanted.set[accountId])
    )
  }

  /** Of this account only: what was said of others meanwhile stands. */
  #takeBack(accountId: string, before: StoredAccounts): void {
    const words = before.set[accountId]
    const { [accountId]: _failed, ...others } = this.#stored.set
    const removed = this.#stored.removed.filter(each => each !== accountId)
    this.#stored = {
      ...this.#stored,
      set: words === undefined ? others : { ...others, [accountId]: words },
      removed: before.removed.includes(accountId) ? [...removed, accountId] : removed,
    }
  }
}
