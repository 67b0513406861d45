/** What an account needs to be decided for by a model: the port, its settings, and what is known of both. */
import type { Model } from '../../domain/model/port.ts'
import type { PromptTemplate } from '../../domain/model/prompt.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import type { Health } from './health.ts'
import type { Memory } from './memory.ts'
import type { Spend } from './spend.ts'

export type Advisor = {
  model: Model
  settings: ModelSettings
  template: PromptTemplate
  memory: Memory
  /** Shared by all accounts, which are told apart by their ids. */
  spend: Spend
  health: Health
}
