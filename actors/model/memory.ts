/**
 * What accounts remember of themselves, for those that are told of it: the last decisions, fills and trades, what all
 * trades came to, and how each open position was opened. Made of facts and nothing else: the same facts, read from the store
 * or heard as they happen, are the same memory.
 */
import type { ClosedTrade, Fact } from '../../domain/fact.ts'
import type { ContextPerformance, PastDecision, PastFill } from '../../domain/model/history-block.ts'
import { DailyCloses } from '../../domain/performance/daily-closes.ts'
import { addTrade, NO_TRADES, type RunningTrades, runningMetrics } from '../../domain/performance/running.ts'
import type { RowQuery, StoreReader } from '../../domain/ports.ts'
import type { PerformanceSettings } from '../../domain/settings.ts'
import type { Price } from '../../domain/units.ts'
import { everyRow } from '../every-row.ts'

/** Of decisions and fills, the last so many are told. */
const KEPT = 10
/** Of trades more, for those who ask for them. */
const TRADES_KEPT = 100

/** How an open position came about. */
export type Opening = {
  positionId: string
  decisionId: string | null
  /** First stop that was confirmed: what R is measured with. */
  firstStop: Price | null
  exitPlan: string
}

export type Remembered = {
  /** Oldest first, as all lists. */
  decisions: PastDecision[]
  fills: PastFill[]
  trades: ClosedTrade[]
  /** By symbol. */
  openings: Map<string, Opening>
  /** Exit plan of the entry that was approved last, by symbol. */
  plans: Map<string, { decisionId: string; exitPlan: string }>
  sum: RunningTrades
  days: DailyCloses
}

const keep = <Item>(list: Item[], item: Item, most = KEPT): void => {
  list.push(item)
  if (list.length > most) list.shift()
}

const decisionOf = ({ decision }: Extract<Fact, { type: 'decision.recorded' }>): PastDecision => ({
  candleAt: decision.candleAt,
  symbol: decision.symbol,
  action: decision.proposal.action,
  allocation: decision.proposal.allocation,
  confidence: decision.proposal.confidence,
  outcome: decision.outcome,
  code: decision.code,
  rationale: decision.proposal.rationale,
})

export class Memory {
  readonly #accounts = new Map<string, Remembered>()
  readonly #settings: PerformanceSettings

  /** Only these accounts are remembered. */
  constructor(accountIds: Iterable<string>, settings: PerformanceSettings) {
    this.#settings = settings
    for (const id of accountIds) this.admit(id)
  }

