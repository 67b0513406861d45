/**
 * Which accounts there are while the engine runs: adds, changes, removes and starts them, and keeps what was said in the
 * store, beside the configuration file.
 *
 * What is asked is durable before it is done where it adds (a crash then ends with the account open), and after where it
 * takes away (a crash then ends with it stopped or halted, to be removed again). One account is worked on by one at a time.
 */
import type { Fact } from '../domain/fact.ts'
import { sameJson } from '../domain/model/same-json.ts'
import type { Store } from '../domain/ports.ts'
import { scrubValue } from '../domain/scrub.ts'
import type { Secret } from '../domain/secret.ts'
import type { AccountSettings } from '../domain/settings.ts'
import {
  type AccountWords,
  joined,
  NOTHING_STORED,
  pathsIn,
  type StoredAccounts,
  wordOfTheFile,
} from '../domain/stored-accounts.ts'
import {
  type AccountAdmin,
  type AddOptions,
  type AdminAnswer,
  type AdminChange,
  type AdminOptions,
  AdminRefused,
  type Define,
  type Definition,
} from './account-admin.ts'
import { AccountsDocument } from './accounts-document.ts'
import { checkDeposit, comebackOf, pastOf, REMOVAL } from './comeback.ts'
import type { Control } from './control.ts'
import type { ControlCommand } from './engine-control.ts'
import { keepingKey } from './given-key.ts'
import { atRealPace } from './pace.ts'
import type { System } from './system.ts'
import { within } from './time-limit.ts'

export type RosterOptions = {
  system: System
  control: Control
  /** Of the engine: without `define` no account can be added or changed. */
  options: { store: Store; define?: Define; stored?: StoredAccounts }
}

/** Real time for calls that were under way when an account ended; longer ones answer to nobody. */
const CALLS_MS = 5_000

/** States in which a position asks the venue for something. */
const UNSETTLED = ['ordering', 'protecting', 'closing']

export class Roster implements AccountAdmin {
  readonly #options: Omit<RosterOptions, 'options'> & { store: Store; define: Define }
  readonly #busy = new Set<string>()
  readonly #said: AccountsDocument

  constructor(options: RosterOptions) {
    const { store, define = notDefined, stored = NOTHING_STORED } = options.options
    this.#options = { ...options, store, define }
    this.#said = new AccountsDocument(store, stored, () => this.#feed())
  }

  former(): string[] {
    return [...this.#said.removed]
  }

  add(accountId: string, given: AccountWords, options: AddOptions): Promise<AdminAnswer> {
    // Kept in the store and shown again: no place for a secret that was put into the wrong field.
    const words = scrubValue(given)
    return this.#alone(accountId, async () => {
      const { system } = this.#options
      if (this.#has(accountId)) {
        throw new AdminRefused(
          'exists',
          `There is an account ${accountId} already; change it, or choose another id`,
        )
      }
      const definition = await this.#define(accountId, words, words, options.modelKey?.value)
      const past = await this.#past(accountId)
      checkDeposit(definition.account, past)
      await keepingKey(definition.account, options.modelKey, () => this.#said.keep(accountId, words))
      await this.#advise(definition)
      const saved = past.length === 0 ? null : await this.#comeback(definition.account, past)
      system.settings.accounts.push(definition.account)
      system.openAccount(definition.account, definition.strategy, saved)
      return this.#done(accountId, 'added', pathsIn(words), options)
    })
  }

