/**
 * What the models of each account have cost, added up from the facts of their calls: what budgets are measured with, and
 * what a result is netted by. A call whose price nobody knows is counted, not priced.
 */
import type { Fact } from '../../domain/fact.ts'
import { dayStart } from '../../domain/interval.ts'
import { costOf } from '../../domain/model/call.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import type { StoreReader } from '../../domain/ports.ts'
import type { Withheld } from '../../domain/strategy.ts'
import { addMoney, dec, type Money, ZERO_MONEY } from '../../domain/units.ts'
import { everyRow } from '../every-row.ts'

/** USD, and how many calls there were. */
export type Spent = { costUsd: Money; calls: number; unpriced: number; tokens: number }

type Sum = { since: number; costUsd: Money }
type Account = { total: Spent; day: Sum; month: Sum; cycle: { id: string; costUsd: Money } }

const NOTHING: Spent = { costUsd: ZERO_MONEY, calls: 0, unpriced: 0, tokens: 0 }

const monthStart = (at: number): number => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

const added = (sum: Sum, since: number, costUsd: Money): Sum => ({
  since,
  costUsd: sum.since === since ? addMoney(sum.costUsd, costUsd) : costUsd,
})

export class Spend {
  readonly #accounts = new Map<string, Account>()

  /** Everything stored so far, oldest first. */
  async load(reader: StoreReader): Promise<void> {
    const calls = everyRow(query => reader.facts(query), { action: 'model.called' })
    for await (const fact of calls) this.note(fact)
  }

  note(fact: Fact): void {
    if (fact.type !== 'model.called') return
    const { usage } = fact.call.reply
    const cost = costOf(fact.call)
    const costUsd = cost ?? ZERO_MONEY
    const before = this.#of(fact.accountId)
    const { total, cycle } = before
    this.#accounts.set(fact.accountId, {
      total: {
        costUsd: addMoney(total.costUsd, costUsd),
        calls: total.calls + 1,
        unpriced: total.unpriced + (cost === null ? 1 : 0),
        tokens: total.tokens + (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0),
      },
      day: added(before.day, dayStart(fact.at), costUsd),
      month: added(before.month, monthStart(fact.at), costUsd),
      cycle: {
        id: fact.call.cycleId,
        costUsd: cycle.id === fact.call.cycleId ? addMoney(cycle.costUsd, costUsd) : costUsd,
      },
    })
  }

  /** Since the account's first call. */
  total(accountId: string): Spent {
    return this.#accounts.get(accountId)?.total ?? NOTHING
  }

  /** Of the UTC day and month of `at`. */
  within(accountId: string, at: number): { dayUsd: Money; monthUsd: Money } {
    const { day, month } = this.#of(accountId)
    return {
      dayUsd: day.since === dayStart(at) ? day.costUsd : ZERO_MONEY,
      monthUsd: month.since === monthStart(at) ? month.costUsd : ZERO_MONEY,
    }
  }

  /** The budget that leaves nothing for another question now; `null` while each of them does. */
  exhausted(
    accountId: string,
    budget: ModelSettings['budget'],
    cycleId: string,
    at: number,
  ): Withheld | null {
    const { cycle } = this.#of(accountId)
    const { dayUsd, monthUsd } = this.within(accountId, at)
    const spent: [Money | null, Money, string][] = [
      [budget.cycleUsd, cycle.id === cycleId ? cycle.costUsd : ZERO_MONEY, 'a decision'],
      [budget.dayUsd, dayUsd, 'a day'],
      [budget.monthUsd, monthUsd, 'a month'],
    ]
    for (const [limit, actual, per] of spent) {
      if (limit === null || dec(actual).lt(limit)) continue
      return { code: 'model_budget_spent', limit: `${limit} USD ${per}`, actual: `${actual} USD` }
    }
    return null
  }

  #of(accountId: string): Account {
    const none = { since: Number.NaN, costUsd: ZERO_MONEY }
    const known = this.#accounts.get(accountId)
    return known ?? { total: NOTHING, day: none, month: none, cycle: { id: '', costUsd: ZERO_MONEY } }
  }
}