  /** From now on this account is remembered, too. */
  admit(accountId: string): void {
    this.#accounts.set(accountId, {
      decisions: [],
      fills: [],
      trades: [],
      openings: new Map(),
      plans: new Map(),
      sum: NO_TRADES,
      days: new DailyCloses(this.#settings),
    })
  }

  dismiss(accountId: string): void {
    this.#accounts.delete(accountId)
  }

  of(accountId: string): Readonly<Remembered> {
    const found = this.#accounts.get(accountId)
    if (found === undefined) throw new Error(`Invariant: nothing is remembered of account ${accountId}`)
    return found
  }

  performance(accountId: string): ContextPerformance {
    const { sum, days } = this.of(accountId)
    return { ...runningMetrics(sum), ...days.sharpe() }
  }

  note(fact: Fact): void {
    const account = this.#accounts.get(fact.accountId)
    if (account === undefined) return
    if (fact.type === 'decision.recorded') noteDecision(account, fact)
    else if (fact.type === 'fill.booked') {
      const { at, symbol, side, quantity, price, fee } = fact.fill
      keep(account.fills, { at, symbol, side, quantity, price, fee })
    } else if (fact.type === 'trade.closed') {
      keep(account.trades, fact.trade, TRADES_KEPT)
      account.sum = addTrade(account.sum, fact.trade)
      if (account.openings.get(fact.trade.symbol)?.positionId === fact.trade.positionId)
        account.openings.delete(fact.trade.symbol)
    } else if (fact.type === 'position.opened') noteOpening(account, fact)
    else if (fact.type === 'protection.confirmed') {
      const opening = account.openings.get(fact.symbol)
      if (opening?.positionId === fact.positionId) opening.firstStop ??= fact.stopPrice
    } else this.#noteMoney(account.days, fact)
  }

  #noteMoney(days: DailyCloses, fact: Fact): void {
    if (fact.type === 'account.started') days.open(fact.deposit)
    else if (fact.type === 'equity.marked') days.mark(fact.at, fact.equity)
    else if (fact.type === 'deposit.booked') days.flow(fact.at, fact.amount)
  }

  /** Everything stored so far; called once, before the first fact is heard. */
  async load(reader: StoreReader): Promise<void> {
    for (const id of this.#accounts.keys()) await this.loadOne(reader, id)
  }

  /** As `load`, of one account. */
  async loadOne(reader: StoreReader, id: string): Promise<void> {
    const facts = [
      ...(await latest(reader, { accountId: [id], action: 'decision.recorded' })),
      ...(await latest(reader, { accountId: [id], action: 'fill.booked' })),
    ]
    const ofLives = (action: string) => everyRow(query => reader.facts(query), { accountId: [id], action })
    for (const action of LIVES) for await (const fact of ofLives(action)) facts.push(fact)
    for (const fact of facts.toSorted((one, other) => one.seq - other.seq)) this.note(fact)
    await this.#loadEquity(reader, id)
    await this.#loadPlans(reader, id)
  }

  async #loadEquity(reader: StoreReader, accountId: string): Promise<void> {
    const { days } = this.of(accountId)
    const marks = everyRow(query => reader.equity(query), { accountId: [accountId] })
    for await (const { at, equity } of marks) days.mark(at, equity)
  }

  /** The plan of a position may stand in a decision that is older than those remembered. */
  async #loadPlans(reader: StoreReader, accountId: string): Promise<void> {
    const { openings, plans } = this.of(accountId)
    const symbols = new Set<string>(openings.keys())
    for (const symbol of symbols) {
      const query = { accountId: [accountId], symbol, status: 'approved', limit: KEPT }
      const { items } = await reader.decisions(query)
      const [last] = items
      if (last !== undefined) {
        plans.set(symbol, { decisionId: last.decisionId, exitPlan: last.proposal.exitPlan })
      }
      const opening = openings.get(symbol)
      const decision = items.find(each => each.decisionId === opening?.decisionId)
      if (opening !== undefined && decision !== undefined) opening.exitPlan = decision.proposal.exitPlan
    }
  }
}

/** Facts that all of an account's life is needed of; there are a few for each trade. */
const LIVES = ['account.started', 'position.opened', 'protection.confirmed', 'trade.closed', 'deposit.booked']

const noteDecision = (account: Remembered, fact: Extract<Fact, { type: 'decision.recorded' }>): void => {
  const { decision } = fact
  keep(account.decisions, decisionOf(fact))
  if (decision.outcome !== 'approved') return
  account.plans.set(decision.symbol, {
    decisionId: decision.decisionId,
    exitPlan: decision.proposal.exitPlan,
  })
}

const noteOpening = (account: Remembered, fact: Extract<Fact, { type: 'position.opened' }>): void => {
  const { symbol, positionId, decisionId } = fact
  const plan = account.plans.get(symbol)
  const exitPlan = plan !== undefined && plan.decisionId === decisionId ? plan.exitPlan : ''
  account.openings.set(symbol, { positionId, decisionId, firstStop: null, exitPlan })
}

type FactQuery = Pick<RowQuery, 'accountId' | 'action'>

const latest = async (reader: StoreReader, query: FactQuery): Promise<Fact[]> =>
  (await reader.facts({ ...query, limit: KEPT })).items
