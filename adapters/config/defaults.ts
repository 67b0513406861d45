/**
 * Every default, in the words of the file. The numbers are those of requirements §17.1 and §27; where these give none
 * (signal weights, reward ratio, temperature sizes, paper costs) a cautious one stands here.
 */
import { TEMPERATURE_PROFILES, type TemperatureSettings } from '../../domain/signals/temperature.ts'
import { OPERATIONS_DEFAULTS } from './operations-schema.ts'

export const ACCOUNT_DEFAULTS = {
  exchange: 'paper',
  deposit: '1000',
  assets: ['BTC', 'ETH', 'SOL'],
  interval: '1h',
  strategy: {
    name: 'signals',
    signals: {
      rsi: { enabled: true, weight: 0.2, length: 14, buy_below: 30, sell_above: 70 },
      moving_average: { enabled: true, weight: 0.4, fast: 10, slow: 20 },
      macd: { enabled: true, weight: 0.4, fast: 12, slow: 26, signal: 9 },
    },
    entry_score: 0.4,
    confidence_min_pct: 70,
    preset: 'standard',
    confirmation_s: 300,
    reversal_margin: 0.2,
    reversal_count: 2,
    close_score: 'off',
    target_reward_ratio: 2,
    trailing: 'off',
    break_even: 'off',
    temperature: { profile: 'production', cool_size: 0.5, warm_size: 0.75, hot_size: 1 },
  },
  model: {
    name: 'x-ai/grok-4',
    fallbacks: [],
    openrouter: {
      api_key: null,
      base_url: 'https://openrouter.ai/api/v1',
      referer: null,
      app_title: 'trading-agent',
    },
    temperature: 'off',
    reasoning_effort: 'off',
    tokens_max: 8_000,
    timeout_s: 25,
    answer_bytes_max: 1_000_000,
    schema: 2,
    prompt: 'built-in',
    tool_rounds_max: 2,
    tool_calls_max: 5,
    sanitizer: 'off',
    context_characters_max: 60_000,
    budget: { cycle_usd: 'off', day_usd: 'off', month_usd: 25 },
    prices: 'off',
    otherwise: 'hold',
    random_symbol_seed: 'off',
    cassette: 'off',
    cassette_only: false,
    trained_until: 'off',
  },
  risk: {
    position_pct_max: 20,
    position_basis: 'notional',
    risk_per_trade_pct_max: 2,
    heat_pct_max: 6,
    positions_max: 3,
    trades_per_day_max: 20,
    daily_loss_pct_max: 5,
    drawdown_warn_pct: 15,
    drawdown_trip_pct: 25,
    drawdown_rearm_pct: 15,
    emergency_action: 'flatten',
    leverage: { min: 1, default: 2, max: 5 },
    stop: 'derive',
    stop_atr_multiple: 1.5,
    funding_rate_pct_max: 0.1,
    slippage_pct_max: 0.5,
  },
  cooldown_intervals: 3,
  cooldown_s_min: 900,
  naked_s_max: 5,
  reconcile_s: 30,
  unknown_orders: 'leave',
  unknown_positions: 'close',
} as const

export const ENGINE_DEFAULTS = {
  mode: 'paper',
  data_dir: './data',
  database_url: null,
  api: {
    enabled: true,
    host: '0.0.0.0',
    port: 3000,
    auth: 'token',
    tls_cert: 'off',
    tls_key: 'off',
    trusted_proxies: [],
    hosts: [],
    cors_origins: [],
    rate_per_minute: 6_000,
    allow_public_read: false,
    streams: {
      clients_max: 100,
      sse_clients_max: 100,
      messages_per_s: 20,
      buffered_kb_max: 1_024,
      heartbeat_s: 30,
    },
  },
  feed: { kind: 'generated', seed: 1, interval: '1m', start_at: '2025-01-01T00:00:00Z' },
  outliers: { times: 3, ranges: 10 },
  speed: 1,
  inspector: 'off',
  allow_local_llm: [],
  log_level: 'info',
  ...OPERATIONS_DEFAULTS,
  paper: {
    maker_fee_pct: 0.02,
    taker_fee_pct: 0.05,
    slippage_pct: 0.02,
    latency_ms: 50,
    volume_share_pct_max: 10,
    funding_interval_h: 8,
    funding_rate_pct: 0.01,
  },
  instruments: {},
  performance: {
    risk_free_pct: 0,
    sortino_target_pct: 0,
    annualization_days: 252,
    sortino_denominator: 'all',
  },
} as const

const limitsOf = ({ cool, warm, hot }: TemperatureSettings) => ({ cool, warm, hot })
/** |score| limits by temperature profile (requirements C-48, C-49). */
export const TEMPERATURES = {
  production: limitsOf(TEMPERATURE_PROFILES.production),
  testing: limitsOf(TEMPERATURE_PROFILES.testing),
}

/** Seconds a signal must last under the preset `aggressive` (requirements C-56). */
export const AGGRESSIVE_CONFIRMATION_S = 0

/** Warn and re-arm lines nobody set, as a share of the trip line: 15 of 25. */
export const DRAWDOWN_LINE_SHARE = 0.6
/** Oldest price, in candles of the feed, where nobody set a limit: a candle may be one late. */
export const PRICE_AGE_CANDLES = 2
