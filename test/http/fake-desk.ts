/** Administration and questions out of turn of the fake engine: it notes what it is told, and answers the same each time. */
import { AdminRefused, type AccountAdmin, type AdminAnswer } from '../../actors/account-admin.ts'
import type { BotReading } from '../../actors/bots.ts'
import type { EngineInsight } from '../../actors/insight.ts'
import type { Instrument } from '../../domain/instrument.ts'
import { decisionRow, START } from './fake-rows.ts'

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

export const createFakeInsight = (): EngineInsight & { asked: unknown[][] } => {
  const asked: unknown[][] = []
  const decisionsOf = (accountId: string) => {
    const { accountId: _id, at: _at, ...record } = decisionRow(accountId, 0)
    return [record]
  }
  return {
    asked,
    mark: symbol => (symbol === 'ETH' ? null : { price: 45_100.5, at: START, fundingRate: 0.0001 }),
    instruments: () => INSTRUMENTS,
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
    bots: accountIds => accountIds.map(botReading),
    reconcile: accountIds => {
      asked.push(['reconcile', [...accountIds]])
      return Promise.resolve(
        accountIds.map(accountId => ({ accountId, done: true, state: 'idle', facts: [] })),
      )
    },
  }
}
