import { describe, expect, test } from 'vitest'
import { VARIABLES } from '../../../adapters/config/environment.ts'
import { OPERATIONS_VARIABLES } from '../../../adapters/config/operations-environment.ts'
import { load, problemsOf } from './given.ts'

type Settings = ReturnType<typeof load>['settings']
type Case = [name: string, text: string, read: (settings: Settings) => unknown, expected: unknown]

const account = (settings: Settings) => settings.accounts[0] as Settings['accounts'][number]

const headerOf = (settings: Settings, name: string) =>
  settings.modelSecrets['default']?.headers[name]?.reveal()

const CASES: Case[] = [
  ['TRADING_MODE', 'Paper', s => s.mode, 'paper'],
  ['API_HOST', '127.0.0.1', s => s.api.host, '127.0.0.1'],
  ['API_AUTH', 'NONE', s => s.api.auth, 'none'],
  ['API_TLS_CERT', 'off', s => s.api.tlsCert, null],
  ['API_TLS_KEY', 'off', s => s.api.tlsKey, null],
  ['TRUSTED_PROXIES', '10.0.0.0/8, ::1', s => s.api.trustedProxies, ['10.0.0.0/8', '::1']],
  ['API_HOSTS', 'latch.example.com', s => s.api.hosts, ['latch.example.com']],
  ['CORS_ORIGINS', 'https://a.example', s => s.api.corsOrigins, ['https://a.example']],
  ['API_CORS_ORIGINS', 'https://a.example', s => s.api.corsOrigins, ['https://a.example']],
  ['API_RATE_PER_MINUTE', 'off', s => s.api.ratePerMinute, null],
  ['API_ALLOW_PUBLIC_READ', 'TRUE', s => s.api.publicRead, true],
  ['WS_CLIENTS_MAX', '500', s => s.api.streams.clientsMax, 500],
  ['WS_MESSAGES_PER_S', '5', s => s.api.streams.messagesPerSecond, 5],
  ['WS_BUFFERED_KB_MAX', '64', s => s.api.streams.bufferedBytesMax, 65_536],
  ['WS_HEARTBEAT_S', '7.5', s => s.api.streams.heartbeatMs, 7_500],
  ['SSE_CLIENTS_MAX', '3', s => s.api.streams.sseClientsMax, 3],
  ['ALLOW_LOCAL_LLM', '10.0.0.9:80 ollama:11434', s => s.accounts.length, 1],
  ['DATABASE_URL', 'postgresql://u:p@h:5/d', s => s.databaseUrl, 'postgresql://u:p@h:5/d'],
  ['DATA_DIR', '/tmp/latch-x', s => s.dataDir, '/tmp/latch-x'],
  ['LOG_LEVEL', 'INFO', s => s.logLevel, 'info'],
  ['LOG_LEVEL', 'WARNING', s => s.logLevel, 'warn'],
  ['LOG_LEVEL', 'CRITICAL', s => s.logLevel, 'fatal'],
  ['SPEED', 'max', s => s.speed, 'max'],
  ['SPEED', '2.5', s => s.speed, 2.5],
  ['SHARPE_RF', '0.05', s => s.performance.riskFreeRatio, 0.05],
  ['SORTINO_TARGET', '0.07', s => s.performance.sortinoTargetRatio, 0.07],
  ['ANNUALIZATION_DAYS', '365', s => s.performance.annualisationDays, 365],
  ['SORTINO_DENOMINATOR', 'downside', s => s.performance.sortinoDenominator, 'downside'],
  ['ASSETS', 'SOL', s => account(s).assets, ['SOL']],
  ['INTERVAL', '4h', s => account(s).interval, '4h'],
  ['EXCHANGE', 'paper', s => account(s).exchange, 'paper'],
  ['STRATEGY', 'analysts', s => account(s).strategy.name, 'analysts'],
  ['PAPER_INITIAL_BALANCE', '500.50', s => account(s).deposit, '500.5'],
  ['LEVERAGE_MIN', '2', s => account(s).risk.leverageMin, 2],
  ['LEVERAGE_DEFAULT', '3', s => account(s).risk.leverageDefault, 3],
  ['LEVERAGE_MAX', '10', s => account(s).risk.leverageMax, 10],
  ['MAX_POSITION_PCT', '35', s => account(s).risk.positionRatioMax, 0.35],
  ['MAX_POSITION_BASIS', 'margin', s => account(s).risk.positionBasis, 'margin'],
  ['RISK_PER_TRADE_PCT', '1', s => account(s).risk.riskPerTradeRatioMax, 0.01],
  ['MAX_PORTFOLIO_HEAT_PCT', '7', s => account(s).risk.heatRatioMax, 0.07],
  ['MAX_POSITIONS', '4', s => account(s).risk.positionsMax, 4],
  ['MAX_TRADES_PER_DAY', '80', s => account(s).risk.tradesPerDayMax, 80],
  ['DAILY_LOSS_LIMIT_PCT', '3', s => account(s).risk.dailyLossRatioMax, 0.03],
  ['WARN_DRAWDOWN_PCT', '12', s => account(s).risk.drawdownWarnRatio, 0.12],
  ['EMERGENCY_DRAWDOWN_PCT', '30', s => account(s).risk.drawdownTripRatio, 0.3],
  ['EMERGENCY_ACTION', 'halt', s => account(s).risk.emergencyAction, 'halt'],
  ['REQUIRE_STOP_LOSS', 'reject', s => account(s).risk.stop, 'reject'],
  ['MIN_CONFIDENCE_PCT', '60', s => account(s).strategy.confidenceMin, 60],
  ['CONFIRMATION_S', '0', s => account(s).strategy.confirmationMs, 0],
  ['HYSTERESIS_MARGIN', '0.1', s => account(s).strategy.reversalMargin, 0.1],
  ['COOLDOWN', '5', s => [account(s).cooldownIntervals, account(s).cooldownMsMin], [5, 900_000]],
  ['COOLDOWN', '2 intervals', s => [account(s).cooldownIntervals, account(s).cooldownMsMin], [2, 900_000]],
  ['COOLDOWN', '45m', s => [account(s).cooldownIntervals, account(s).cooldownMsMin], [0, 2_700_000]],
  ['COOLDOWN', '0', s => [account(s).cooldownIntervals, account(s).cooldownMsMin], [0, 0]],
  ['OPENROUTER_API_KEY', 'k-router', s => s.modelSecrets['default']?.apiKey?.reveal(), 'k-router'],
  ['OPENROUTER_BASE_URL', 'http://127.0.0.1:9/r', s => account(s).model?.baseUrl, 'http://127.0.0.1:9/r'],
  ['OPENROUTER_REFERER', 'https://me.org', s => headerOf(s, 'HTTP-Referer'), 'https://me.org'],
  ['OPENROUTER_APP_TITLE', 'me', s => headerOf(s, 'X-Title'), 'me'],
  ['LLM_MODEL', 'openai/gpt-5', s => account(s).model?.name, 'openai/gpt-5'],
  ['LLM_BASE_URL', 'http://127.0.0.1:9/v1', s => account(s).model?.baseUrl, 'http://127.0.0.1:9/v1'],
  ['LLM_API_KEY', 'k-own', s => s.modelSecrets['default']?.apiKey?.reveal(), 'k-own'],
  ['LLM_EXTRA_HEADERS', '{"x-gate": "open"}', s => headerOf(s, 'x-gate'), 'open'],
  ['LLM_EXTRA_HEADERS', 'x-gate: Bearer a; x-b: c', s => headerOf(s, 'x-gate'), 'Bearer a'],
  ['LLM_TIMEOUT_S', '12.5', s => account(s).model?.timeoutMs, 12_500],
  ['LLM_MONTHLY_BUDGET_USD', '0.01', s => account(s).model?.budget.monthUsd, '0.01'],
  ['LLM_MONTHLY_BUDGET_USD', 'off', s => account(s).model?.budget.monthUsd, null],
  ['SANITIZE_MODEL', 'openai/gpt-5-mini', s => account(s).model?.sanitizer, 'openai/gpt-5-mini'],
  ['ALLOW_FLIP', 'false', s => s.accounts.length, 1],
]

