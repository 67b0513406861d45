/** An `EngineView` by hand: accounts `main` and `other`, a store of a few rows, and a switch that emits events. */
import type {
  Acknowledgement,
  CommandOptions,
  ControlCommand,
  EngineControl,
} from '../../actors/engine-control.ts'
import type { AccountSummary, EngineEvent, EngineView } from '../../actors/engine-view.ts'
import { type Page, QueryRefused, type RowQuery, type StoreReader } from '../../domain/ports.ts'
import type { AccountSettings, EngineSettings } from '../../domain/settings.ts'
import { money } from '../../domain/units.ts'
import { TEMPERATURE_PROFILES } from '../../domain/signals/temperature.ts'
import { createFakeFeed, createFakeInsight, createFakeRoster, type FakeRoster } from './fake-desk.ts'
import {
  actorsOf,
  decisionRow,
  diaryRow,
  fillRow,
  marketOf,
  interactionRow,
  moveRow,
  openPosition,
  orderRow,
  SECRETS,
  START,
  tradeRow,
} from './fake-rows.ts'

type UnnumberedEvent = EngineEvent extends infer Each
  ? Each extends EngineEvent
    ? Omit<Each, 'seq' | 'at'>
    : never
  : never

export type Said = { accounts: readonly string[] | 'all'; command: ControlCommand; options: CommandOptions }

export type FakeEngine = EngineView &
  EngineControl & {
    roster: FakeRoster
    insight: ReturnType<typeof createFakeInsight>
    feed: ReturnType<typeof createFakeFeed>
    /** Commands it was given, newest last. */
    said: Said[]
    /** What stands against whatever is said. */
    remaining: string[]
    emit(...events: UnnumberedEvent[]): void
    /** Moves the mark of everything; until then positions stand at their own. */
    mark(price: number): void
    listeners(): number
    /** Queries the store was asked, newest last. */
    queries: RowQuery[]
    failing: boolean
  }

const ACCOUNTS = ['main', 'other']

const chosen = (only: readonly string[] | undefined): string[] =>
  ACCOUNTS.filter(id => only === undefined || only.includes(id))

const summary = (id: string): AccountSummary => ({
  id,
  label: `Account ${id}`,
  status: 'active',
  state: 'protected',
  until: null,
  mode: 'paper',
  strategy: 'signals',
  model: id === 'main' ? 'openai/gpt-5' : null,
  shadowOf: null,
  assets: ['BTC', 'ETH'],
  interval: '1h',
  deposit: '1000',
  balance: '999.6',
  equity: id === 'main' ? '1021.6' : '1105',
  unrealised: '22',
  realised: '0',
  fees: '0.4',
  funding: '0',
  marginUsed: '495',
  marginFree: '526.6',
  returnPercent: id === 'main' ? '2.16' : '10.5',
  modelCostUsd: '0.42',
  equityAfterModel: '1021.18',
  drawdownPercent: '0',
  peakEquity: '1021.6',
  heatPercent: '1.94',
  dayLossPercent: '1.2',
  positionsOpen: 2,
  tradesToday: 1,
  nextDecisionAt: START + 3_600_000,
  lastDecisionAt: null,
  entriesStopped: null,
})

const settingsOf = (id: string): AccountSettings => ({
  id,
  label: id,
  exchange: 'paper',
  deposit: '1000' as AccountSettings['deposit'],
  assets: ['BTC'],
  interval: '1h',
  strategy: {
    name: 'signals',
    signals: { rsi: { enabled: true, weight: 1, length: 14, buyBelow: 30, sellAbove: 70 } },
    temperature: TEMPERATURE_PROFILES.production,
    entryScore: 0.3,
    confidenceMin: 60,
  } as unknown as AccountSettings['strategy'],
  model: null,
  shadowOf: null,
  risk: {
    heatRatioMax: 0.06,
    drawdownWarnRatio: 0.15,
    drawdownTripRatio: 0.25,
    positionsMax: 3,
    tradesPerDayMax: null,
    dailyLossRatioMax: 0.05,
    riskPerTradeRatioMax: 0.02,
    positionRatioMax: 0.2,
    leverageMax: 5,
    slippageRatioMax: 0.005,
  } as AccountSettings['risk'],
  cooldownIntervals: 3,
  cooldownMsMin: 900_000,
  nakedMsMax: 5_000,
  reconcileMs: 30_000,
  unknownOrders: 'leave',
  unknownPositions: 'close',
  retention: { llmDays: null, ordersDays: null },
})

const page = <Row>(rows: Row[], query: RowQuery): Page<Row> => {
  const from = query.cursor === undefined ? (query.offset ?? 0) : Number(query.cursor)
  if (!Number.isInteger(from)) throw new QueryRefused('The cursor is not one this engine gave.')
  const next = from + query.limit < rows.length ? String(from + query.limit) : null
  return { items: rows.slice(from, from + query.limit), total: rows.length, next }
}

