/** The accounts of a run, drawn from its seed: what they trade, how they are limited, and who decides for them. */
import type { AccountSettings, EngineSettings, RiskLimits, StrategySettings } from '../../domain/settings.ts'
import { createStrategy } from '../../domain/strategies/registry.ts'
import type { Strategy } from '../../domain/strategy.ts'
import { money } from '../../domain/units.ts'
import { Dice } from './dice.ts'
import type { Faults } from './faults.ts'
import type { Plan } from './plan.ts'
import { randomTrader } from './random-trader.ts'

const STRATEGY: StrategySettings = {
  name: 'random',
  signals: {
    rsi: { enabled: true, weight: 0.3, length: 14, buyBelow: 35, sellAbove: 65 },
    movingAverage: { enabled: true, weight: 0.4, fast: 5, slow: 20 },
    macd: { enabled: true, weight: 0.3, fast: 12, slow: 26, signal: 9 },
  },
  entryScore: 0.25,
  confidenceMin: 0,
  confirmationMs: 0,
  reversalMargin: 0.1,
  reversalCount: 1,
  closeScore: null,
  targetRewardRatio: 1.5,
  trailing: null,
  breakEven: null,
  temperature: { cool: 0.3, warm: 0.6, hot: 0.9, coolSize: 1, warmSize: 0.75, hotSize: 0.5 },
}

const drawLimits = (dice: Dice): RiskLimits => ({
  stop: dice.pick(['derive', 'derive', 'reject'] as const),
  stopAtrMultiple: dice.pick([1, 2, 4]),
  leverageMin: 1,
  leverageDefault: dice.pick([1, 3]),
  leverageMax: dice.pick([3, 10, 20]),
  positionRatioMax: dice.pick([0.2, 0.5, 1, 2]),
  positionBasis: dice.pick(['notional', 'notional', 'margin'] as const),
  riskPerTradeRatioMax: dice.pick([0.005, 0.02, null]),
  heatRatioMax: dice.pick([0.03, 0.06, null]),
  positionsMax: dice.pick([1, 2, 3]),
  tradesPerDayMax: dice.pick([10, 40, null]),
  dailyLossRatioMax: dice.pick([0.03, 0.1, null]),
  drawdownWarnRatio: 0.1,
  drawdownTripRatio: dice.pick([0.15, 0.3, null]),
  drawdownRearmRatio: 0.05,
  emergencyAction: dice.pick(['flatten', 'halt'] as const),
  fundingRateMax: dice.pick([0.001, null]),
  priceAgeMsMax: 120_000,
  slippageRatioMax: dice.pick([0.002, 0.01]),
})

const drawAccount = (plan: Plan, id: string): AccountSettings => {
  const dice = new Dice(plan.seed, `account/${id}`)
  const name = dice.pick(['random', 'random', 'random', 'signals', 'analysts'])
  const first = dice.between(0, plan.symbols.length - 1)
  const count = dice.between(1, plan.symbols.length)
  const assets = plan.symbols.map((_, index) => plan.symbols[(first + index) % plan.symbols.length] as string)
  return {
    id,
    label: id,
    exchange: 'paper',
    deposit: money(dice.pick([1_000, 10_000, 250_000])),
    assets: assets.slice(0, count),
    interval: plan.interval,
    strategy: { ...STRATEGY, name, confirmationMs: name === 'random' ? 0 : dice.pick([0, 900_000]) },
    model: null,
    shadowOf: null,
    risk: drawLimits(dice),
    cooldownIntervals: dice.pick([0, 0, 1]),
    cooldownMsMin: dice.pick([1_000, 60_000, 600_000]),
    nakedMsMax: 5_000,
    reconcileMs: plan.reconcileMs,
    unknownOrders: dice.pick(['leave', 'cancel'] as const),
    unknownPositions: dice.pick(['close', 'close', 'adopt', 'report'] as const),
    retention: { llmDays: null, ordersDays: null },
  }
}

export const drawSettings = (plan: Plan): EngineSettings => ({
  mode: 'paper',
  dataDir: '',
  databaseUrl: null,
  api: {
    enabled: false,
    host: '',
    port: 0,
    auth: 'token',
    tlsCert: null,
    tlsKey: null,
    trustedProxies: [],
    hosts: [],
    corsOrigins: [],
    ratePerMinute: null,
    publicRead: false,
    streams: {
      clientsMax: 1,
      sseClientsMax: 1,
      messagesPerSecond: 1,
      bufferedBytesMax: 65_536,
      heartbeatMs: 30_000,
    },
  },
  feed: { kind: 'generated', seed: plan.seed, interval: plan.interval, symbols: plan.symbols, startAt: 0 },
  outliers: { times: 3, ranges: 10 },
  speed: 'max',
  paper: {
    makerFeeRatio: 0.0002,
    takerFeeRatio: 0.0005,
    slippageRatio: 0.0002,
    latencyMs: plan.latencyMs,
    volumeShareMax: plan.volumeShareMax,
    fundingIntervalMs: 28_800_000,
    fundingRate: 0.0001,
  },
  instruments: { all: {}, symbols: {} },
  performance: { riskFreeRatio: 0, sortinoTargetRatio: 0, annualisationDays: 365, sortinoDenominator: 'all' },
  accounts: plan.accountIds.map(id => drawAccount(plan, id)),
  modelSecrets: {},
  inspector: false,
  logLevel: 'error',
})

/** A process gets new strategies, as it would get new objects: what they knew is gone. */
export const strategiesOf = (settings: EngineSettings, faults: Faults): Map<string, Strategy> =>
  new Map(
    settings.accounts.map(account => [
      account.id,
      account.strategy.name === 'random'
        ? randomTrader(account.id, faults)
        : createStrategy(account.strategy),
    ]),
  )
