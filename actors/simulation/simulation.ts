/**
 * One simulated run: the whole engine over a paper venue, with faults drawn from a seed, watched by an auditor that shares
 * nothing with it. The same options give the same run.
 */
import { createHash } from 'node:crypto'
import type { MarketStep } from '../../domain/feed.ts'
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { EngineSettings } from '../../domain/settings.ts'
import { drawSettings } from './accounts.ts'
import { Auditor } from './auditor/auditor.ts'
import type { Violation } from './auditor/violation.ts'
import { Computer } from './computer.ts'
import { Disk } from './disk.ts'
import type { FaultKind, Outcome } from './fault-kinds.ts'
import { Faults } from './faults.ts'
import { MARKET, MarketFeed } from './market-feed.ts'
import { mishapsOf } from './mishap-acts.ts'
import { Mishaps } from './mishaps.ts'
import type { Outside, SimulatedVenue } from './outside.ts'
import { drawPlan, type Plan, type PlanOptions } from './plan.ts'
import { type Sabotage, sabotaged } from './sabotage.ts'
import { Timeline } from './timeline.ts'
import { User } from './user.ts'
import { type Truth, VenueTap } from './venue-tap.ts'
import type { Outages } from './wire.ts'

export type SimulationOptions = PlanOptions & {
  outside: Outside
  /** A bug planted on purpose, to see that it is found. */
  sabotage?: Sabotage
  /** Ends at the first violation. */
  stopsAtFirst?: boolean
}

export type SimulationResult = {
  plan: Plan
  days: number
  /** What the venue did and the engine wrote down. */
  events: number
  faults: Partial<Record<FaultKind | Outcome, number>>
  violations: Violation[]
  nakedMs: number[]
  recoveryMs: number[]
  ordersPerIntentMax: number
  trades: number
  hash: string
  /** Hash of what the venue did to each account. */
  lives: Record<string, string>
  history: string[]
}

const START_AT = Date.UTC(2025, 0, 6)
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Every intent makes the state durable; besides, this often. */
const FLUSH_MS = 3_600_000
/**
 * The fault-free end of a run: long enough for the slowest candle and what a decision on it leads to. It begins between two
 * candles, so that nothing has just been decided.
 */
const TAIL_MS = 3 * 3_600_000 - 450_000
/** After the last fault every account works again within this time (P12). */
const RECOVERY_MS = 30_000

export class Simulation {
  readonly plan: Plan
  readonly settings: EngineSettings
  readonly timeline = new Timeline(START_AT)
  readonly faults: Faults
  readonly auditor: Auditor
  readonly disk: Disk
  readonly feed: MarketFeed
  readonly outages = new Map<string, Outages>()
  readonly users = new Map<string, User>()
  readonly truths = new Map<string, Truth>()
  readonly venue: SimulatedVenue
  readonly marks = new Map<string, number>()
  readonly endAt: number
  readonly #options: SimulationOptions
  readonly #hash = createHash('sha256')
  readonly computer: Computer
  #steps: MarketStep[] = []

  constructor(options: SimulationOptions) {
    this.#options = options
    this.plan = drawPlan(options)
    this.settings = drawSettings(this.plan)
    this.endAt = START_AT + this.plan.days * DAY_MS
    this.faults = new Faults(this.plan, this.timeline)
    this.faults.endAt = this.endAt - TAIL_MS
    this.auditor = new Auditor({
      settings: this.settings,
      clock: this.timeline,
      marks: this.marks,
      feltUntil: id => this.faults.feltUntil(id),
      marketFeltUntil: () => this.faults.feltUntil(MARKET),
      count: outcome => this.faults.count(outcome),
      truth: id => this.truth(id),
    })
    this.disk = new Disk(this.timeline, this.faults, this.auditor)
    const { seed } = this.plan
    const market = options.outside.makeMarket({ seed, symbols: this.plan.symbols, startAt: START_AT })
    this.feed = new MarketFeed(this.plan, this.faults, market)
    this.venue = options.outside.makeVenue({
      instruments: market.instruments,
      settings: this.settings.paper,
      clock: this.timeline,
      schedule: (at, call) => this.timeline.at(at, call),
    })
    for (const account of this.settings.accounts) this.#openAccount(account.id, account.assets)
    const { settings, parts } = sabotaged(this.settings, options.sabotage ?? null, () => this.timeline.now())
    this.computer = new Computer({
      plan: this.plan,
      timeline: this.timeline,
      faults: this.faults,
      witness: this.auditor,
      disk: this.disk,
      feed: this.feed,
      settings,
      outages: this.outages,
      truth: id => this.truth(id),
      parts,
      onEnd: process => {
        this.auditor.processEnded()
        this.#hash.update(process.system.journal.hash())
      },
    })
  }

  truth(accountId: string): Truth {
    const truth = this.truths.get(accountId)
    if (truth === undefined) throw new Error(`Invariant: ${accountId} is not an account of this run`)
    return truth
  }

