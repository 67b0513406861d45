/** The variables of requirements §17.1 that this version reads, and the setting each one sets. */
import { dec } from '../../domain/units.ts'
import { splitList } from './fields.ts'
import { OPERATIONS_VARIABLES } from './operations-environment.ts'
import type { Path } from './tree.ts'

export type Assignment = { path: Path; value: unknown }

export type Variable = {
  name: string
  /** `account`: holds for every account, and `NAME_<id>` for one. */
  scope: 'account' | 'engine'
  /** Never shown. */
  secret: boolean
  read: (text: string) => Assignment[]
}

const NUMBER = /^[-+]?\d+(\.\d+)?$/

/** Text that is no number goes on as text: the schema then says what was expected. */
const numberFrom = (text: string): unknown => (NUMBER.test(text) ? Number(text) : text.toLowerCase())
const percentFromRatio = (text: string): unknown =>
  NUMBER.test(text) ? dec(text).times(100).toNumber() : text
const lower = (text: string): unknown => text.toLowerCase()
const asIs = (text: string): unknown => text
/** Text that is neither goes on as text: the schema then says what was expected. */
const boolean = (text: string): unknown =>
  /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text
const list = (text: string): unknown => splitList(text)

const variable =
  (scope: Variable['scope']) =>
  (name: string, path: string, read: (text: string) => unknown, secret = false): Variable => ({
    name,
    scope,
    secret,
    read: text => [{ path: path.split('.'), value: read(text.trim()) }],
  })
const account = variable('account')
const engine = variable('engine')

/** `{"name": "value"}`, or `name: value` with a semicolon between two; other text goes on for the schema to refuse. */
const headers = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    const pairs = text.split(';').map(each => /^\s*([^:\s]+)\s*:\s*(.+?)\s*$/.exec(each))
    return pairs.some(pair => pair === null)
      ? text
      : Object.fromEntries(pairs.map(pair => [pair?.[1], pair?.[2]]))
  }
}

const SECONDS = { s: 1, m: 60, min: 60, h: 3600 } as const
const COOLDOWN = /^(\d+(?:\.\d+)?)\s*(intervals?|s|m|min|h)?$/

/** `3` and `3 intervals` keep the shortest time; a duration such as `45m` is all there is; `0` is none. */
const cooldown = (text: string): Assignment[] => {
  const match = COOLDOWN.exec(text.trim())
  if (match === null) return [{ path: ['cooldown_intervals'], value: text }]
  const count = Number(match[1])
  const unit = match[2] ?? 'intervals'
  const seconds = unit.startsWith('interval') ? null : count * SECONDS[unit as keyof typeof SECONDS]
  if (seconds === null && count > 0) return [{ path: ['cooldown_intervals'], value: count }]
  return [
    { path: ['cooldown_intervals'], value: 0 },
    { path: ['cooldown_s_min'], value: seconds ?? 0 },
  ]
}

