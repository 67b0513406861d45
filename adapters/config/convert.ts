/** From the words and units of the file to those of the engine: percent to shares, seconds to ms, amounts to money. */
import { INTERVAL_MS } from '../../domain/interval.ts'
import type { ModelSecrets } from '../../domain/model/settings.ts'
import type {
  AccountSettings,
  EngineSettings,
  FeedSettings,
  InstrumentSettings,
  PaperSettings,
  RiskLimits,
  SignalSettings,
  StrategySettings,
} from '../../domain/settings.ts'
import { dec, money, price, quantity } from '../../domain/units.ts'
import { retentionSettings } from './complete-operations.ts'
import { apiSettings } from './convert-api.ts'
import { modelSettings } from './convert-model.ts'
import { type LogLevelWord, readDistance } from './fields.ts'
import type {
  AccountValues,
  EngineValues,
  FeedValues,
  InstrumentValues,
  OrOff,
  RiskValues,
} from './values.ts'

/** 0.05 % is 0.0005 and not 0.0005000000000000001. */
const share = (percent: number): number => dec(percent).div(100).toNumber()
const orNull = <Value>(value: OrOff<Value>): Value | null => (value === 'off' ? null : value)
const shareOrNull = (percent: OrOff<number>): number | null => (percent === 'off' ? null : share(percent))
const milliseconds = (seconds: number): number => Math.round(seconds * 1000)

const riskLimits = (risk: RiskValues): RiskLimits => ({
  stop: risk.stop,
  stopAtrMultiple: risk.stop_atr_multiple,
  leverageMin: risk.leverage.min,
  leverageDefault: risk.leverage.default,
  leverageMax: risk.leverage.max,
  positionRatioMax: shareOrNull(risk.position_pct_max),
  positionBasis: risk.position_basis,
  riskPerTradeRatioMax: shareOrNull(risk.risk_per_trade_pct_max),
  heatRatioMax: shareOrNull(risk.heat_pct_max),
  positionsMax: orNull(risk.positions_max),
  tradesPerDayMax: orNull(risk.trades_per_day_max),
  dailyLossRatioMax: shareOrNull(risk.daily_loss_pct_max),
  drawdownWarnRatio: shareOrNull(risk.drawdown_warn_pct),
  drawdownTripRatio: shareOrNull(risk.drawdown_trip_pct),
  drawdownRearmRatio: share(risk.drawdown_rearm_pct),
  emergencyAction: risk.emergency_action,
  fundingRateMax: shareOrNull(risk.funding_rate_pct_max),
  priceAgeMsMax: milliseconds(risk.price_age_s_max),
  slippageRatioMax: share(risk.slippage_pct_max),
})

const signalSettings = (signals: AccountValues['strategy']['signals']): SignalSettings => {
  const { rsi, moving_average: average, macd, ...others } = signals
  const further = Object.entries(others).map(([name, signal]) => [
    name,
    { ...signal, enabled: signal.enabled ?? true },
  ])
  return {
    rsi: {
      enabled: rsi.enabled,
      weight: rsi.weight,
      length: rsi.length,
      buyBelow: rsi.buy_below,
      sellAbove: rsi.sell_above,
    },
    movingAverage: { ...average },
    macd: { ...macd },
    ...Object.fromEntries(further),
  }
}

const trailing = (values: AccountValues['strategy']['trailing']): StrategySettings['trailing'] => {
  if (values === 'off') return null
  const distance = readDistance(values.distance)
  if (distance === null) throw new Error(`Invariant: trailing distance ${values.distance} was not checked`)
  return { distance, activateAfterR: values.after_r ?? 0 }
}

const breakEven = (values: AccountValues['strategy']['break_even']): StrategySettings['breakEven'] =>
  values === 'off' ? null : { afterR: values.after_r ?? 1, offsetR: values.offset_r ?? 0 }

const strategySettings = (strategy: AccountValues['strategy']): StrategySettings => ({
  name: strategy.name,
  signals: signalSettings(strategy.signals),
  entryScore: strategy.entry_score,
  confidenceMin: strategy.confidence_min_pct,
  confirmationMs: milliseconds(strategy.confirmation_s),
  reversalMargin: strategy.reversal_margin,
  reversalCount: strategy.reversal_count,
  closeScore: orNull(strategy.close_score),
  targetRewardRatio: orNull(strategy.target_reward_ratio),
  trailing: trailing(strategy.trailing),
  breakEven: breakEven(strategy.break_even),
  temperature: {
    cool: strategy.temperature.cool,
    warm: strategy.temperature.warm,
    hot: strategy.temperature.hot,
    coolSize: strategy.temperature.cool_size,
    warmSize: strategy.temperature.warm_size,
    hotSize: strategy.temperature.hot_size,
  },
})

