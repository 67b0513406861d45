/** A running engine: opens where the last run stood, trades until it is stopped, and shows itself to those who watch. */
import type { ClosedTrade } from '../domain/fact.ts'
import type { MarketStep } from '../domain/feed.ts'
import type { DependencyHealth } from '../domain/health.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { SnapshotInput } from '../domain/performance/snapshots.ts'
import type { Window } from '../domain/performance/window.ts'
import type { Page, RowQuery, StoreReader, TradeRow } from '../domain/ports.ts'
import type { EngineSettings } from '../domain/settings.ts'
import { actorViews } from './actor-views.ts'
import { CHECKPOINT, readCheckpoint, VENUE } from './checkpoint.ts'
import { Control, limitMsAt } from './control.ts'
import type {
  Accounts,
  Acknowledgement,
  CommandOptions,
  ControlCommand,
  EngineControl,
  EngineDesk,
} from './engine-control.ts'
import type { EngineOptions } from './engine-options.ts'
import type {
  AccountSummary,
  ActorView,
  EngineEvent,
  EngineStatus,
  EngineView,
  MarketSummary,
  PositionSummary,
} from './engine-view.ts'
import { ENGINE_EQUITY_MS } from './equity-pace.ts'
import { ExitJournal } from './exit-journal.ts'
import type { FeedControl } from './feed-control.ts'
import { History } from './history.ts'
import { Insight } from './insight.ts'
import { LiveDriver } from './live-driver.ts'
import { marketSummaries } from './market-view.ts'
import { atRealPace } from './pace.ts'
import { measuredOf, performanceView } from './performance-view.ts'
import { portViews } from './port-views.ts'
import { replayExits } from './replay-exits.ts'
import { Roster } from './roster.ts'
import { accountBrief, accountSummary, positionSummaries } from './summaries.ts'
import { createSystem, type System } from './system.ts'
import { type Inspectable, tapDesk } from './tap.ts'
import { usable } from './usable.ts'
import { warmUp } from './warm-up.ts'

export class Engine implements EngineView, EngineControl, EngineDesk, Inspectable {
  readonly settings: EngineSettings
  readonly #options: EngineOptions
  readonly #system: System
  readonly #driver: LiveDriver
  readonly #control: Control
  readonly roster: Roster
  readonly insight: Insight
  readonly #history = new History()
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  readonly #startedAt: number
  readonly #unfinished: MarketStep | null
  /** True when a former run was continued. */
  readonly resumed: boolean
  #seq = 0

