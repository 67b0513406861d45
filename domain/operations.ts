/** How the engine is watched: settings of logs, alerts and what is kept how long. */
import type { AlertThresholds } from './alert.ts'
import type { Secret } from './secret.ts'

export type LogSettings = {
  /** A file is closed before it would be longer. */
  bytesMax: number
  /** Files kept of each kind, the open one included. */
  filesKept: number
  /** Lines that are written to the standard error too: none, those that warn or worse, or all. */
  console: 'off' | 'problems' | 'all'
}

/** Days; `null`: kept for ever. */
export type RetentionSettings = {
  /** Questions to models and their answers. */
  llmDays: number | null
  /** Rows of orders, fills, decisions and the diary; the facts they are made of stay. */
  ordersDays: number | null
}

export type AlertSettings = {
  /** Addresses hold tokens, so all of them are secret. */
  webhookUrl: Secret | null
  slackUrl: Secret | null
  discordUrl: Secret | null
  telegram: { token: Secret; chatId: string } | null
  email: { smtpUrl: Secret; to: string; from: string } | null
  /** `host:port` on this machine or network that notices may be sent to. */
  allowLocal: string[]
  /** Most notices within an hour. */
  perHourMax: number
  /** A summary of every account at 00:00 UTC. */
  dailySummary: boolean
  thresholds: AlertThresholds
}

export type OperationsSettings = { logs: LogSettings; retention: RetentionSettings; alerts: AlertSettings }
