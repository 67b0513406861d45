/** Administration and questions out of turn of the fake engine: it notes what it is told, and answers the same each time. */
import { AdminRefused, type AccountAdmin, type AdminAnswer } from '../../actors/account-admin.ts'
import type { BotReading } from '../../actors/bots.ts'
import type { FeedControl, FeedStatus } from '../../actors/feed-control.ts'
import { type HandOrders, type OrderRefusalCode, OrderRefused } from '../../actors/hand-orders.ts'
import { DecisionMemory } from '../../actors/decision-memory.ts'
import type { EngineInsight } from '../../actors/insight.ts'
import type { WorkingOrder } from '../../actors/working-orders.ts'
import type { Instrument } from '../../domain/instrument.ts'
import { decisionRow, orderRow, START } from './fake-rows.ts'

export type FakeRoster = AccountAdmin & {
  /** What it was told, newest last. */
  told: unknown[][]
  /** What it refuses next. */
  refusal: AdminRefused | null
}

export const createFakeRoster = (): FakeRoster => {
  const answer = function (this: FakeRoster, change: AdminAnswer['change'], ...said: unknown[]) {
    this.told.push([change, ...said])
    if (this.refusal !== null) return Promise.reject(this.refusal)
    return Promise.resolve({ accountId: String(said[0]), change, done: true, remaining: [] })
  }
  const roster: FakeRoster = {
    told: [],
    refusal: null,
    add: (...said) => answer.call(roster, 'added', ...said),
    change: (...said) => answer.call(roster, 'changed', ...said),
    remove: (...said) => answer.call(roster, 'removed', ...said),
    start: (...said) => answer.call(roster, 'started', ...said),
    former: () => ['gone'],
  }
  return roster
}

const INSTRUMENTS = ['BTC', 'ETH'].map(symbol => ({
  symbol,
  quote: 'USDT',
  kind: 'perpetual',
  tickSize: '0.1',
  stepSize: '0.001',
  minNotional: '5',
  marketQuantityMax: null,
  marginTiers: [{ notionalMax: null, maintenanceRatio: '0.01', maintenanceAmount: '0', leverageMax: 20 }],
})) as Instrument[]

const candle = (index: number) => ({
  openAt: START + index * 60_000,
  open: 100 + index,
  high: 102 + index,
  low: 99 + index,
  close: 101 + index,
  volume: 5,
})

const botReading = (accountId: string): BotReading => ({
  accountId,
  symbol: 'BTC',
  evaluation: {
    score: accountId === 'main' ? -0.756 : 0.1,
    action: accountId === 'main' ? 'sell' : 'hold',
    temperature: accountId === 'main' ? 'HOT' : 'COOL',
    signals: [{ name: 'rsi', score: -0.756, weight: 1 }],
    price: 45_100.5,
    at: START,
  },
  confirmation: {
    action: 'sell',
    confirmed: false,
    neededSeconds: 300,
    since: START - 120_000,
    elapsedSeconds: 120,
    remainingSeconds: 180,
    progress: 0.4,
  },
  hasPosition: accountId === 'main',
  blockedReason: null,
  lastEvaluatedAt: START,
})

/** A feed that stops at the open of the next candle: `reach` is that open. */
export const createFakeFeed = (): FeedControl & { reach(): void } => {
  let state: FeedStatus['state'] = 'running'
  let restarts = 0
  const feed = (): FeedStatus => ({ state, messageAgeMs: 400, restarts })
  return {
    feed,
    reach: () => {
      if (state === 'stopping') state = 'stopped'
    },
    hold: () => {
      if (state === 'running') state = 'stopping'
      return feed()
    },
    release: () => {
      if (state !== 'running') restarts += 1
      state = 'running'
      return feed()
    },
  }
}

