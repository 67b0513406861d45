/** The models of an engine's accounts, with what is remembered of them, made of facts alone. */
import type { Fact } from '../../domain/fact.ts'
import type { IndicatorSpec } from '../../domain/indicators/spec.ts'
import type { Model } from '../../domain/model/port.ts'
import type { StoreReader } from '../../domain/ports.ts'
import type { AccountSettings, EngineSettings } from '../../domain/settings.ts'
import { asksModel } from '../load-strategy.ts'
import type { Market } from '../market.ts'
import type { Advisor } from './advisor.ts'
import { contextIndicators } from './context-input.ts'
import { Health } from './health.ts'
import { Memory } from './memory.ts'
import { Spend } from './spend.ts'
import { loadTemplate } from './template.ts'
import { timeframesOf } from './tools.ts'

export class Advisors {
  readonly spend = new Spend()
  readonly #health = new Health()
  readonly #memory: Memory
  readonly #advisors = new Map<string, Advisor>()

  /** @throws Error for an account that asks a model and has none, PromptUnusable for a template that cannot be read. */
  constructor({ accounts, performance }: EngineSettings, models: ReadonlyMap<string, Model>) {
    const asking = accounts.filter(each => asksModel(each.strategy.name))
    this.#memory = new Memory(
      asking.map(each => each.id),
      performance,
    )
    for (const account of asking) this.#advise(account, models.get(account.id))
  }

  #advise({ id, model: settings, strategy }: AccountSettings, model: Model | undefined): void {
    if (settings === null || model === undefined) {
      throw new Error(
        `Account ${id} decides by ${strategy.name}, and has no model; give it one, or another strategy`,
      )
    }
    this.#advisors.set(id, {
      model,
      settings,
      template: loadTemplate(settings.promptFile),
      memory: this.#memory,
      spend: this.spend,
      health: this.#health,
    })
  }

  /** An account that comes while the engine runs, or asks another model from now on. Remembers what is stored of it. */
  async admit(account: AccountSettings, model: Model, reader: StoreReader): Promise<void> {
    const isNew = !this.#advisors.has(account.id)
    this.#advise(account, model)
    if (!isNew) return
    this.#memory.admit(account.id)
    await this.#memory.loadOne(reader, account.id)
  }

  /** An account that is removed, or asks no model any more. What it has cost stays added up. */
  dismiss(accountId: string): void {
    this.#advisors.delete(accountId)
    this.#memory.dismiss(accountId)
  }

  /** The model that the account asks. */
  modelOf(accountId: string): Model | null {
    return this.#advisors.get(accountId)?.model ?? null
  }

  /** No account asks a model. */
  get isEmpty(): boolean {
    return this.#advisors.size === 0
  }

  of(accountId: string): Advisor | null {
    return this.#advisors.get(accountId) ?? null
  }

  /** Everything stored so far; a model that was switched off is not: a restart is how it is switched on. */
  async load(reader: StoreReader): Promise<void> {
    // Models that are not asked any more have cost what they cost.
    await this.spend.load(reader)
    if (!this.isEmpty) await this.#memory.load(reader)
  }

  note(fact: Fact): void {
    this.spend.note(fact)
    this.#health.note(fact)
    this.#memory.note(fact)
  }

  /** What the context of the account's decisions reads. */
  indicators({ id, interval }: AccountSettings, market: Market): IndicatorSpec[] {
    return this.#advisors.has(id) ? contextIndicators(interval, market.interval) : []
  }

  /** Opens every timeframe a tool can be asked for from the start: what it then says does not hang on who asked before. */
  openTimeframes({ id, assets }: AccountSettings, market: Market): void {
    if ((this.#advisors.get(id)?.settings.toolRoundsMax ?? 0) === 0) return
    for (const symbol of assets) {
      for (const timeframe of timeframesOf(market.interval)) market.view(symbol, timeframe)
    }
  }
}