const accountSettings = (account: AccountValues, allowLocal: readonly string[]): AccountSettings => ({
  id: account.id,
  label: account.label,
  // A shadow has paper books, whatever the account it shadows trades on.
  exchange: account.shadow_of === undefined ? account.exchange : 'paper',
  deposit: money(account.deposit),
  assets: [...account.assets],
  interval: account.interval,
  strategy: strategySettings(account.strategy),
  model: account.model === undefined ? null : modelSettings(account.model, allowLocal),
  shadowOf: account.shadow_of ?? null,
  risk: riskLimits(account.risk),
  cooldownIntervals: account.cooldown_intervals,
  cooldownMsMin: milliseconds(account.cooldown_s_min),
  nakedMsMax: milliseconds(account.naked_s_max),
  reconcileMs: account.reconcile_s === 'off' ? null : milliseconds(account.reconcile_s),
  unknownOrders: account.unknown_orders,
  unknownPositions: account.unknown_positions,
  retention: retentionSettings(account.retention),
})

const logLevel = (word: LogLevelWord): EngineSettings['logLevel'] => {
  if (word === 'warning') return 'warn'
  return word === 'critical' ? 'fatal' : word
}

const feedSettings = (feed: FeedValues): FeedSettings => {
  const { interval, symbols } = feed
  if (feed.kind === 'generated') {
    return {
      kind: 'generated',
      seed: feed.seed,
      interval,
      symbols,
      startAt: startAt(feed.start_at, interval),
    }
  }
  const instant = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text))
  return {
    kind: 'candles',
    directory: feed.directory,
    interval,
    symbols,
    from: instant(feed.from),
    to: instant(feed.to),
  }
}

/** The generated market opens on a boundary of its candles. */
const startAt = (text: string, interval: FeedValues['interval']): number =>
  Math.ceil(Date.parse(text) / INTERVAL_MS[interval]) * INTERVAL_MS[interval]

const paperSettings = (paper: EngineValues['paper']): PaperSettings => ({
  makerFeeRatio: share(paper.maker_fee_pct),
  takerFeeRatio: share(paper.taker_fee_pct),
  slippageRatio: share(paper.slippage_pct),
  latencyMs: paper.latency_ms,
  volumeShareMax: shareOrNull(paper.volume_share_pct_max),
  fundingIntervalMs: Math.round(paper.funding_interval_h * INTERVAL_MS['1h']),
  fundingRate: share(paper.funding_rate_pct),
})

const instrumentSettings = (values: InstrumentValues): InstrumentSettings => {
  const settings: InstrumentSettings = {}
  if (values.tick_size !== undefined) settings.tickSize = price(values.tick_size)
  if (values.step_size !== undefined) settings.stepSize = quantity(values.step_size)
  if (values.min_notional !== undefined) settings.minNotional = money(values.min_notional)
  if (values.market_quantity_max !== undefined)
    settings.marketQuantityMax = quantity(values.market_quantity_max)
  if (values.leverage_max !== undefined) settings.leverageMax = values.leverage_max
  return settings
}

const instruments = ({
  all = {},
  ...symbols
}: EngineValues['instruments']): EngineSettings['instruments'] => ({
  all: instrumentSettings(all),
  symbols: Object.fromEntries(
    Object.entries(symbols).map(([symbol, values]) => [symbol, instrumentSettings(values)]),
  ),
})

/** The settings as the engine uses them. */
export const engineSettings = (
  values: EngineValues,
  modelSecrets: Record<string, ModelSecrets>,
): EngineSettings => ({
  mode: values.mode,
  dataDir: values.data_dir,
  databaseUrl: values.database_url === '' ? null : values.database_url,
  api: apiSettings(values.api),
  feed: feedSettings(values.feed),
  outliers:
    values.outliers.times === 'off' ? null : { times: values.outliers.times, ranges: values.outliers.ranges },
  speed: values.speed,
  paper: paperSettings(values.paper),
  instruments: instruments(values.instruments),
  performance: {
    riskFreeRatio: share(values.performance.risk_free_pct),
    sortinoTargetRatio: share(values.performance.sortino_target_pct),
    annualisationDays: values.performance.annualization_days,
    sortinoDenominator: values.performance.sortino_denominator,
  },
  accounts: values.accounts.map(each => accountSettings(each, values.allow_local_llm)),
  modelSecrets,
  inspector: values.inspector === 'on',
  logLevel: logLevel(values.log_level),
})