const createReader = (queries: RowQuery[]): StoreReader => {
  const list =
    <Row>(
      make: (accountId: string, index: number) => Row,
      keep: (row: Row, query: RowQuery) => boolean = () => true,
    ) =>
    (query: RowQuery): Promise<Page<Row>> => {
      queries.push(query)
      const accounts = ACCOUNTS.filter(id => query.accountId?.includes(id) ?? true)
      const rows = accounts
        .flatMap(id => [0, 1, 2].map(index => make(id, index)))
        .filter(row => keep(row, query))
      return Promise.resolve().then(() => page(rows, query))
    }
  return {
    orders: list(
      orderRow,
      (row, query) =>
        (query.status === undefined || [query.status].flat().includes(row.status)) &&
        (query.symbol === undefined || [query.symbol].flat().includes(row.symbol)),
    ),
    fills: list(fillRow),
    trades: list(tradeRow),
    decisions: list(decisionRow),
    signals: list((accountId, index) => {
      const { proposal, ...row } = decisionRow(accountId, index)
      return { ...row, action: proposal.action }
    }),
    diary: list(diaryRow),
    equity: () => Promise.reject(new Error('not asked for')),
    facts: list(moveRow),
    factCounts: () => Promise.resolve([]),
    calls: list((accountId, index) => {
      const { at, callId, request, outcome, problem, reply } = interactionRow(accountId, index)
      return { accountId, at, callId, model: request.model, outcome, problem, latencyMs: reply.latencyMs }
    }),
    interactions: list(
      interactionRow,
      (row, query) => query.callId === undefined || row.callId === query.callId,
    ),
  }
}

export const createFakeEngine = (): FakeEngine => {
  const queries: RowQuery[] = []
  const listeners = new Set<(event: EngineEvent) => void>()
  const reader = createReader(queries)
  const marks: { price: number | null } = { price: null }
  const markListeners = new Set<(asked: readonly string[]) => void>()
  const insight = createFakeInsight(asked => {
    for (const listener of markListeners) listener(asked)
  })
  let seq = 0
  return {
    queries,
    roster: createFakeRoster(),
    insight,
    feed: createFakeFeed(),
    formerAccounts: () => ['gone'],
    failing: false,
    said: [],
    remaining: [],
    command(accounts, command, options) {
      this.said.push({ accounts, command, options })
      if (this.failing) return Promise.reject(new Error(`cannot reach ${SECRETS.database}`))
      const answer = (accountId: string): Acknowledgement => ({
        accountId,
        command: command.name,
        done: this.remaining.length === 0,
        state: 'halted',
        remaining: [...this.remaining],
      })
      return Promise.resolve((accounts === 'all' ? ACCOUNTS : accounts).map(answer))
    },
    settings: {
      mode: 'paper',
      databaseUrl: `postgres://latch:${SECRETS.database}@db/latch`,
      performance: {
        riskFreeRatio: 0,
        sortinoTargetRatio: 0,
        annualisationDays: 252,
        sortinoDenominator: 'all',
      },
      accounts: ACCOUNTS.map(settingsOf),
    } as unknown as EngineSettings,
    reader,
    status() {
      if (this.failing) throw new Error(`cannot reach ${SECRETS.database}`)
      return {
        mode: 'paper',
        startedAt: START,
        uptimeSeconds: 5,
        now: START + 5_000,
        speed: 'max',
        feed: { kind: 'generated', interval: '1m', lastCandleAt: START, ageSeconds: 5, candles: 3 },
        store: { kind: 'pglite', lag: 0 },
        accounts: ACCOUNTS.map(id => ({
          id,
          status: 'active',
          state: 'idle',
          equity: '1000',
          positionsOpen: 2,
        })),
      }
    },
    accounts: only => chosen(only).map(summary),
    positions: only =>
      chosen(only).flatMap(id => ['BTC', 'ETH'].map(symbol => openPosition(id, symbol, marks.price))),
    trades: query => reader.trades(query),
    closedTrades: accountId => [0, 1, 2].map(index => tradeRow(accountId, index)),
    performance(accountId) {
      if (this.failing) return Promise.reject(new Error(`cannot reach ${SECRETS.database}`))
      return Promise.resolve({
        totalReturnPercent: 3,
        sharpe: accountId === 'main' ? 7.404663 : Number.NaN,
        sortino: '19.26173',
        winRatePercent: 40,
        maxDrawdownPercent: 0.990099,
        maxDrawdownPeakAt: START,
        expectancy: '1e-7',
        trades: 5,
        internal: SECRETS.database,
      })
    },
    measured: accountId => ({
      equity: [0, 1, 2].map(day => ({ at: START + day * 86_400_000, equity: String(1000 + 10 * day) })),
      flows: [],
      trades: [0, 1, 2].map(index => tradeRow(accountId, index)),
      settings: {
        riskFreeRatio: 0,
        sortinoTargetRatio: 0,
        annualisationDays: 252,
        sortinoDenominator: 'all',
      },
      opening: money('1000'),
      beganAt: START,
      now: START + 2 * 86_400_000,
    }),
    actors: only => chosen(only).flatMap(actorsOf),
    markets: () => [marketOf('BTC', ACCOUNTS, marks.price)],
    onMarks(listener) {
      markListeners.add(listener)
      return () => markListeners.delete(listener)
    },
    mark(price) {
      marks.price = price
      for (const listener of markListeners) listener([])
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    listeners: () => listeners.size,
    emit(...events) {
      for (const event of events) {
        seq += 1
        const numbered: EngineEvent = { ...event, seq, at: START + seq }
        if (numbered.kind === 'fact') insight.memory.note(numbered.fact)
        for (const listener of listeners) listener(numbered)
      }
    },
  }
}