test.each(CASES)('%s=%s is read', (name, text, read, expected) => {
  // Variables of models are read where a model is asked.
  const model = /LLM|OPENROUTER|SANITIZE/.test(name) ? { STRATEGY: 'llm', LLM_API_KEY: 'k' } : {}
  const key = name === 'OPENROUTER_API_KEY' ? { LLM_API_KEY: '' } : {}
  const host = name === 'API_AUTH' ? { API_HOST: '127.0.0.1' } : {}
  expect(read(load({ env: { ...model, ...key, ...host, [name]: text } }).settings)).toEqual(expected)
})

test('every variable of the table has a case', () => {
  const tested = new Set(CASES.map(([name]) => name))
  // Those of logs, retention and alerts have a table of their own.
  const here = VARIABLES.filter(each => !OPERATIONS_VARIABLES.includes(each))
  expect(here.map(each => each.name).filter(name => !tested.has(name))).toEqual([])
})

describe('several accounts (B-56, B-57)', () => {
  const ids = (given: Parameters<typeof load>[0]) => load(given).settings.accounts.map(each => each.id)

  test('ACCOUNT_IDS with suffixed variables', () => {
    const { accounts } = load({
      env: {
        MULTI_ACCOUNT_MODE: 'true',
        ACCOUNT_IDS: 'account1,account2 my-bot',
        ASSETS: 'BTC',
        ASSETS_account2: 'ETH SOL',
        INTERVAL_my_bot: '5m',
        MAX_POSITIONS_MY_BOT: '1',
      },
    }).settings
    expect(
      accounts.map(({ id, assets, interval, risk }) => [id, assets, interval, risk.positionsMax]),
    ).toEqual([
      ['account1', ['BTC'], '1h', 3],
      ['account2', ['ETH', 'SOL'], '1h', 3],
      ['my-bot', ['BTC'], '5m', 1],
    ])
  })

  test('ACCOUNT_IDS waits for MULTI_ACCOUNT_MODE, and says so', () => {
    const { settings, warnings } = load({ env: { ACCOUNT_IDS: 'a,b' } })
    expect(settings.accounts.map(each => each.id)).toEqual(['default'])
    expect(warnings).toContain('ACCOUNT_IDS is set but not used: MULTI_ACCOUNT_MODE is not true.')
  })

  test('ACCOUNTS_JSON as a list or in a group', () => {
    expect(ids({ env: { ACCOUNTS_JSON: '[{"id":"a"},{"id":"b"}]' } })).toEqual(['a', 'b'])
    expect(ids({ env: { ACCOUNTS_JSON: '{"accounts":[{"id":"a"}]}' } })).toEqual(['a'])
  })

  test('what ACCOUNTS_JSON says of an account is nearer than a variable for all', () => {
    const { accounts } = load({
      env: { ACCOUNTS_JSON: '[{"id":"a","interval":"5m"},{"id":"b"}]', INTERVAL: '15m', INTERVAL_b: '4h' },
    }).settings
    expect(accounts.map(each => each.interval)).toEqual(['5m', '4h'])
  })

  test('ACCOUNTS_FILE, JSON or YAML, replaces the accounts of the file and keeps its defaults', () => {
    const loaded = load({
      yaml: 'defaults: {interval: 5m}\naccounts: [{id: old}]\n',
      files: { 'a.json': '[{"id": "new"}]' },
      env: { ACCOUNTS_FILE: 'a.json' },
    })
    expect(loaded.settings.accounts.map(({ id, interval }) => [id, interval])).toEqual([['new', '5m']])
    expect(loaded.warnings).toContain('ACCOUNTS_FILE replaces the accounts of the file.')
  })

  test('a problem in ACCOUNTS_JSON has its line and column', () => {
    const [problem] = problemsOf({ env: { ACCOUNTS_JSON: '[\n {"id": "a", "intervall": "5m"}]' } })
    expect(problem).toMatchObject({
      origin: 'env ACCOUNTS_JSON',
      line: 2,
      column: 14,
      path: 'accounts[0].intervall',
    })
  })
})

describe('warnings', () => {
  test('a variable one slip away from a known name', () => {
    expect(load({ env: { MAX_POSITON_PCT: '5' } }).warnings).toContain(
      'The variable MAX_POSITON_PCT is not read; did you mean MAX_POSITION_PCT?',
    )
  })

  test('two port variables that disagree', () => {
    expect(load({ env: { API_PORT: '1', PORT: '2' } }).warnings).toContain(
      'API_PORT is used; PORT is set and says otherwise.',
    )
  })

  test('an API on every address, unless it is off', () => {
    expect(load().warnings.join()).toContain('every address')
    expect(load({ flags: { api: false } }).warnings).toEqual([])
    expect(load({ env: { API_HOST: '127.0.0.1' } }).warnings).toEqual([])
  })
})
