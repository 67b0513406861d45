/** The models of a configuration with what a store knows of them: how the last calls went, and what all of them cost. */
import type { ModelSettings } from '../../domain/model/settings.ts'
import type { StoreReader } from '../../domain/ports.ts'
import type { AccountSettings } from '../../domain/settings.ts'
import type { Withheld } from '../../domain/strategy.ts'
import type { Money } from '../../domain/units.ts'
import { Health } from './health.ts'
import { Spend, type Spent } from './spend.ts'
import { everyRow } from '../every-row.ts'

export type ModelUse = {
  total: Spent
  /** Of the UTC day and month of the store's newest call, in market time. */
  dayUsd: Money
  monthUsd: Money
  /** The last call of the account; `null`: there is none. */
  last: { at: number; outcome: string; problem: string | null } | null
  /** Why it would not be asked right after that call; `null`: it would. */
  problem: Withheld | null
}

/** By account id. */
export const modelUses = async (
  reader: StoreReader,
  accounts: readonly (AccountSettings & { model: ModelSettings })[],
): Promise<Map<string, ModelUse>> => {
  const [spend, health] = [new Spend(), new Health()]
  const last = new Map<string, NonNullable<ModelUse['last']>>()
  let newestAt = 0
  for await (const fact of everyRow(query => reader.facts(query), { action: 'model.called' })) {
    spend.note(fact)
    health.note(fact)
    newestAt = Math.max(newestAt, fact.at)
    if (fact.type !== 'model.called') continue
    const { outcome, problem } = fact.call
    last.set(fact.accountId, { at: fact.at, outcome, problem })
  }
  return new Map(
    accounts.map(({ id, model }) => {
      const at = last.get(id)?.at ?? newestAt
      const problem = spend.exhausted(id, model.budget, '', at) ?? health.problemOf(id, model.name, at)
      return [id, { total: spend.total(id), ...spend.within(id, at), last: last.get(id) ?? null, problem }]
    }),
  )
}
