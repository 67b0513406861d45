/** Variables of logs, retention and alerts, and the setting each one sets. */
import type { Variable } from './environment.ts'
import { splitList } from './fields.ts'

type Read = (text: string) => unknown

const NUMBER = /^[-+]?\d+(\.\d+)?$/
const number: Read = text => (NUMBER.test(text) ? Number(text) : text.toLowerCase())
const asIs: Read = text => text
const flag: Read = text => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text)

const variable = (name: string, path: string, read: Read, secret = false): Variable => ({
  name,
  scope: 'engine',
  secret,
  read: text => [{ path: path.split('.'), value: read(text.trim()) }],
})

export const OPERATIONS_VARIABLES: readonly Variable[] = [
  variable('LOG_MAX_MB', 'logs.size_mb_max', number),
  variable('LOG_KEEP', 'logs.files_kept', number),
  variable('LOG_CONSOLE', 'logs.console', text => text.toLowerCase()),
  variable('RETENTION_LLM_DAYS', 'retention.llm_days', number),
  variable('RETENTION_ORDERS_DAYS', 'retention.orders_days', number),
  variable('ALERT_WEBHOOK_URL', 'alerts.webhook_url', asIs, true),
  variable('ALERT_SLACK_URL', 'alerts.slack_url', asIs, true),
  variable('ALERT_DISCORD_URL', 'alerts.discord_url', asIs, true),
  variable('ALERT_TELEGRAM_TOKEN', 'alerts.telegram_token', asIs, true),
  variable('ALERT_TELEGRAM_CHAT', 'alerts.telegram_chat', asIs),
  variable('SMTP_URL', 'alerts.smtp_url', asIs, true),
  variable('ALERT_EMAIL_TO', 'alerts.email_to', asIs),
  variable('ALERT_EMAIL_FROM', 'alerts.email_from', asIs),
  variable('ALERT_ALLOW_LOCAL', 'alerts.allow_local', text => splitList(text)),
  variable('ALERT_PER_HOUR_MAX', 'alerts.per_hour_max', number),
  variable('ALERT_DAILY_SUMMARY', 'alerts.daily_summary', flag),
  variable('ALERT_NAKED_S', 'alerts.naked_s', number),
  variable('ALERT_STORE_LAG', 'alerts.store_lag', number),
  variable('ALERT_DATA_AGE_CANDLES', 'alerts.data_age_candles', number),
  variable('ALERT_DISK_FREE_MB', 'alerts.disk_free_mb', number),
  variable('ALERT_MEMORY_MB', 'alerts.memory_mb', number),
  variable('ALERT_LOOP_LAG_MS', 'alerts.loop_lag_ms', number),
  variable('ALERT_MODEL_FAILURES', 'alerts.model_failures', number),
]
