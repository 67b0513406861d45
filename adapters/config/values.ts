/** The completed configuration as plain values, in the words of the file. `load.ts` has checked every one of them. */
import type { Interval } from '../../domain/interval.ts'
import type { ReasoningEffort } from '../../domain/model/port.ts'
import type { TradingMode } from '../../domain/settings.ts'
import type { LogLevelWord } from './fields.ts'

export type OrOff<Value> = Value | 'off'

export type RiskValues = {
  position_pct_max: OrOff<number>
  position_basis: 'notional' | 'margin'
  risk_per_trade_pct_max: OrOff<number>
  heat_pct_max: OrOff<number>
  positions_max: OrOff<number>
  trades_per_day_max: OrOff<number>
  daily_loss_pct_max: OrOff<number>
  drawdown_warn_pct: OrOff<number>
  drawdown_trip_pct: OrOff<number>
  drawdown_rearm_pct: number
  emergency_action: 'flatten' | 'halt'
  leverage: { min: number; default: number; max: number }
  stop: 'derive' | 'reject' | 'off'
  stop_atr_multiple: number
  funding_rate_pct_max: OrOff<number>
  price_age_s_max: number
  slippage_pct_max: number
}

export type StrategyValues = {
  name: string
  signals: {
    rsi: { enabled: boolean; weight: number; length: number; buy_below: number; sell_above: number }
    moving_average: { enabled: boolean; weight: number; fast: number; slow: number }
    macd: { enabled: boolean; weight: number; fast: number; slow: number; signal: number }
    [name: string]: { enabled?: boolean; weight: number; [parameter: string]: number | boolean | undefined }
  }
  entry_score: number
  confidence_min_pct: number
  preset: 'standard' | 'aggressive'
  confirmation_s: number
  reversal_margin: number
  reversal_count: number
  close_score: OrOff<number>
  target_reward_ratio: OrOff<number>
  trailing: OrOff<{ distance: string; after_r?: number }>
  break_even: OrOff<{ after_r?: number; offset_r?: number }>
  temperature: {
    profile: 'production' | 'testing'
    cool: number
    warm: number
    hot: number
    cool_size: number
    warm_size: number
    hot_size: number
  }
}

export type ModelValues = {
  name: string
  fallbacks: string[]
  base_url: string
  /** Never in here once the configuration is loaded. */
  api_key: null
  headers: Record<string, null>
  openrouter: { api_key: null; base_url: string; referer: string | null; app_title: string | null }
  temperature: OrOff<number>
  reasoning_effort: OrOff<ReasoningEffort>
  tokens_max: number
  timeout_s: number
  answer_bytes_max: number
  schema: 1 | 2
  prompt: string
  tool_rounds_max: number
  tool_calls_max: number
  sanitizer: string
  context_characters_max: number
  budget: { cycle_usd: OrOff<number>; day_usd: OrOff<number>; month_usd: OrOff<number> }
  prices: OrOff<{ input_usd: number; output_usd: number }>
  otherwise: 'hold' | 'signals'
  random_symbol_seed: OrOff<number>
  cassette: string
  cassette_only: boolean
  trained_until: string
}

export type AccountValues = {
  id: string
  label: string
  exchange: 'paper'
  deposit: string | number
  assets: string[]
  interval: Interval
  strategy: StrategyValues
  /** Where the strategy asks one. */
  model?: ModelValues
  shadow_of?: string
  risk: RiskValues
  cooldown_intervals: number
  cooldown_s_min: number
  naked_s_max: number
  reconcile_s: number | 'off'
  unknown_orders: 'leave' | 'cancel'
  unknown_positions: 'close' | 'adopt' | 'report'
  retention: RetentionValues
}

export type FeedValues =
  | { kind: 'generated'; seed: number; interval: Interval; symbols: string[]; start_at: string }
  | { kind: 'candles'; directory: string; interval: Interval; symbols: string[]; from?: string; to?: string }

export type InstrumentValues = {
  tick_size?: string | number
  step_size?: string | number
  min_notional?: string | number
  market_quantity_max?: string | number
  leverage_max?: number
}

export type RetentionValues = { llm_days: OrOff<number>; orders_days: OrOff<number> }

export type OperationsValues = {
  logs: { size_mb_max: number; files_kept: number; console: 'off' | 'problems' | 'all' }
  retention: RetentionValues
  alerts: {
    /** Addresses are never in here once the configuration is loaded. */
    webhook_url: null
    slack_url: null
    discord_url: null
    telegram_token: null
    telegram_chat: string | null
    smtp_url: null
    email_to: string | null
    email_from: string
    allow_local: string[]
    per_hour_max: number
    daily_summary: boolean
    naked_s: OrOff<number>
    store_lag: OrOff<number>
    data_age_candles: OrOff<number>
    disk_free_mb: OrOff<number>
    memory_mb: OrOff<number>
    loop_lag_ms: OrOff<number>
    model_failures: OrOff<number>
  }
}

export type EngineValues = OperationsValues & {
  mode: TradingMode
  data_dir: string
  database_url: string | null
  api: {
    enabled: boolean
    host: string
    port: number
    auth: 'token' | 'none'
    tls_cert: OrOff<string>
    tls_key: OrOff<string>
    trusted_proxies: string[]
    hosts: string[]
    cors_origins: string[]
    rate_per_minute: OrOff<number>
    allow_public_read: boolean
    streams: {
      clients_max: number
      sse_clients_max: number
      messages_per_s: number
      buffered_kb_max: number
      heartbeat_s: number
    }
  }
  feed: FeedValues
  outliers: { times: OrOff<number>; ranges: number }
  speed: number | 'max'
  inspector: 'off' | 'on'
  allow_local_llm: string[]
  log_level: LogLevelWord
  paper: {
    maker_fee_pct: number
    taker_fee_pct: number
    slippage_pct: number
    latency_ms: number
    volume_share_pct_max: OrOff<number>
    funding_interval_h: number
    funding_rate_pct: number
  }
  instruments: Record<string, InstrumentValues>
  performance: {
    risk_free_pct: number
    sortino_target_pct: number
    annualization_days: number
    sortino_denominator: 'all' | 'downside'
  }
  accounts: AccountValues[]
}
