/**
 * What people ask a running engine beyond how it stands: its market, a decision that nobody acts on, a cycle out of turn,
 * an order by hand, and a comparison with the venue now.
 */
import type { Candle } from '../domain/candle.ts'
import { deliberate } from '../domain/deliberate.ts'
import type { DecisionRecord, Fact } from '../domain/fact.ts'
import type { Instrument } from '../domain/instrument.ts'
import { INTERVAL_MS, type Interval } from '../domain/interval.ts'
import type { StoreReader } from '../domain/ports.ts'
import type { Proposal } from '../domain/strategy.ts'
import type { DecideInput } from '../machines/account/context.ts'
import { questionOf } from '../machines/account/cycle.ts'
import { entriesStopped } from '../machines/account/update.ts'
import { analyse } from './analyse.ts'
import { type BotReading, readBots, Refusals } from './bots.ts'
import { decide, type RulesTiming, rulesTiming } from './decide.ts'
import { type LatestSignal, DecisionMemory } from './decision-memory.ts'
import { type Flow, run } from './flow.ts'
import { Hand } from './hand.ts'
import type { HandOrders } from './hand-orders.ts'
import type { Mark } from './market.ts'
import { topState } from './state-text.ts'
import type { System } from './system.ts'
import { lookAtVenue, type VenueLook } from './venue-look.ts'
import { type WorkingOrder, workingOrders } from './working-orders.ts'

export type CycleAnswer = {
  accountId: string
  at: number
  decisions: DecisionRecord[]
  /** Why not everything was decided; empty when it was. */
  remaining: string[]
}

export type ReconcileAnswer = {
  accountId: string
  /** False: the venue did not answer in time, and is asked again. */
  done: boolean
  state: string
  /** What was found to differ, and what was done about it. */
  facts: Fact[]
}

export interface EngineInsight {
  /** Orders that people give and take back. */
  readonly hand: HandOrders
  mark(symbol: string): Mark | null
  instruments(): Instrument[]
  /** Whoever watches the market is told of these assets, whether their prices have moved or not. */
  tellPrices(symbols: readonly string[]): void
  /** Newest last, of those that are kept; `null` for an interval that the feed cannot be joined into. */
  candles(symbol: string, interval: Interval, count: number): Candle[] | null
  /** Asks the account's strategy or model; nothing is ordered, and no position hears of it. */
  decide(accountId: string, symbol: string): Promise<DecisionRecord[]>
  /** One decision cycle out of turn, carried out like any other. */
  cycle(accountId: string, symbols: readonly string[]): Promise<CycleAnswer>
  reconcile(accountIds: readonly string[]): Promise<ReconcileAnswer[]>
  /** As `reconcile`, only to be looked at: nothing is booked for it. */
  compare(accountIds: readonly string[]): Promise<VenueLook[]>
  /** What the rules of an account took to answer since this process began. */
  timing(accountId: string): RulesTiming
  /** Latest score of each asset of these accounts. */
  signals(accountIds: readonly string[]): LatestSignal[]
  /** What an entry planned for its end; `null`: not known to this process. */
  exitPlan(accountId: string, decisionId: string): string | null
  /** Orders of these accounts that have not ended. */
  orders(accountIds: readonly string[]): WorkingOrder[]
  /** Of these accounts, those that are bots. */
  bots(accountIds: readonly string[]): BotReading[]
}

/** Real time to wait for an answer; what was asked goes on. */
const LIMIT_MS = 10_000
/** States that an account asks its venue in. */
const ASKING = ['reconciling', 'agreeing', 'degraded']
/** States in which a cycle begins at once, or after the one that is under way. */
const DECIDING = ['idle', 'protected', 'analysing', 'deciding', 'ordering', 'resting']

export class Insight implements EngineInsight {
  readonly #system: System
  readonly #limitMs: number
  readonly #refusals = new Refusals()
  readonly #memory = new DecisionMemory()
  readonly hand: Hand
  #askedAt = 0

