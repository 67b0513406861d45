/** Settings as the engine uses them: parsed, defaults filled in. `null` on a limit means switched off in words. */
import type { TrailingDistance } from './exit-plan/condition.ts'
import type { Interval } from './interval.ts'
import type { ModelSecrets, ModelSettings } from './model/settings.ts'
import type { RetentionSettings } from './operations.ts'
import type { OutlierLimits } from './price-gate.ts'
import type { Money, Price, Quantity } from './units.ts'

export type TradingMode = 'paper' | 'backtest'

export type RiskLimits = {
  /** What happens to an entry without a stop: set one from ATR, refuse it, or let it pass. */
  stop: 'derive' | 'reject' | 'off'
  /** Distance of a derived stop in ATR14 of the decision interval. */
  stopAtrMultiple: number
  leverageMin: number
  leverageDefault: number
  leverageMax: number
  /** Largest position as a share of equity, measured on `positionBasis`. */
  positionRatioMax: number | null
  positionBasis: 'notional' | 'margin'
  /** Loss from entry to stop as a share of equity. */
  riskPerTradeRatioMax: number | null
  /** Sum of the losses at every stop as a share of equity. */
  heatRatioMax: number | null
  positionsMax: number | null
  tradesPerDayMax: number | null
  /** Loss since 00:00 UTC as a share of that moment's equity; blocks entries until the next UTC day. */
  dailyLossRatioMax: number | null
  drawdownWarnRatio: number | null
  /** Drawdown from peak equity that trips the account. */
  drawdownTripRatio: number | null
  /** Drawdown must be back below this before the account re-arms: hysteresis, always below the trip line. */
  drawdownRearmRatio: number
  emergencyAction: 'flatten' | 'halt'
  /** Funding against the side, as a rate per 8 hours. */
  fundingRateMax: number | null
  /** Oldest mark price an entry may be sized with. */
  priceAgeMsMax: number
  /** An entry order expires rather than fill this far beyond the price it was sized with. */
  slippageRatioMax: number
}

export type SignalSettings = {
  rsi: { enabled: boolean; weight: number; length: number; buyBelow: number; sellAbove: number }
  movingAverage: { enabled: boolean; weight: number; fast: number; slow: number }
  macd: { enabled: boolean; weight: number; fast: number; slow: number; signal: number }
  /** Further signals by registered name, with their own parameters. */
  [name: string]: { enabled: boolean; weight: number; [parameter: string]: number | boolean }
}

export type StrategySettings = {
  /** `signals`, `analysts`, `llm`, `hybrid`, `replay`, or the path of a strategy file. */
  name: string
  signals: SignalSettings
  /** |score| from which a signal asks for an entry. */
  entryScore: number
  /** Confidence in percent from which an entry may pass. */
  confidenceMin: number
  /** A signal must stay the same for this long before it is believed. */
  confirmationMs: number
  /** A reversal needs the entry threshold plus this much... */
  reversalMargin: number
  /** ...on this many decisions in a row. */
  reversalCount: number
  /** Closes a position at once when the score stands this far against it: a long at −0.3 by 0.3. `null`: off. */
  closeScore: number | null
  /** Target distance in multiples of the stop distance; `null`: no target. */
  targetRewardRatio: number | null
  /** For entries whose plan does not trail; `null`: off. */
  trailing: { distance: TrailingDistance; activateAfterR: number } | null
  /** For entries whose plan has no break-even; `null`: off. */
  breakEven: { afterR: number; offsetR: number } | null
  temperature: {
    cool: number
    warm: number
    hot: number
    coolSize: number
    warmSize: number
    hotSize: number
  }
}

