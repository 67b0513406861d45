/** Alerts: what a person should be told of, when it begins, when it ends, and the port that tells it. */

export const ALERT_LEVELS = ['warning', 'critical'] as const
export type AlertLevel = (typeof ALERT_LEVELS)[number]

/** What is wrong. `key` is the same for the same trouble, so that it is raised once and cleared once. */
export type AlertSubject = {
  key: string
  /** Kind of trouble, e.g. `account_failed`. */
  code: string
  level: AlertLevel
  /** `null`: of the engine as a whole. */
  accountId: string | null
  /** Left out: of no single asset. */
  asset?: string
  /** One sentence with the value and the limit. It may hold text from outside: whoever shows it escapes it. */
  message: string
}

export type Alert = AlertSubject & {
  id: number
  /** Epoch ms. */
  raisedAt: number
  /** `null` while it lasts. */
  clearedAt: number | null
}

/**
 * What one fact or one look does to the alerts. `tell` is over as soon as it is told, such as a liquidation; `over` is said
 * of one that lasted, when it is cleared. `dismiss` ends all that lasts of an account that is no more.
 */
export type AlertChange =
  | { do: 'raise'; subject: AlertSubject; over: string }
  | { do: 'tell'; subject: AlertSubject }
  | { do: 'clear'; key: string }
  | { do: 'dismiss'; accountId: string }

export type Notice = {
  event: 'raised' | 'cleared' | 'told' | 'summary'
  level: AlertLevel | 'info'
  code: string
  accountId: string | null
  message: string
  /** Epoch ms. */
  at: number
  /** Notices the rate cap held back since the last one that was sent. */
  heldBack: number
}

/** One way to reach a person. */
export interface Notifier {
  /** `webhook`, `telegram`, ... */
  readonly name: string
  /** Rejects when it is not known to have arrived. */
  send(notice: Notice): Promise<void>
}

/** Lines that alerts are raised at; `null`: this alert is off. */
export type AlertThresholds = {
  /** Longest time a position may have stood without a confirmed stop. */
  nakedMs: number | null
  /** Facts that are not durable yet. */
  storeLag: number | null
  /** Age of the last candle, in candles of the feed. */
  dataAgeCandles: number | null
  /** Room left on the disk of the data folder, bytes. */
  diskFreeBytes: number | null
  /** Resident memory, bytes. */
  memoryBytes: number | null
  /** No turn of the event loop between two looks is later than this, ms. */
  loopLagMs: number | null
  /** Failures of a model in a row. */
  modelFailures: number | null
}

/** Every line off. */
export const NO_ALERTS: AlertThresholds = {
  nakedMs: null,
  storeLag: null,
  dataAgeCandles: null,
  diskFreeBytes: null,
  memoryBytes: null,
  loopLagMs: null,
  modelFailures: null,
}