  constructor(system: System, reader: StoreReader, limitMs = LIMIT_MS) {
    this.#system = system
    this.#limitMs = limitMs
    system.journal.subscribe(fact => {
      this.#refusals.note(fact)
      this.#memory.note(fact)
    })
    this.hand = new Hand({ system, reader, moment: accountId => this.#moment(accountId), limitMs })
  }

  mark(symbol: string): Mark | null {
    return this.#system.market.mark(symbol)
  }

  instruments(): Instrument[] {
    return [...this.#system.market.instruments.values()]
  }

  tellPrices(symbols: readonly string[]): void {
    this.#system.market.publish(symbols)
  }

  candles(symbol: string, interval: Interval, count: number): Candle[] | null {
    const { market } = this.#system
    if (INTERVAL_MS[interval] % INTERVAL_MS[market.interval] !== 0) return null
    return market.view(symbol, interval).candles(count)
  }

  decide(accountId: string, symbol: string): Promise<DecisionRecord[]> {
    return Promise.resolve(run(this.#think(accountId, [symbol], this.#moment(accountId))))
  }

  timing(accountId: string): RulesTiming {
    return rulesTiming(this.#system.desk.seat(accountId))
  }

  signals(accountIds: readonly string[]): LatestSignal[] {
    return this.#memory.signals(accountIds)
  }

  exitPlan(accountId: string, decisionId: string): string | null {
    return this.#memory.exitPlan(accountId, decisionId)
  }

  orders(accountIds: readonly string[]): WorkingOrder[] {
    return workingOrders(this.#system.desk, accountIds)
  }

  bots(accountIds: readonly string[]): BotReading[] {
    return readBots(this.#system, accountIds, this.#refusals)
  }

  async cycle(accountId: string, symbols: readonly string[]): Promise<CycleAnswer> {
    const { desk, journal } = this.#system
    const snapshot = desk.actor(accountId).getSnapshot()
    const top = topState(snapshot.value)
    const at = this.#moment(accountId)
    if (snapshot.status !== 'active' || !DECIDING.includes(top)) {
      return {
        accountId,
        at,
        decisions: [],
        remaining: [`${accountId} is ${top} and makes no decisions now`],
      }
    }
    const decisions: DecisionRecord[] = []
    const waiting = new Set(symbols)
    await this.#until((settle, atEnd) => {
      atEnd(
        journal.subscribe(fact => {
          if (fact.accountId !== accountId || fact.type !== 'decision.recorded') return
          if (fact.decision.candleAt !== at || !waiting.delete(fact.decision.symbol)) return
          decisions.push(fact.decision)
          if (waiting.size === 0) settle()
        }),
      )
      desk.send(accountId, { type: 'candle.closed', symbols: [...symbols], quiet: false, at })
    })
    await journal.flush()
    return { accountId, at, decisions, remaining: [...waiting].map(each => `${each} is not decided yet`) }
  }

  async reconcile(accountIds: readonly string[]): Promise<ReconcileAnswer[]> {
    const answers = await Promise.all(accountIds.map(id => this.#reconcile(id)))
    await this.#system.journal.flush()
    return answers
  }

  compare(accountIds: readonly string[]): Promise<VenueLook[]> {
    return Promise.all(accountIds.map(id => lookAtVenue(this.#system.desk, id, this.#limitMs)))
  }

  async #reconcile(accountId: string): Promise<ReconcileAnswer> {
    const { desk, journal } = this.#system
    const stateNow = () => topState(desk.actor(accountId).getSnapshot().value)
    const facts: Fact[] = []
    if (desk.actor(accountId).getSnapshot().status !== 'active') {
      return { accountId, done: false, state: stateNow(), facts }
    }
    await this.#until((settle, atEnd) => {
      atEnd(
        journal.subscribe(fact => {
          if (fact.accountId !== accountId) return
          if (fact.type === 'reconcile.differed' || fact.type === 'deposit.booked') facts.push(fact)
        }),
      )
      atEnd(
        desk.onTransition((id, actorId, { to }) => {
          if (id === accountId && actorId === accountId && !ASKING.includes(topState(to))) settle()
        }),
      )
      desk.resync(accountId)
      if (!ASKING.includes(stateNow())) settle()
    })
    return { accountId, done: !ASKING.includes(stateNow()), state: stateNow(), facts }
  }

  /** Off the grid of candles, and never twice the same: decisions and calls are known by their moment. */
  #moment(accountId: string): number {
    const intervalMs = INTERVAL_MS[this.#system.desk.seat(accountId).settings.interval]
    let at = Math.max(this.#system.clock.now(), this.#askedAt + 1)
    if (at % intervalMs === 0) at += 1
    this.#askedAt = at
    return at
  }

  /** The services of one decision, one after the other, without the machine that would act on it. */
  *#think(accountId: string, symbols: string[], at: number): Flow<DecisionRecord[]> {
    const { world, actor } = { world: this.#system.desk.world, actor: this.#system.desk.actor(accountId) }
    const seen = yield* analyse(world)({ accountId, symbols, at })
    if (!seen.ready) return []
    const { analysis } = seen
    const { context } = actor.getSnapshot()
    const cycle = { ...context.cycle, due: symbols, dueAt: at, analysis }
    const input: DecideInput = questionOf({ ...context, cycle })
    const { proposals }: { proposals: Proposal[] } = yield* decide(world)(input)
    const { settings, breakers, control } = context
    const { standing, positions, equity } = input
    const moment = { at, now: at, accountId, settings, analysis, equity, breakers, positions }
    const stopped = standing.entriesStopped ?? entriesStopped(control)
    return deliberate({ ...moment, tradesToday: standing.tradesToday, entriesStopped: stopped }, proposals)
      .decisions
  }

  /** Begins something and waits until it has settled, or the limit has passed. What is told to `atEnd` is done whatever comes. */
  async #until(begin: (settle: () => void, atEnd: (end: () => void) => void) => void): Promise<void> {
    const ends: (() => void)[] = []
    try {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, this.#limitMs)
        ends.push(() => clearTimeout(timer))
        begin(resolve, end => ends.push(end))
      })
    } finally {
      for (const end of ends) end()
    }
  }
}
