/**
 * What performance is computed from, kept in memory: closed trades, equity snapshots, and
 * money paid in or out, per account. That of a removed account stays: it can be asked for, and the account may be back.
 */
import type { ClosedTrade, Fact } from '../domain/fact.ts'
import type { EquityPoint, Flow } from '../domain/performance/daily.ts'
import type { StoreReader } from '../domain/ports.ts'
import type { Money } from '../domain/units.ts'
import { everyRow } from './every-row.ts'

export class History {
  readonly #trades = new Map<string, ClosedTrade[]>()
  readonly #equity = new Map<string, EquityPoint[]>()
  readonly #flows = new Map<string, Flow[]>()
  readonly #began = new Map<string, { at: number; deposit: Money }>()

  /** Everything stored so far, oldest first. */
  async load(reader: StoreReader): Promise<void> {
    for await (const { accountId, ...trade } of everyRow(query => reader.trades(query))) {
      this.#add(this.#trades, accountId, trade)
    }
    for await (const { accountId, at, equity } of everyRow(query => reader.equity(query))) {
      this.#add(this.#equity, accountId, { at, equity })
    }
    for (const action of ['account.started', 'deposit.booked']) {
      for await (const fact of everyRow(query => reader.facts(query), { action })) this.note(fact)
    }
  }

  note(fact: Fact): void {
    if (fact.type === 'trade.closed') this.#add(this.#trades, fact.accountId, fact.trade)
    else if (fact.type === 'equity.marked') {
      this.#add(this.#equity, fact.accountId, { at: fact.at, equity: fact.equity })
    } else if (fact.type === 'deposit.booked') {
      this.#add(this.#flows, fact.accountId, { at: fact.at, amount: fact.amount })
    } else if (fact.type === 'account.started' && !this.#began.has(fact.accountId)) {
      this.#began.set(fact.accountId, { at: fact.at, deposit: fact.deposit })
    }
  }

  /** When the account was first started, and with what; `null`: not known. It stays known of one that was removed. */
  began(accountId: string): { at: number; deposit: Money } | null {
    return this.#began.get(accountId) ?? null
  }

  trades(accountId: string): readonly ClosedTrade[] {
    return this.#trades.get(accountId) ?? []
  }

  equity(accountId: string): readonly EquityPoint[] {
    return this.#equity.get(accountId) ?? []
  }

  /** Deposits positive, withdrawals negative. */
  flows(accountId: string): readonly Flow[] {
    return this.#flows.get(accountId) ?? []
  }

  #add<Item>(lists: Map<string, Item[]>, accountId: string, item: Item): void {
    const list = lists.get(accountId)
    if (list === undefined) lists.set(accountId, [item])
    else list.push(item)
  }
}