  change(accountId: string, given: AccountWords, options: AdminOptions): Promise<AdminAnswer> {
    const words = scrubValue(given)
    return this.#alone(accountId, async () => {
      const { system } = this.#options
      this.#need(accountId)
      const before = this.#said.wordsOf(accountId)
      const said = joined(before, words)
      const definition = await this.#define(accountId, said, words)
      const { accounts } = system.settings
      const index = accounts.findIndex(each => each.id === accountId)
      if (accounts[index]?.deposit !== definition.account.deposit) {
        throw new AdminRefused(
          'fixed',
          `The deposit of ${accountId} cannot be changed: its books began with it`,
        )
      }
      // A word that only says again what holds may still be news to the next start.
      if (!sameJson(said, before)) await this.#said.keep(accountId, said)
      if (sameJson(accounts[index], definition.account)) {
        return { accountId, change: 'unchanged', done: true, remaining: [] }
      }
      await this.#advise(definition)
      accounts[index] = definition.account
      system.changeAccount(definition.account, definition.strategy)
      return this.#done(accountId, 'changed', pathsIn(words), options)
    })
  }

  remove(accountId: string, options: AdminOptions & { closePositions: boolean }): Promise<AdminAnswer> {
    return this.#alone(accountId, async () => {
      this.#need(accountId)
      const { accounts } = this.#options.system.settings
      if (accounts.length === 1) {
        throw new AdminRefused('last', `${accountId} is the only account; stop it, or add another one first`)
      }
      const shadow = accounts.find(each => each.shadowOf === accountId)
      if (shadow !== undefined) {
        throw new AdminRefused(
          'needed',
          `${shadow.id} is the shadow of ${accountId}; remove the shadow first`,
        )
      }
      const remaining = await this.#quieten(accountId, options)
      if (remaining.length > 0) return { accountId, change: 'removed', done: false, remaining }
      const answer = await this.#done(accountId, 'removed', [], options)
      await this.#said.keep(accountId, null)
      this.#dismiss(accountId)
      return answer
    })
  }

  start(accountId: string, options: AdminOptions): Promise<AdminAnswer> {
    return this.#alone(accountId, async () => {
      const { system, control } = this.#options
      this.#need(accountId)
      const { desk, settings } = system
      if (desk.actor(accountId).getSnapshot().status !== 'done') {
        const [told] = await control.command([accountId], { name: 'resume', reason: options.reason }, options)
        return { accountId, change: 'started', done: told?.done ?? false, remaining: told?.remaining ?? [] }
      }
      const account = settings.accounts.find(each => each.id === accountId) as AccountSettings
      const { strategy } = desk.seat(accountId)
      const saved = await this.#comeback(account, await this.#past(accountId))
      desk.dismiss(accountId)
      system.openAccount(account, strategy, saved)
      return this.#done(accountId, 'started', [], options)
    })
  }

  #has(accountId: string): boolean {
    return this.#options.system.desk.accountIds().includes(accountId)
  }

  #need(accountId: string): void {
    if (!this.#has(accountId)) throw new AdminRefused('unknown', `There is no account ${accountId}`)
  }

  async #alone<Value>(accountId: string, work: () => Promise<Value>): Promise<Value> {
    if (this.#busy.has(accountId)) {
      throw new AdminRefused(
        'busy',
        `${accountId} is being changed by another request; ask again when that is answered`,
      )
    }
    this.#busy.add(accountId)
    try {
      return await work()
    } finally {
      this.#busy.delete(accountId)
    }
  }

  #feed(): StoredAccounts['feed'] {
    const { interval, market } = this.#options.system
    return { interval, symbols: [...market.instruments.keys()] }
  }

  /** `said` is all that was said of the account, `words` what is said now. */
  async #define(id: string, said: AccountWords, words: AccountWords, key?: Secret): Promise<Definition> {
    const word = wordOfTheFile(words)
    if (word !== null) {
      const why = 'it names a secret, a file, or where a key is sent'
      const message = `can only be said in the configuration file: ${why}`
      const problems = [{ path: word, message, remedy: 'Leave it out.' }]
      throw new AdminRefused('invalid', `${word} ${message}`, { problems })
    }
    try {
      const definition = await this.#options.define(this.#said.with(id, said), id, key)
      const { settings } = this.#options.system
      const [account] = atRealPace({ ...settings, accounts: [definition.account] }).accounts
      return { ...definition, account: account as AccountSettings }
    } catch (error) {
      if (error instanceof AdminRefused) throw error
      throw new AdminRefused('invalid', error instanceof Error ? error.message : String(error), {
        cause: error,
      })
    }
  }

  async #advise({ account, model }: Definition): Promise<void> {
    const { system, store } = this.#options
    if (model === null) system.advisors.dismiss(account.id)
    else await system.advisors.admit(account, this.#sameModel(account, model), store)
  }

  /** The model that is asked now, where nothing about it was changed: what it remembers of its endpoint stays. */
  #sameModel(account: AccountSettings, model: NonNullable<Definition['model']>) {
    const { advisors, settings } = this.#options.system
    const before = settings.accounts.find(each => each.id === account.id)
    const isSame = before?.strategy.name === account.strategy.name && sameJson(before.model, account.model)
    return (isSame ? advisors.modelOf(account.id) : null) ?? model
  }

  async #past(accountId: string): Promise<Fact[]> {
    await this.#options.system.journal.flush()
    return pastOf(this.#options.store, accountId)
  }

  #comeback(account: AccountSettings, past: readonly Fact[]): Promise<unknown> {
    return comebackOf(this.#options.store, this.#options.system.inputOf(account), past)
  }

  /** Ends what the account has under way; answers what stands against its removal. */
  async #quieten(accountId: string, options: AdminOptions & { closePositions: boolean }): Promise<string[]> {
    const { system, control } = this.#options
    const name = options.closePositions ? 'stop' : 'halt'
    const command: ControlCommand = { name, reason: name === 'halt' ? REMOVAL : options.reason }
    const [told] = await control.command([accountId], command, options)
    if (told === undefined || !told.done) return told?.remaining ?? []
    await within(system.inFlight.settled(), CALLS_MS, 'to hear of calls under way').catch(() => undefined)
    const { context, status } = system.desk.actor(accountId).getSnapshot()
    if (status === 'done') return []
    return Object.values(context.positions)
      .filter(each => UNSETTLED.includes(each.state))
      .map(each => `${each.symbol} is ${each.state}`)
  }

  #dismiss(accountId: string): void {
    const { system, control } = this.#options
    const { accounts } = system.settings
    accounts.splice(
      accounts.findIndex(each => each.id === accountId),
      1,
    )
    system.desk.dismiss(accountId)
    system.conductor.seat()
    system.advisors.dismiss(accountId)
    system.journal.rest(accountId)
    control.forget(accountId)
  }

  async #done(
    accountId: string,
    change: AdminChange,
    fields: string[],
    { by, reason }: AdminOptions,
  ): Promise<AdminAnswer> {
    const { journal, clock } = this.#options.system
    journal.record(accountId, clock.now(), { type: 'account.administered', change, by, reason, fields })
    await journal.flush()
    return { accountId, change, done: true, remaining: [] }
  }
}

/** An engine that was opened without its configuration has the accounts it was opened with. */
const notDefined: Define = () =>
  Promise.reject(new Error('This engine was started without a way to define accounts'))
