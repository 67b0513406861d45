/** What the engine shows to those who watch it: HTTP, the command line, tests. Plain JSON, no secrets. */
import type { ClosedTrade, Fact, TradePartial } from '../domain/fact.ts'
import type { AssetMarket } from '../domain/model/market-block.ts'
import type { Direction } from '../domain/order.ts'
import type { SnapshotInput } from '../domain/performance/snapshots.ts'
import type { Window } from '../domain/performance/window.ts'
import type { DependencyHealth } from '../domain/health.ts'
import type { Page, RowQuery, StoreReader, TradeRow } from '../domain/ports.ts'
import type { EngineSettings } from '../domain/settings.ts'

export type Transition = { from: string; to: string; event: string; at: number }

export type ActorView = {
  /** `main`, `main/position:BTC`, `main/position:BTC/stop`. */
  id: string
  type: 'account' | 'position' | 'order'
  parent: string | null
  state: string
  /** Time the state ends by itself, for hysteresis, cooldown and other timed states. */
  until: number | null
  context: unknown
  nextEvents: readonly string[]
  lastTransition: Transition | null
  at: number
}

export type PositionSummary = {
  accountId: string
  positionId: string
  symbol: string
  state: string
  direction: Direction
  quantity: string
  entryPrice: string
  markPrice: string
  unrealised: string
  realised: string
  fees: string
  funding: string
  leverage: number
  liquidationPrice: string | null
  stopPrice: string | null
  targetPrice: string | null
  /** A stop covering the whole quantity is confirmed at the venue. */
  protected: boolean
  nakedSeconds: number
  openedAt: number
  exitPlan: string
  /** Decision that opened it; `null` for one that was found at the venue. */
  decisionId: string | null
  /** What was closed of it so far, oldest first. */
  partials: readonly TradePartial[]
}

export type AccountSummary = {
  id: string
  label: string
  /** active, paused, halted, degraded or stopped. */
  status: string
  state: string
  until: number | null
  mode: string
  strategy: string
  /** Name of the model it asks; `null`: none. */
  model: string | null
  /** Account whose shadow it is; `null`: it is none. */
  shadowOf: string | null
  assets: string[]
  interval: string
  deposit: string
  balance: string
  equity: string
  unrealised: string
  realised: string
  fees: string
  funding: string
  marginUsed: string
  marginFree: string
  returnPercent: string
  /** What its model has cost, USD; 0 for an account that asks none. It is not in the ledger. */
  modelCostUsd: string
  equityAfterModel: string
  drawdownPercent: string
  peakEquity: string
  heatPercent: string
  /** Lost since 00:00 UTC, of the equity then; 0 while the day stands above it. */
  dayLossPercent: string
  positionsOpen: number
  tradesToday: number
  nextDecisionAt: number | null
  lastDecisionAt: number | null
  /** Why it takes no entries; `null` while it does. */
  entriesStopped: string | null
}

export type EngineStatus = {
  mode: string
  startedAt: number
  uptimeSeconds: number
  /** Simulated or real time the engine stands at. */
  now: number
  speed: number | 'max'
  feed: {
    kind: string
    interval: string
    lastCandleAt: number | null
    ageSeconds: number | null
    candles: number
  }
  store: { kind: 'pglite' | 'postgresql'; lag: number }
  accounts: { id: string; status: string; state: string; equity: string; positionsOpen: number }[]
}

/** The market of an asset as decisions on one interval (`now.timeframe`) see it, and the accounts that decide so. */
export type MarketSummary = AssetMarket & { accountIds: string[] }

/** A step of an actor or a fact of the journal, as it happens. `seq` counts from 1 in this process. */
export type EngineEvent =
  | { kind: 'transition'; seq: number; at: number; accountId: string; actor: string; transition: Transition }
  | { kind: 'fact'; seq: number; at: number; accountId: string; fact: Fact }

export interface EngineView {
  readonly settings: EngineSettings
  readonly reader: StoreReader
  status(): EngineStatus
  /** `only`: of these accounts. */
  accounts(only?: readonly string[]): AccountSummary[]
  positions(only?: readonly string[]): PositionSummary[]
  /** One for each asset and each interval it is decided on. */
  markets(): MarketSummary[]
  /**
   * Calls back after marks have moved, once per step of the market, and when somebody has asked for prices: then with the
   * assets that are told of, moved or not. Returns the function that ends it.
   */
  onMarks(listener: (asked: readonly string[]) => void): () => void
  /** Closed trades, from the store. */
  trades(query: RowQuery): Promise<Page<TradeRow>>
  /** Closed trades of one account, oldest first, from memory. */
  closedTrades(accountId: string): readonly ClosedTrade[]
  /** Metrics of requirements §12 for one account; in a window without what its model cost, which is only known in sum. */
  performance(accountId: string, window?: Window): Promise<Record<string, unknown>>
  /** What they are computed from, from memory, oldest first. */
  measured(accountId: string): SnapshotInput
  /** Accounts that were removed and have a history; only of engines whose accounts change. */
  formerAccounts?(): string[]
  /** `only`: of these accounts. */
  actors(only?: readonly string[]): ActorView[]
  /** How it goes with what the engine needs and does not hold itself; only of engines that know. */
  ports?(): DependencyHealth[]
  subscribe(listener: (event: EngineEvent) => void): () => void
}