export type AccountSettings = {
  id: string
  label: string
  exchange: 'paper'
  deposit: Money
  /** Tradable assets, canonical names. */
  assets: string[]
  interval: Interval
  strategy: StrategySettings
  /** For the strategies that ask one: `llm`, `hybrid`, `replay`. */
  model: ModelSettings | null
  /** It sees and fills as this account does, and never trades for real; `null`: it is no shadow. */
  shadowOf: string | null
  risk: RiskLimits
  /** No entry for this many decision intervals after an entry or exit... */
  cooldownIntervals: number
  /** ...and at least this long. */
  cooldownMsMin: number
  /** Longest time a filled position may be without a confirmed stop. */
  nakedMsMax: number
  /** Time between two comparisons with the venue while at rest; `null`: only at start and after interruptions. */
  reconcileMs: number | null
  /** Orders at the venue that nobody here placed: left alone and recorded, or cancelled. */
  unknownOrders: UnknownOrders
  /** Positions at the venue that no plan of ours explains. */
  unknownPositions: UnknownPositions
  /** How long its rows are kept. */
  retention: RetentionSettings
}

export type UnknownOrders = 'leave' | 'cancel'
/** Closed at market; kept behind a stop derived from ATR; or recorded, with no entry on that asset meanwhile. */
export type UnknownPositions = 'close' | 'adopt' | 'report'

export type PaperSettings = {
  makerFeeRatio: number
  takerFeeRatio: number
  /** Half spread plus impact, as a share of price, always against us. */
  slippageRatio: number
  /** Time an order or its answer is under way, one way. */
  latencyMs: number
  /** Largest share of a candle's volume one order may take; the rest fills later. `null`: no limit. */
  volumeShareMax: number | null
  fundingIntervalMs: number
  /** Funding rate per interval when the feed has none. */
  fundingRate: number
}

export type FeedSettings =
  | { kind: 'generated'; seed: number; interval: Interval; symbols: string[]; startAt: number }
  | {
      kind: 'candles'
      directory: string
      interval: Interval
      symbols: string[]
      from: number | null
      to: number | null
    }

/** Replaces what is known of an instrument; what is left out stays. */
export type InstrumentSettings = {
  tickSize?: Price
  stepSize?: Quantity
  minNotional?: Money
  /** Largest market order. */
  marketQuantityMax?: Quantity
  /** Caps the leverage of every margin tier. */
  leverageMax?: number
}

export type PerformanceSettings = {
  riskFreeRatio: number
  sortinoTargetRatio: number
  annualisationDays: number
  sortinoDenominator: 'all' | 'downside'
}

/** Where the interface listens, and whom it lets in. */
export type ApiSettings = {
  enabled: boolean
  host: string
  port: number
  /** `none`: whoever reaches it may do everything; only on a loopback address. */
  auth: 'token' | 'none'
  /** Paths of PEM files; both or neither. */
  tlsCert: string | null
  tlsKey: string | null
  /** Proxies whose X-Forwarded-* headers are believed: addresses or nets. */
  trustedProxies: string[]
  /** Further names it goes by. */
  hosts: string[]
  /** Origins whose pages may call. */
  corsOrigins: string[]
  /** Requests per minute of one token, and as many commands; `null`: no limit. */
  ratePerMinute: number | null
  /** Anybody may read how accounts and markets stand, without a token; nobody does anything without one. */
  publicRead: boolean
  streams: StreamLimits
}

/** How much those who listen may take. */
export type StreamLimits = {
  /** WebSocket clients at once, and clients of the event stream (SSE). */
  clientsMax: number
  sseClientsMax: number
  /** Messages a WebSocket client may send in a second. */
  messagesPerSecond: number
  /** Bytes that may wait in the socket of one WebSocket client. */
  bufferedBytesMax: number
  /** Time between two signs of life, of both kinds. */
  heartbeatMs: number
}

export type EngineSettings = {
  mode: TradingMode
  dataDir: string
  /** Empty: embedded PGlite in the data folder. */
  databaseUrl: string | null
  api: ApiSettings
  feed: FeedSettings
  /** Prices that are not believed until they are seen twice; `null`: all are. */
  outliers: OutlierLimits | null
  /** Simulated seconds per real second. */
  speed: number | 'max'
  paper: PaperSettings
  /** For every symbol, and by canonical symbol, which wins. */
  instruments: { all: InstrumentSettings; symbols: Record<string, InstrumentSettings> }
  performance: PerformanceSettings
  accounts: AccountSettings[]
  /** By account id, of those whose model is asked over the network. */
  modelSecrets: Record<string, ModelSecrets>
  /** /inspect/ws is served, to this machine only. */
  inspector: boolean
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
}