/** Refuses what the test says, answers everything else the same. */
const createFakeHand = (asked: unknown[][]): HandOrders => ({
  place: wish => {
    asked.push(['place', wish])
    if (wish.reason === 'refuse me') return Promise.reject(new OrderRefused('resting', 'main is paused'))
    if (wish.reason === 'give it up') return Promise.reject(new OrderRefused('abandoned', 'It was given up'))
    const { accountId: _id, at: _at, ...decision } = decisionRow(wish.accountId, 0)
    const { accountId, requestId } = wish
    const orders = [orderRow(accountId, 0)]
    return Promise.resolve({ accountId, requestId, repeated: false, decision, orders, remaining: [] })
  },
  cancel: (accountIds, id) => {
    asked.push(['cancel', [...accountIds], id])
    const refused: Record<string, OrderRefusalCode> = {
      'main-BTC-1-s1': 'protects',
      'main-BTC-1-e9': 'filled',
    }
    const code =
      (Object.hasOwn(refused, id) ? refused[id] : null) ?? (id === 'main-BTC-1-e1' ? null : 'unknown')
    if (code !== null) return Promise.reject(new OrderRefused(code, `Order ${id} is ${code}`))
    return Promise.resolve({ accountId: 'main', order: orderRow('main', 0), done: true })
  },
})

/** Its stop, which works at the venue. */
const workingOrder = (accountId: string): WorkingOrder => {
  const { leg: _leg, positionId, decisionId, history: _history, ...order } = orderRow(accountId, 0)
  const {
    venueOrderId,
    status: _s,
    filledQuantity,
    averagePrice,
    reason,
    createdAt,
    updatedAt,
    ...rest
  } = order
  return {
    ids: { accountId, positionId: positionId ?? '', decisionId, leg: 'stop', slot: 'stop' },
    request: { ...rest, accountId } as WorkingOrder['request'],
    progress: {
      venueOrderId,
      filledQuantity,
      averagePrice,
      status: 'working',
      reason,
      submits: 1,
      lookups: 0,
      cancelAsked: false,
    },
    timing: { until: null, at: Math.max(createdAt, updatedAt) },
    isDoubted: false,
  }
}

export const createFakeInsight = (
  onPrices: (symbols: readonly string[]) => void = () => {},
): EngineInsight & { asked: unknown[][]; memory: DecisionMemory } => {
  const asked: unknown[][] = []
  const memory = new DecisionMemory()
  const decisionsOf = (accountId: string) => {
    const { accountId: _id, at: _at, ...record } = decisionRow(accountId, 0)
    return [record]
  }
  return {
    asked,
    memory,
    hand: createFakeHand(asked),
    signals: accountIds => memory.signals(accountIds),
    exitPlan: (accountId, decisionId) => memory.exitPlan(accountId, decisionId),
    orders: accountIds => accountIds.map(workingOrder),
    mark: symbol => (symbol === 'ETH' ? null : { price: 45_100.5, at: START, fundingRate: 0.0001 }),
    instruments: () => INSTRUMENTS,
    tellPrices: symbols => onPrices(symbols),
    candles: (_symbol, interval, count) => (interval === '1d' ? null : [0, 1, 2].map(candle).slice(-count)),
    decide: (...said) => {
      asked.push(['decide', ...said])
      return Promise.resolve(decisionsOf(said[0]))
    },
    cycle: (accountId, symbols) => {
      asked.push(['cycle', accountId, [...symbols]])
      if (accountId === 'other') {
        return Promise.resolve({ accountId, at: START, decisions: [], remaining: ['other is paused'] })
      }
      return Promise.resolve({ accountId, at: START, decisions: decisionsOf(accountId), remaining: [] })
    },
    timing: () => ({ runs: 4, totalMs: 1 }),
    bots: accountIds => accountIds.map(botReading),
    compare: accountIds => {
      asked.push(['compare', [...accountIds]])
      const differs = { symbol: 'BTC', what: 'quantity' as const, ours: '1', theirs: null }
      return Promise.resolve(
        accountIds.map(accountId => ({ accountId, done: true, state: 'idle', differences: [differs] })),
      )
    },
    reconcile: accountIds => {
      asked.push(['reconcile', [...accountIds]])
      return Promise.resolve(
        accountIds.map(accountId => ({ accountId, done: true, state: 'idle', facts: [] })),
      )
    },
  }
}
