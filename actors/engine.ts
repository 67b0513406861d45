/** A running engine: opens where the last run stood, trades until it is stopped, and shows itself to those who watch. */
import type { ClosedTrade } from '../domain/fact.ts'
import type { CandleSource, MarketStep } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { Model } from '../domain/model/port.ts'
import type { Clock, Page, RowQuery, Store, StoredSnapshot, StoreReader, TradeRow } from '../domain/ports.ts'
import type { EngineSettings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { actorViews } from './actor-views.ts'
import { CHECKPOINT, readCheckpoint, VENUE } from './checkpoint.ts'
import { Control, limitMsAt } from './control.ts'
import type {
  Accounts,
  Acknowledgement,
  CommandOptions,
  ControlCommand,
  EngineControl,
} from './engine-control.ts'
import type {
  AccountSummary,
  ActorView,
  EngineEvent,
  EngineStatus,
  EngineView,
  PositionSummary,
} from './engine-view.ts'
import { ExitJournal } from './exit-journal.ts'
import { History } from './history.ts'
import { LiveDriver } from './live-driver.ts'
import { atRealPace } from './pace.ts'
import { performanceView } from './performance-view.ts'
import { rebuild, rejectionOf } from './recover.ts'
import { replayExits } from './replay-exits.ts'
import { accountSummary, positionSummaries } from './summaries.ts'
import { createSystem, type System } from './system.ts'
import { warmUp } from './warm-up.ts'

export type EngineOptions = {
  settings: EngineSettings
  source: CandleSource
  strategies: ReadonlyMap<string, Strategy>
  /** By account id, of those that ask one. */
  models?: ReadonlyMap<string, Model>
  store: Store & { readonly kind: 'pglite' | 'postgresql' }
  /** First candle of the source. */
  startAt: number
  /** Steps folded into the indicators before the first decision of a first start. */
  warmSteps: number
  wall: Clock
  /** File for exits while the store is down; none: they wait for it. */
  exitsFile?: string
  onError: (error: unknown) => void
  onStep?: (step: MarketStep) => void
}

/** Equity snapshots of a running engine. */
const EQUITY_MS = INTERVAL_MS['5m']

export class Engine implements EngineView, EngineControl {
  readonly settings: EngineSettings
  readonly #options: EngineOptions
  readonly #system: System
  readonly #driver: LiveDriver
  readonly #control: Control
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
    this.settings = options.settings
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
      equityMs: EQUITY_MS,
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

  get reader(): StoreReader {
    return this.#options.store
  }

  journalHash(): string {
    return this.#system.journal.hash()
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
      accounts: this.accounts().map(({ id, status, state, equity, positionsOpen }) => ({
        id,
        status,
        state,
        equity,
        positionsOpen,
      })),
    }
  }

  accounts(): AccountSummary[] {
    const { desk, market } = this.#system
    const { spend } = this.#system.advisors
    return desk.accountIds().map(id => accountSummary(desk, market, spend.total(id), id, this.settings.mode))
  }

  positions(): PositionSummary[] {
    const { desk, market } = this.#system
    return desk.accountIds().flatMap(id => positionSummaries(desk, market, id))
  }

  trades(query: RowQuery): Promise<Page<TradeRow>> {
    return this.reader.trades(query)
  }

  closedTrades(accountId: string): readonly ClosedTrade[] {
    return this.#history.trades(accountId)
  }

  performance(accountId: string): Promise<Record<string, unknown>> {
    const account = this.settings.accounts.find(each => each.id === accountId)
    if (account === undefined) return Promise.reject(new Error(`Account ${accountId} is not known`))
    return Promise.resolve(
      performanceView(this.#history, account, this.settings.performance, this.#system.advisors.spend),
    )
  }

  actors(): ActorView[] {
    return actorViews(this.#system.desk)
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

/** Snapshots that can be restored, and what the journal says in the place of those that cannot; one account at a time. */
const usable = async (
  system: System,
  reader: StoreReader,
  snapshots: readonly StoredSnapshot[],
): Promise<StoredSnapshot[]> => {
  const found: StoredSnapshot[] = []
  for (const account of system.settings.accounts) {
    const snapshot = snapshots.find(each => each.accountId === account.id)
    if (snapshot === undefined) continue
    const input = system.inputOf(account)
    const reason = rejectionOf(snapshot, input)
    if (reason === null) {
      found.push(snapshot)
      continue
    }
    found.push(await rebuild(reader, input))
    system.journal.record(account.id, system.clock.now(), {
      type: 'snapshot.rejected',
      reason,
      action: 'rebuilt from the journal, to be compared with the venue',
    })
  }
  return found
}
