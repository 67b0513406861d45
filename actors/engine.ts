/** A running engine: opens where the last run stood, trades until it is stopped, and shows itself to those who watch. */
import type { CandleSource, MarketStep } from '../domain/feed.ts'
import { INTERVAL_MS } from '../domain/interval.ts'
import type { Clock, Page, RowQuery, Store, StoreReader, TradeRow } from '../domain/ports.ts'
import type { EngineSettings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import { actorViews } from './actor-views.ts'
import { CHECKPOINT, readCheckpoint, VENUE } from './checkpoint.ts'
import type {
  AccountSummary,
  ActorView,
  EngineEvent,
  EngineStatus,
  EngineView,
  PositionSummary,
} from './engine-view.ts'
import { History } from './history.ts'
import { LiveDriver } from './live-driver.ts'
import { performanceView } from './performance-view.ts'
import { SNAPSHOT_VERSION } from './persisted.ts'
import { accountSummary, positionSummaries } from './summaries.ts'
import { createSystem, type System } from './system.ts'

export type EngineOptions = {
  settings: EngineSettings
  source: CandleSource
  strategies: ReadonlyMap<string, Strategy>
  store: Store & { readonly kind: 'pglite' | 'postgresql' }
  /** First candle of the source. */
  startAt: number
  /** Steps folded into the indicators before the first decision of a first start. */
  warmSteps: number
  wall: Clock
  onError: (error: unknown) => void
  onStep?: (step: MarketStep) => void
}

/** Equity snapshots of a running engine. */
const EQUITY_MS = INTERVAL_MS['5m']

export class Engine implements EngineView {
  readonly settings: EngineSettings
  readonly #options: EngineOptions
  readonly #system: System
  readonly #driver: LiveDriver
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
    const { journal, desk } = parts.system
    journal.subscribe(fact => {
      this.#history.note(fact)
      this.#tell({ kind: 'fact', seq: 0, at: fact.at, accountId: fact.accountId, fact })
    })
    desk.onTransition((accountId, actor, transition) =>
      this.#tell({ kind: 'transition', seq: 0, at: transition.at, accountId, actor, transition }),
    )
  }

  /** Opens the engine; nothing trades before `run`. Throws when stored state cannot be used: it is never thrown away. */
  static async open(options: EngineOptions): Promise<Engine> {
    const { settings, source, store } = options
    const checkpoint = readCheckpoint(await store.document(CHECKPOINT))
    const snapshots = await store.snapshots()
    const foreign = snapshots.find(each => each.version !== SNAPSHOT_VERSION)
    if (foreign !== undefined) {
      throw new Error(
        `The stored state of account ${foreign.accountId} is of version ${foreign.version}, this engine reads ${SNAPSHOT_VERSION}; start with the engine that wrote it`,
      )
    }
    const system = createSystem({
      settings,
      source,
      strategies: options.strategies,
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
    system.openAccounts(snapshots)
    return engine
  }

  /** Trades until the source ends or `stop` is called. */
  run(): Promise<void> {
    return this.#driver.run(this.#unfinished)
  }

  /** Asks `run` to end; stops stay at the venue, everything is durable when `run` returns. */
  stop(): void {
    this.#driver.stop()
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
    return desk.accountIds().map(id => accountSummary(desk, market, id, this.settings.mode))
  }

  positions(): PositionSummary[] {
    const { desk, market } = this.#system
    return desk.accountIds().flatMap(id => positionSummaries(desk, market, id))
  }

  trades(query: RowQuery): Promise<Page<TradeRow>> {
    return this.reader.trades(query)
  }

  performance(accountId: string): Promise<Record<string, unknown>> {
    const account = this.settings.accounts.find(each => each.id === accountId)
    if (account === undefined) return Promise.reject(new Error(`Account ${accountId} is not known`))
    return Promise.resolve(
      performanceView(this.#history, accountId, account.deposit, this.settings.performance),
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

/** History before the first decision, so that no indicator starts from nothing. */
const warmUp = (system: System, source: CandleSource, steps: number): void => {
  for (let count = 0; count < steps; count += 1) {
    const step = source.next()
    if (step === null) return
    system.conductor.warm(step)
    system.clock.advanceTo(step.openAt + INTERVAL_MS[source.interval])
  }
}
