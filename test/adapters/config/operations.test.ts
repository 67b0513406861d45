import { expect, test } from 'vitest'
import { OPERATIONS_VARIABLES } from '../../../adapters/config/operations-environment.ts'
import { showSettings, showSettingsJson } from '../../../adapters/config/show.ts'
import type { OperationsSettings } from '../../../domain/operations.ts'
import { load, problemsOf } from './given.ts'

type Case = [name: string, text: string, read: (operations: OperationsSettings) => unknown, expected: unknown]

const CASES: Case[] = [
  ['LOG_MAX_MB', '1.5', o => o.logs.bytesMax, 1_572_864],
  ['LOG_KEEP', '3', o => o.logs.filesKept, 3],
  ['LOG_CONSOLE', 'ALL', o => o.logs.console, 'all'],
  ['RETENTION_LLM_DAYS', '30', o => o.retention.llmDays, 30],
  ['RETENTION_ORDERS_DAYS', 'off', o => o.retention.ordersDays, null],
  ['ALERT_WEBHOOK_URL', 'https://h.org/x', o => o.alerts.webhookUrl?.reveal(), 'https://h.org/x'],
  ['ALERT_SLACK_URL', 'https://h.org/s', o => o.alerts.slackUrl?.reveal(), 'https://h.org/s'],
  ['ALERT_DISCORD_URL', 'https://h.org/d', o => o.alerts.discordUrl?.reveal(), 'https://h.org/d'],
  ['ALERT_TELEGRAM_TOKEN', '12:abc', o => o.alerts.telegram?.token.reveal(), '12:abc'],
  ['ALERT_TELEGRAM_CHAT', '-100', o => o.alerts.telegram?.chatId, '-100'],
  ['SMTP_URL', 'smtps://u:p@h.org', o => o.alerts.email?.smtpUrl.reveal(), 'smtps://u:p@h.org'],
  ['ALERT_EMAIL_TO', 'me@h.org', o => o.alerts.email?.to, 'me@h.org'],
  ['ALERT_EMAIL_FROM', 'bot@h.org', o => o.alerts.email?.from, 'bot@h.org'],
  ['ALERT_ALLOW_LOCAL', '127.0.0.1:80, h:81', o => o.alerts.allowLocal, ['127.0.0.1:80', 'h:81']],
  ['ALERT_PER_HOUR_MAX', '7', o => o.alerts.perHourMax, 7],
  ['ALERT_DAILY_SUMMARY', 'True', o => o.alerts.dailySummary, true],
  ['ALERT_NAKED_S', '2.5', o => o.alerts.thresholds.nakedMs, 2_500],
  ['ALERT_STORE_LAG', '9', o => o.alerts.thresholds.storeLag, 9],
  ['ALERT_DATA_AGE_CANDLES', '4', o => o.alerts.thresholds.dataAgeCandles, 4],
  ['ALERT_DISK_FREE_MB', '1', o => o.alerts.thresholds.diskFreeBytes, 1_048_576],
  ['ALERT_MEMORY_MB', '2', o => o.alerts.thresholds.memoryBytes, 2_097_152],
  ['ALERT_LOOP_LAG_MS', 'off', o => o.alerts.thresholds.loopLagMs, null],
  ['ALERT_MODEL_FAILURES', '5', o => o.alerts.thresholds.modelFailures, 5],
]

/** What each of a pair is nothing without. */
const PAIRS: Record<string, Record<string, string>> = {
  ALERT_TELEGRAM_TOKEN: { ALERT_TELEGRAM_CHAT: '1' },
  ALERT_TELEGRAM_CHAT: { ALERT_TELEGRAM_TOKEN: '12:abc' },
  SMTP_URL: { ALERT_EMAIL_TO: 'a@h.org' },
  ALERT_EMAIL_TO: { SMTP_URL: 'smtps://u:p@h.org' },
  ALERT_EMAIL_FROM: { SMTP_URL: 'smtps://u:p@h.org', ALERT_EMAIL_TO: 'a@h.org' },
}

test.each(CASES)('%s=%s is read', (name, text, read, expected) => {
  expect(read(load({ env: { ...PAIRS[name], [name]: text } }).operations)).toEqual(expected)
})

test('every variable has a case', () => {
  expect(OPERATIONS_VARIABLES.map(each => each.name)).toEqual([...new Set(CASES.map(([name]) => name))])
})

test('no address of an alert is shown, only that there is one', () => {
  const secrets = {
    ALERT_WEBHOOK_URL: 'https://h.org/canary-one',
    ALERT_TELEGRAM_TOKEN: '12:canary-two',
    ALERT_TELEGRAM_CHAT: '5',
    SMTP_URL: 'smtps://u:canary-three@h.org',
    ALERT_EMAIL_TO: 'me@h.org',
  }
  const loaded = load({ env: secrets })
  const shown =
    showSettings(loaded) + JSON.stringify(showSettingsJson(loaded)) + JSON.stringify(loaded.operations)
  expect(shown).not.toContain('canary')
  expect(showSettings(loaded)).toContain('webhook_url: null # set, env ALERT_WEBHOOK_URL\n')
})

test.each([
  ['http://h.org/x', 'it is not https'],
  ['https://10.0.0.1/x', 'it is an address of this machine or network; ALERT_ALLOW_LOCAL can name it'],
  [
    'https://169.254.169.254/latest',
    'it is an address of this machine or network; ALERT_ALLOW_LOCAL can name it',
  ],
  ['https://u:p@h.org/x', 'it has a user or a password in it'],
  ['https://h.org:8443/x', 'its port is not 443'],
])('the webhook %s is refused', (url, message) => {
  expect(problemsOf({ env: { ALERT_WEBHOOK_URL: url } })[0]).toMatchObject({
    path: 'alerts.webhook_url',
    message,
  })
})

test('a webhook on this machine can be allowed in words', () => {
  const env = { ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/x', ALERT_ALLOW_LOCAL: '127.0.0.1:9' }
  expect(load({ env }).operations.alerts.webhookUrl?.reveal()).toBe('http://127.0.0.1:9/x')
})

test('half of a pair is told', () => {
  const [problem] = problemsOf({ env: { ALERT_EMAIL_TO: 'me@h.org' } })
  expect(problem).toMatchObject({ path: 'alerts.email_to', message: 'it is nothing without smtp_url' })
})

test('an account may keep its rows for another time than the engine (FR-122)', () => {
  const yaml =
    'retention: {llm_days: 100}\naccounts:\n' +
    '  - {id: a, retention: {orders_days: 30}}\n  - {id: b, retention: {llm_days: off}}\n  - {id: c}\n'
  const { settings } = load({ yaml, env: { RETENTION_ORDERS_DAYS: '365' } })
  expect(settings.accounts.map(each => each.retention)).toEqual([
    { llmDays: 100, ordersDays: 30 },
    { llmDays: null, ordersDays: 365 },
    { llmDays: 100, ordersDays: 365 },
  ])
  expect(() => load({ yaml: 'accounts: [{id: a, retention: {order_days: 3}}]\n' })).toThrow(/orders_days/)
})

test('RETENTION_MARKET_DAYS has nothing to hold for, and that is said', () => {
  expect(load({ env: { RETENTION_MARKET_DAYS: '365' } }).warnings).toContain(
    'RETENTION_MARKET_DAYS is set and changes nothing: this version keeps no market data in its database.',
  )
})
