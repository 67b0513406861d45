/** How the engine is watched, in the words of the file: `logs`, `retention` and `alerts`, with their defaults. */
import { z } from 'zod'
import { choice, flag, hostPorts, number, numberOrOff, text, whole, wholeOrOff } from './fields.ts'

const secretUrl = (example: string) => {
  const error = `expected an address such as ${example}, best as \${NAME} of a variable`
  return z.string({ error }).regex(/^\S+$/, { error }).nullable()
}

export const logsSchema = z
  .strictObject({
    size_mb_max: number({ above: 0, to: 10_000 }).describe(
      'A file of the log is closed before it is larger.',
    ),
    files_kept: whole({ from: 1, to: 1_000 }).describe('Files of each log, the open one included.'),
    console: choice(['off', 'problems', 'all']).describe('Lines for the standard error, beside the files.'),
  })
  .partial()

const days = () => wholeOrOff({ from: 1, to: 36_500 })
export const retentionSchema = z
  .strictObject({
    llm_days: days().describe('Questions to models and their answers.'),
    orders_days: days().describe('Rows of orders, fills, decisions and the diary; facts are kept for ever.'),
  })
  .partial()

export const alertsSchema = z
  .strictObject({
    webhook_url: secretUrl('https://host/path').describe('JSON is posted here.'),
    slack_url: secretUrl('https://hooks.slack.com/services/…'),
    discord_url: secretUrl('https://discord.com/api/webhooks/…'),
    telegram_token: secretUrl('123456:ABC…').describe('Of the bot that writes.'),
    telegram_chat: text('the id of a chat').nullable(),
    smtp_url: secretUrl('smtps://user:password@host:465'),
    email_to: text('a mail address').nullable(),
    email_from: text('a mail address'),
    allow_local: hostPorts('127.0.0.1:8080').describe(
      'Places on this machine or network that notices may go to.',
    ),
    per_hour_max: whole({ from: 1, to: 10_000 }).describe('Notices within an hour.'),
    daily_summary: flag().describe('A summary of every account at 00:00 UTC.'),
    naked_s: numberOrOff({ above: 0 }).describe('Time a position may stand without a confirmed stop.'),
    store_lag: wholeOrOff({ from: 1 }).describe('Facts that are not durable yet.'),
    data_age_candles: numberOrOff({ above: 0 }).describe('Age of the last candle, in candles.'),
    disk_free_mb: numberOrOff({ above: 0 }).describe('Room on the disk of the data folder.'),
    memory_mb: numberOrOff({ above: 0 }),
    loop_lag_ms: numberOrOff({ above: 0 }).describe('Longest standstill of the event loop.'),
    model_failures: wholeOrOff({ from: 1 }).describe('Failures of a model in a row.'),
  })
  .partial()

export const OPERATIONS_DEFAULTS = {
  logs: { size_mb_max: 50, files_kept: 14, console: 'problems' },
  retention: { llm_days: 730, orders_days: 1_825 },
  alerts: {
    webhook_url: null,
    slack_url: null,
    discord_url: null,
    telegram_token: null,
    telegram_chat: null,
    smtp_url: null,
    email_to: null,
    email_from: 'latch@localhost',
    allow_local: [],
    per_hour_max: 30,
    daily_summary: false,
    naked_s: 5,
    store_lag: 5_000,
    data_age_candles: 5,
    disk_free_mb: 500,
    memory_mb: 'off',
    loop_lag_ms: 500,
    model_failures: 3,
  },
} as const
