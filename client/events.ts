/** What the streams of an engine tell: one envelope, and the data of each type. docs/websocket.md explains them. */

/** Decimal text: never a float. */
export type Decimal = string
/** UTC, ISO-8601. */
export type Time = string

export type Side = 'buy' | 'sell'
export type Action = Side | 'close' | 'hold'
export type Direction = 'long' | 'short'
export type Temperature = 'FROZEN' | 'COOL' | 'WARM' | 'HOT'

export type Decision = {
  decision_id: string
  asset: string
  action: Action
  allocation_usd: Decimal | null
  rationale: string
  tp_price: Decimal | null
  sl_price: Decimal | null
  exit_plan: string
  confidence: number | null
  strategy: string
  price: Decimal | null
  outcome: 'held' | 'confirming' | 'approved' | 'refused' | 'closing' | 'ignored'
  code: string | null
}

export type Order = {
  order_id: string | null
  client_order_id: string
  asset: string
  side: Side | null
  status:
    | 'submitted'
    | 'unknown'
    | 'working'
    | 'partially_filled'
    | 'filled'
    | 'cancelled'
    | 'rejected'
    | 'expired'
  fill_price: Decimal | null
  quantity: Decimal | null
  filled_quantity: Decimal
  type: string | null
  trigger_price: Decimal | null
  leg: string | null
  reason: string | null
  position_id: string | null
  decision_id: string | null
  timestamp: Time
}

type PositionIdentity = {
  position_id: string
  asset: string
  side: Direction
  status: 'open' | 'closed'
  entry_price: Decimal
  exit_plan: string | null
  decision_id: string | null
  exit_reason: string | null
}
export type TradingPosition = PositionIdentity & { pnl: Decimal }
export type Position = PositionIdentity & {
  quantity: Decimal
  mark_price: Decimal
  unrealized_pnl: Decimal
  tp: Decimal | null
  sl: Decimal | null
}

export type Balance = { balance: Decimal; equity: Decimal; margin_used: Decimal; margin_free: Decimal }
export type AccountState = { account_id: string; status: string; state: string; equity: Decimal }

export type Risk = {
  event: 'tripped' | 'rearmed' | 'refused'
  limit: string
  asset: string | null
  line: string | null
  actual: string | null
}
export type State = {
  asset: string | null
  from: string
  to: string
  until: Time | null
  reason: string | null
}
export type EmergencyStop = {
  command: 'halt' | 'panic' | 'rearm'
  by: string | null
  reason: string | null
  acknowledged: boolean | null
  remaining: string[]
}
export type Alert = {
  event: 'raised' | 'cleared' | 'noted'
  level: 'warning' | 'critical'
  code: string
  asset: string | null
  message: string
  alert_id: number | null
}
export type Reconcile = { asset: string | null; what: string; ours: string; theirs: string; action: string }

export type Fill = {
  trade_id: string
  client_order_id: string | null
  venue_order_id: string
  asset: string
  side: Side
  quantity: Decimal
  price: Decimal
  fee: Decimal
  liquidity: 'maker' | 'taker'
  reason: 'order' | 'liquidation' | 'external'
  at: Time
  leg: string | null
  position_id: string
  realized_pnl: Decimal
}

/** Oldest first; `null` while warming up. */
type Series = (number | null)[]

export type Market = {
  asset: string
  interval: string
  price: number | null
  price_change_3m_pct: number | null
  indicators: {
    ema20: number | null
    macd: { macd: number | null; signal: number | null; histogram: number | null }
    rsi14: number | null
  }
  funding_rate: number | null
  open_interest: number | null
  intraday: {
    timeframe: string
    mid_prices: Series
    ema20: Series
    macd: Series
    rsi7: Series
    rsi14: Series
  }
  long_term: {
    timeframe: string
    ema20: number | null
    ema50: number | null
    atr3: number | null
    atr14: number | null
    volume_current: number | null
    volume_average: number | null
    macd: Series
    rsi14: Series
  } | null
  timestamp: Time | null
}

export type Signal = {
  asset: string
  strategy: string
  action: Action
  score: number
  confidence: number | null
}
export type TemperatureChange = {
  asset: string
  score: number
  temperature: Temperature
  previous: Temperature | null
}

export type Step = { from: string; to: string; event: string; at: Time }
export type ActorStep = Step & { actor: string }
export type Actor = {
  id: string
  type: 'account' | 'position' | 'order'
  parent: string | null
  state: string
  until: Time | null
  next_events: string[]
  last_transition: Step | null
  at: Time
}

/** Data by stream and type. */
export type Streams = {
  'trading-events': {
    snapshot: {
      stream: 'trading-events'
      accounts: AccountState[]
      positions: (TradingPosition & Owned)[]
      orders: (Order & Owned)[]
      /** Those that last. */
      alerts: (Alert & { account_id: string | null })[]
    }
    decision: Decision
    order: Order
    position: TradingPosition
    risk: Risk
    state: State
    emergency_stop: EmergencyStop
    alert: Alert
    reconcile: Reconcile
  }
  'market-data': {
    snapshot: {
      stream: 'market-data'
      markets: Market[]
      signals: (Signal & Owned)[]
      temperatures: (TemperatureChange & Owned)[]
    }
    market: Market
    signal: Signal
    temperature: TemperatureChange
  }
  positions: {
    snapshot: {
      stream: 'positions'
      balances: (Balance & Owned)[]
      positions: (Position & Owned)[]
      orders: (Order & Owned)[]
    }
    position: Position
    order_status: Order
    fill: Fill
    balance: Balance
  }
  actors: { snapshot: { stream: 'actors'; actors: Actor[] }; transition: ActorStep }
}
type Owned = { account_id: string }

export type StreamName = keyof Streams

/** A numbered message: a snapshot, or an event that follows the one before without a gap. */
export type StreamEvent<Name extends StreamName = StreamName> = {
  [Type in keyof Streams[Name]]: {
    type: Type
    seq: number
    ts: Time
    account_id: string | null
    data: Streams[Name][Type]
  }
}[keyof Streams[Name]]
