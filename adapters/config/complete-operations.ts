/**
 * Logs, retention and alerts as the engine uses them. Addresses of alerts hold tokens, so they leave the settings here:
 * nothing that shows settings can show one.
 */
import type { AlertSettings, OperationsSettings, RetentionSettings } from '../../domain/operations.ts'
import { watchSecret } from '../../domain/scrub.ts'
import { Secret } from '../../domain/secret.ts'
import { checkedUrl, EgressRefused } from '../egress/address.ts'
import { DEFAULT_ORIGIN } from './accounts.ts'
import type { Report } from './report.ts'
import { originAt, put, type SettingTree, valueAt } from './tree.ts'
import type { OperationsValues, OrOff, RetentionValues } from './values.ts'

const MEGABYTE = 1_048_576

const SECRETS = ['webhook_url', 'slack_url', 'discord_url', 'telegram_token', 'smtp_url'] as const
type SecretName = (typeof SECRETS)[number]
export type AlertSecrets = Record<SecretName, Secret | null>

/** Takes an address out of the tree, leaving word of whether there is one. */
const taken = (tree: SettingTree, name: SecretName): Secret | null => {
  const at = ['alerts', name]
  const value = valueAt(tree.root, at)
  const text = typeof value === 'string' && value !== '' ? value : null
  put(tree, at, null, { ...(originAt(tree, at) ?? DEFAULT_ORIGIN), isSet: text !== null })
  if (text === null) return null
  for (const each of secretPartsOf(text)) watchSecret(each)
  return new Secret(text)
}

/** Of an address also its password, its path and the long parts of that: a token stands there, and is told without its host. */
const secretPartsOf = (text: string): string[] => {
  if (!URL.canParse(text)) return [text]
  const { password, pathname, search } = new URL(text)
  const path = `${pathname}${search}`
  const parts = path.split(/[/?&=]/).filter(each => each.length >= TOKEN_LENGTH_MIN)
  return [text, password, decoded(password), path.slice(1), ...parts]
}
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
/** Shorter parts are words such as `webhooks`. */
const TOKEN_LENGTH_MIN = 16

const faultOf = (address: Secret, allowLocal: readonly string[]): string | null => {
  try {
    checkedUrl(address.reveal(), allowLocal)
    return null
  } catch (error) {
    if (error instanceof EgressRefused) return error.message
    throw error
  }
}

/** What only makes sense together. */
const checkPairs = (tree: SettingTree, secrets: AlertSecrets, report: Report): void => {
  const isSet = (name: string): boolean => valueAt(tree.root, ['alerts', name]) !== null
  const needs = (name: SecretName, other: string, variable: string): void => {
    const isGiven = secrets[name] !== null
    if (isGiven === isSet(other)) return
    const at = ['alerts', isGiven ? name : other]
    const missing = isGiven ? other : name
    report.problem(at, originAt(tree, at), undefined, `it is nothing without ${missing}`, `Set ${variable}.`)
  }
  needs('telegram_token', 'telegram_chat', 'ALERT_TELEGRAM_TOKEN and ALERT_TELEGRAM_CHAT')
  needs('smtp_url', 'email_to', 'SMTP_URL and ALERT_EMAIL_TO')
}

/** Takes the secrets out of the completed tree and checks where they lead. Tolerates values of the wrong type. */
export const completeOperations = (tree: SettingTree, report: Report): AlertSecrets => {
  const secrets = Object.fromEntries(SECRETS.map(name => [name, taken(tree, name)])) as AlertSecrets
  const allowed = valueAt(tree.root, ['alerts', 'allow_local'])
  const allowLocal = Array.isArray(allowed) ? allowed.map(String) : []
  for (const name of ['webhook_url', 'slack_url', 'discord_url'] as const) {
    const address = secrets[name]
    const fault = address === null ? null : faultOf(address, allowLocal)
    if (fault === null) continue
    const at = ['alerts', name]
    const remedy = 'Give an https address of the outside, or name its host:port in ALERT_ALLOW_LOCAL.'
    report.problem(at, originAt(tree, at), undefined, fault, remedy)
  }
  checkPairs(tree, secrets, report)
  return secrets
}

const orNull = <Value>(value: OrOff<Value>): Value | null => (value === 'off' ? null : value)
const scaled = (value: OrOff<number>, factor: number): number | null =>
  value === 'off' ? null : Math.round(value * factor)

export const retentionSettings = (values: RetentionValues): RetentionSettings => ({
  llmDays: orNull(values.llm_days),
  ordersDays: orNull(values.orders_days),
})

const alertSettings = (values: OperationsValues['alerts'], secrets: AlertSecrets): AlertSettings => ({
  webhookUrl: secrets.webhook_url,
  slackUrl: secrets.slack_url,
  discordUrl: secrets.discord_url,
  telegram:
    secrets.telegram_token === null || values.telegram_chat === null
      ? null
      : { token: secrets.telegram_token, chatId: values.telegram_chat },
  email:
    secrets.smtp_url === null || values.email_to === null
      ? null
      : { smtpUrl: secrets.smtp_url, to: values.email_to, from: values.email_from },
  allowLocal: [...values.allow_local],
  perHourMax: values.per_hour_max,
  dailySummary: values.daily_summary,
  thresholds: {
    nakedMs: scaled(values.naked_s, 1000),
    storeLag: orNull(values.store_lag),
    dataAgeCandles: orNull(values.data_age_candles),
    diskFreeBytes: scaled(values.disk_free_mb, MEGABYTE),
    memoryBytes: scaled(values.memory_mb, MEGABYTE),
    loopLagMs: orNull(values.loop_lag_ms),
    modelFailures: orNull(values.model_failures),
  },
})

export const operationsSettings = (values: OperationsValues, secrets: AlertSecrets): OperationsSettings => ({
  logs: {
    bytesMax: Math.round(values.logs.size_mb_max * MEGABYTE),
    filesKept: values.logs.files_kept,
    console: values.logs.console,
  },
  retention: retentionSettings(values.retention),
  alerts: alertSettings(values.alerts, secrets),
})