  private constructor(
    options: EngineOptions,
    parts: { system: System; driver: LiveDriver; unfinished: MarketStep | null; resumed: boolean },
  ) {
    this.settings = { ...options.settings, accounts: parts.system.settings.accounts }
    this.#options = options
    this.#system = parts.system
    this.#driver = parts.driver
    this.#unfinished = parts.unfinished
    this.resumed = parts.resumed
    this.#startedAt = options.wall.now()
    const { journal, desk, clock } = parts.system
    this.#control = new Control({
      desk,
      journal,
      clock,
      limitMs: limitMsAt(options.settings.speed, INTERVAL_MS[options.source.interval]),
    })
    this.insight = new Insight(parts.system, options.store)
    this.roster = new Roster({ ...parts, control: this.#control, options })
    journal.subscribe(fact => {
      this.#history.note(fact)
      this.#tell({ kind: 'fact', seq: 0, at: fact.at, accountId: fact.accountId, fact })
    })
    desk.onTransition((accountId, actor, transition) =>
      this.#tell({ kind: 'transition', seq: 0, at: transition.at, accountId, actor, transition }),
    )
  }

  /** Opens the engine; nothing trades before `run`. An account whose stored state cannot be used is rebuilt from its journal. */
  static async open(options: EngineOptions): Promise<Engine> {
    const { source, store } = options
    const settings = atRealPace(options.settings)
    const checkpoint = readCheckpoint(await store.document(CHECKPOINT))
    const snapshots = await store.snapshots()
    const exits = options.exitsFile === undefined ? null : new ExitJournal(options.exitsFile)
    const system = createSystem({
      ...(exits === null ? {} : { exits }),
      settings,
      source,
      strategies: options.strategies,
      ...(options.models === undefined ? {} : { models: options.models }),
      wiring: 'live',
      attention: 'cycles',
      startAt: options.startAt,
      store,
      lastSeq: await store.lastSeq(),
      equityMs: ENGINE_EQUITY_MS,
    })
    system.requireIndicators()
    const driver = new LiveDriver({
      system,
      next: () => source.next(),
      speed: settings.speed,
      onError: options.onError,
      ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    })
    let unfinished: MarketStep | null = null
    if (checkpoint === null) {
      warmUp(system, source, options.warmSteps)
    } else {
      system.clock.advanceTo(checkpoint.now)
      system.venue.restore(await store.document(VENUE))
      unfinished = driver.resume(checkpoint, source)
    }
    const engine = new Engine(options, { system, driver, unfinished, resumed: checkpoint !== null })
    await engine.#history.load(store)
    await system.advisors.load(store)
    if (exits !== null) await replayExits(system, store, exits)
    const found = await usable(system, store, snapshots)
    system.inFlight.isOpening = true
    system.openAccounts(found)
    return engine
  }

  /** Trades until the source ends or `stop` is called. */
  async run(): Promise<void> {
    try {
      await this.#driver.run(this.#unfinished)
    } finally {
      await this.#control.end()
    }
  }

  command(accounts: Accounts, command: ControlCommand, options: CommandOptions): Promise<Acknowledgement[]> {
    return this.#control.command(accounts, command, options)
  }

  /** Asks `run` to end; stops stay at the venue, everything is durable when `run` returns. */
  stop(): void {
    this.#driver.stop()
  }

  /** Asks `run` to end without waiting for services; everything said so far is made durable first. */
  leave(): void {
    this.#driver.leave('at once')
  }

  /** True when `run` ended while services were under way: they may keep the process alive. */
  get hasLeft(): boolean {
    return this.#driver.hasLeft
  }

  close(): void {
    this.#system.desk.close()
  }

  get feed(): FeedControl {
    return this.#driver
  }

  get reader(): StoreReader {
    return this.#options.store
  }

  /** Of every account, or of one. */
  journalHash(accountId?: string): string {
    const { journal } = this.#system
    return accountId === undefined ? journal.hash() : journal.hashOf(accountId)
  }

  status(): EngineStatus {
    const { clock, conductor, journal } = this.#system
    const now = clock.now()
    const lastCandleAt = conductor.lastCloseAt
    return {
      mode: this.settings.mode,
      startedAt: this.#startedAt,
      uptimeSeconds: Math.round((this.#options.wall.now() - this.#startedAt) / 1000),
      now,
      speed: this.settings.speed,
      feed: {
        kind: this.settings.feed.kind,
        interval: this.#options.source.interval,
        lastCandleAt,
        ageSeconds: lastCandleAt === null ? null : (now - lastCandleAt) / 1000,
        candles: conductor.candles,
      },
      store: { kind: this.#options.store.kind, lag: journal.lag },
      accounts: this.#ids(undefined).map(id => accountBrief(this.#system.desk, this.#system.market, id)),
    }
  }

  accounts(only?: readonly string[]): AccountSummary[] {
    const { desk, market } = this.#system
    const { spend } = this.#system.advisors
    return this.#ids(only).map(id => accountSummary(desk, market, spend.total(id), id, this.settings.mode))
  }

  positions(only?: readonly string[]): PositionSummary[] {
    const { desk, market } = this.#system
    return this.#ids(only).flatMap(id => positionSummaries(desk, market, id))
  }

  markets(): MarketSummary[] {
    return marketSummaries(this.#system.desk, this.#system.market)
  }

  onMarks(listener: (asked: readonly string[]) => void): () => void {
    const subscription = this.#system.market.store.subscribe(({ context }) => listener(context.asked))
    return () => subscription.unsubscribe()
  }

  #ids(only: readonly string[] | undefined): readonly string[] {
    const ids = this.#system.desk.accountIds()
    if (only === undefined) return ids
    const wanted = new Set(only)
    return ids.filter(id => wanted.has(id))
  }

  trades(query: RowQuery): Promise<Page<TradeRow>> {
    return this.reader.trades(query)
  }

  closedTrades(accountId: string): readonly ClosedTrade[] {
    return this.#history.trades(accountId)
  }

  performance(accountId: string, window: Window = {}): Promise<Record<string, unknown>> {
    const { spend } = this.#system.advisors
    return Promise.resolve(performanceView(this.measured(accountId), spend.total(accountId), window))
  }

  measured(accountId: string): SnapshotInput {
    return measuredOf(this.#history, this.#system, accountId)
  }

  formerAccounts(): string[] {
    return this.roster.former()
  }

  actors(only?: readonly string[]): ActorView[] {
    return actorViews(this.#system.desk, this.#ids(only))
  }

  ports(): DependencyHealth[] {
    const { store, settings } = this.#options
    const { state } = this.#driver.feed()
    return portViews(this.#system, { store: store.kind, feed: settings.feed.kind, feedState: state })
  }

  /** For inspectors; free while none is attached. */
  tap(...[wants, listener]: Parameters<Inspectable['tap']>): () => void {
    return tapDesk(this.#system.desk, wants, listener)
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(event: EngineEvent): void {
    this.#seq += 1
    const numbered = { ...event, seq: this.#seq }
    for (const listener of this.#listeners) {
      // This runs inside the actors' steps: whoever watches must not be able to break what it watches.
      try {
        listener(numbered)
      } catch (error) {
        this.#options.onError(error)
      }
    }
  }
}