export const VARIABLES: readonly Variable[] = [
  ...OPERATIONS_VARIABLES,
  engine('TRADING_MODE', 'mode', lower),
  engine('API_HOST', 'api.host', asIs),
  engine('API_AUTH', 'api.auth', lower),
  engine('API_TLS_CERT', 'api.tls_cert', asIs),
  engine('API_TLS_KEY', 'api.tls_key', asIs),
  engine('TRUSTED_PROXIES', 'api.trusted_proxies', list),
  engine('API_HOSTS', 'api.hosts', list),
  engine('CORS_ORIGINS', 'api.cors_origins', list),
  engine('API_CORS_ORIGINS', 'api.cors_origins', list),
  engine('API_RATE_PER_MINUTE', 'api.rate_per_minute', numberFrom),
  engine('API_ALLOW_PUBLIC_READ', 'api.allow_public_read', boolean),
  engine('WS_CLIENTS_MAX', 'api.streams.clients_max', numberFrom),
  engine('WS_MESSAGES_PER_S', 'api.streams.messages_per_s', numberFrom),
  engine('WS_BUFFERED_KB_MAX', 'api.streams.buffered_kb_max', numberFrom),
  engine('WS_HEARTBEAT_S', 'api.streams.heartbeat_s', numberFrom),
  engine('SSE_CLIENTS_MAX', 'api.streams.sse_clients_max', numberFrom),
  engine('ALLOW_LOCAL_LLM', 'allow_local_llm', list),
  engine('DATABASE_URL', 'database_url', asIs, true),
  engine('DATA_DIR', 'data_dir', asIs),
  engine('LOG_LEVEL', 'log_level', lower),
  engine('SPEED', 'speed', numberFrom),
  engine('SHARPE_RF', 'performance.risk_free_pct', percentFromRatio),
  engine('SORTINO_TARGET', 'performance.sortino_target_pct', percentFromRatio),
  engine('ANNUALIZATION_DAYS', 'performance.annualization_days', numberFrom),
  engine('SORTINO_DENOMINATOR', 'performance.sortino_denominator', lower),
  account('ASSETS', 'assets', list),
  account('INTERVAL', 'interval', lower),
  account('EXCHANGE', 'exchange', lower),
  account('STRATEGY', 'strategy.name', asIs),
  account('PAPER_INITIAL_BALANCE', 'deposit', asIs),
  account('LEVERAGE_MIN', 'risk.leverage.min', numberFrom),
  account('LEVERAGE_DEFAULT', 'risk.leverage.default', numberFrom),
  account('LEVERAGE_MAX', 'risk.leverage.max', numberFrom),
  account('MAX_POSITION_PCT', 'risk.position_pct_max', numberFrom),
  account('MAX_POSITION_BASIS', 'risk.position_basis', lower),
  account('RISK_PER_TRADE_PCT', 'risk.risk_per_trade_pct_max', numberFrom),
  account('MAX_PORTFOLIO_HEAT_PCT', 'risk.heat_pct_max', numberFrom),
  account('MAX_POSITIONS', 'risk.positions_max', numberFrom),
  account('MAX_TRADES_PER_DAY', 'risk.trades_per_day_max', numberFrom),
  account('DAILY_LOSS_LIMIT_PCT', 'risk.daily_loss_pct_max', numberFrom),
  account('WARN_DRAWDOWN_PCT', 'risk.drawdown_warn_pct', numberFrom),
  account('EMERGENCY_DRAWDOWN_PCT', 'risk.drawdown_trip_pct', numberFrom),
  account('EMERGENCY_ACTION', 'risk.emergency_action', lower),
  account('REQUIRE_STOP_LOSS', 'risk.stop', lower),
  account('MIN_CONFIDENCE_PCT', 'strategy.confidence_min_pct', numberFrom),
  account('CONFIRMATION_S', 'strategy.confirmation_s', numberFrom),
  account('HYSTERESIS_MARGIN', 'strategy.reversal_margin', numberFrom),
  account('OPENROUTER_API_KEY', 'model.openrouter.api_key', asIs, true),
  account('OPENROUTER_BASE_URL', 'model.openrouter.base_url', asIs),
  account('OPENROUTER_REFERER', 'model.openrouter.referer', asIs),
  account('OPENROUTER_APP_TITLE', 'model.openrouter.app_title', asIs),
  account('LLM_MODEL', 'model.name', asIs),
  account('LLM_BASE_URL', 'model.base_url', asIs),
  account('LLM_API_KEY', 'model.api_key', asIs, true),
  account('LLM_EXTRA_HEADERS', 'model.headers', headers, true),
  account('LLM_TIMEOUT_S', 'model.timeout_s', numberFrom),
  account('LLM_MONTHLY_BUDGET_USD', 'model.budget.month_usd', numberFrom),
  account('SANITIZE_MODEL', 'model.sanitizer', asIs),
  { name: 'COOLDOWN', scope: 'account', secret: false, read: cooldown },
]

/** First one set wins (requirements X-24). */
export const PORT_VARIABLES = ['API_PORT', 'APP_PORT', 'PORT'] as const
export const readPort = (text: string): Assignment => ({
  path: ['api', 'port'],
  value: numberFrom(text.trim()),
})

/** Variables that say which accounts there are, that have one possible value in this version, or nothing to hold for. */
export const OTHER_VARIABLES = [
  'MULTI_ACCOUNT_MODE',
  'ACCOUNT_IDS',
  'ACCOUNTS_JSON',
  'ACCOUNTS_FILE',
  'ALLOW_FLIP',
  'RETENTION_MARKET_DAYS',
] as const

/** Variables that only commands use: the token they show a running engine, and the key credentials are kept under. */
export const COMMAND_VARIABLES = ['API_TOKEN', 'MASTER_KEY', 'MASTER_KEY_FILE'] as const

/** Every variable the product reads. */
export const VARIABLE_NAMES: readonly string[] = [
  ...COMMAND_VARIABLES,
  ...VARIABLES.map(each => each.name),
  ...PORT_VARIABLES,
  ...OTHER_VARIABLES,
]