  async run(): Promise<SimulationResult> {
    this.timeline.onInstant = () => this.#look()
    this.computer.start()
    await this.timeline.settle()
    new Mishaps(this.timeline, this.faults).start(this.plan.accountIds, mishapsOf(this))
    this.timeline.at(this.faults.endAt + 1, () => this.#endFaults())
    while (this.timeline.now() < this.endAt && !this.#isEnough()) await this.#playMinute()
    if (!this.#isEnough()) this.#checkEnd()
    return this.#result()
  }

  async #playMinute(): Promise<void> {
    const step = this.feed.nextMinute()
    const closeAt = step.openAt + MINUTE_MS
    const { symbols } = this.feed.source
    await this.timeline.advanceTo(step.openAt)
    if (step.openAt % this.settings.paper.fundingIntervalMs === 0) this.#fund(step)
    step.candles.forEach((candle, index) => {
      if (candle === null) return
      const inside = { high: candle.high, low: candle.low, closeAt }
      this.marks.set(symbols[index] as string, candle.open)
      this.venue.open(symbols[index] as string, candle.open, step.openAt, inside)
    })
    await this.timeline.settle()
    await this.timeline.advanceTo(closeAt)
    step.candles.forEach((candle, index) => {
      if (candle === null) return
      const symbol = symbols[index] as string
      this.venue.range(symbol, candle.high, candle.low, closeAt, candle.volume)
      this.venue.close(symbol, candle.close, closeAt)
      this.marks.set(symbol, candle.close)
    })
    await this.timeline.settle()
    // What a decision on the last candle would lead to could not be seen to its end.
    if (closeAt < this.endAt) this.#steps.push(...this.feed.closing(closeAt))
    await this.#bringCandles()
    this.#look()
  }

  async #bringCandles(): Promise<void> {
    const { process } = this.computer
    if (process === null) {
      this.#steps = []
      return
    }
    if (this.computer.isAsleep || !process.isOpen) return
    for (const step of this.#steps.splice(0)) {
      this.auditor.beforeCandles(process)
      process.step(step)
      await this.timeline.settle()
      process.remember()
    }
    if (this.timeline.now() % FLUSH_MS === 0 && process.isOpen) {
      process.flush()
      await this.timeline.settle()
    }
  }

  #fund(step: MarketStep): void {
    step.fundingRates.forEach((rate, index) => {
      const symbol = this.feed.source.symbols[index] as string
      this.venue.fund(symbol, rate ?? this.settings.paper.fundingRate, step.openAt)
    })
  }

  /** People put right what only people can: who was paused or halted may trade again. */
  #endFaults(): void {
    this.computer.start()
    this.computer.wake()
    const at = this.timeline.now() + RECOVERY_MS / 6
    this.timeline.at(at, () => {
      for (const id of this.plan.accountIds) {
        this.computer.tell(id, { type: 'account.resume', at })
        this.computer.tell(id, { type: 'account.rearm', at })
      }
    })
    this.auditor.faultsEnded()
  }

  /** The candle before the last one: what was decided on the last may still be under way. */
  #checkEnd(): void {
    const lengthMs = INTERVAL_MS[this.plan.interval]
    const closedAt = Math.floor((this.endAt - 1) / lengthMs) * lengthMs
    const { process } = this.computer
    if (process === null) throw new Error('Invariant: the run ended without a process')
    this.auditor.atEnd(closedAt, process)
  }

  #look(): void {
    this.auditor.look(this.computer.process)
  }

  #isEnough(): boolean {
    return this.#options.stopsAtFirst === true && this.auditor.violations.length > 0
  }

  #openAccount(id: string, assets: readonly string[]): void {
    const account = this.settings.accounts.find(each => each.id === id)
    if (account === undefined) throw new Error(`Invariant: ${id} is not an account of this run`)
    this.venue.openAccount(id, account.deposit)
    const truth = new VenueTap(id, this.venue.exchange(id), this.auditor)
    this.truths.set(id, truth)
    this.outages.set(id, { downUntil: 0, limitedUntil: 0, readOnlyUntil: 0 })
    const user = new User(truth, assets, this.faults.dice(`${id}/user`))
    user.lastPrices = this.marks
    this.users.set(id, user)
  }

  #result(): SimulationResult {
    if (this.computer.process !== null) this.#hash.update(this.computer.process.system.journal.hash())
    const { auditor } = this
    const lives = auditor.lives()
    for (const life of Object.values(lives)) this.#hash.update(life)
    this.#hash.update(JSON.stringify(this.faults.counts))
    return {
      plan: this.plan,
      days: (this.timeline.now() - START_AT) / DAY_MS,
      events: auditor.events,
      faults: this.faults.counts,
      violations: auditor.violations,
      nakedMs: auditor.nakedMs,
      recoveryMs: auditor.recoveryMs,
      ordersPerIntentMax: auditor.ordersPerIntentMax,
      trades: auditor.trades,
      hash: this.#hash.digest('hex'),
      lives,
      history: this.faults.history,
    }
  }
}

export const simulate = (options: SimulationOptions): Promise<SimulationResult> =>
  new Simulation(options).run()
