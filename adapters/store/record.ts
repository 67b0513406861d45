/**
 * Rows of the tables, one type per table, as projectors make them and entities store them.
 *
 * Every record of an account has `accountId`, the time `at` its lists are filtered and ordered by, and the sequence `seq`
 * of the fact that made it, which breaks ties between rows of one account and one time.
 */
import type { ClosedTrade, TradePartial } from '../../domain/fact.ts'
import type { ModelCall } from '../../domain/model/call.ts'
import type { Direction, Leg, OrderRequest } from '../../domain/order.ts'
import type { DecisionRow, EquityRow, FillRow, OrderRow } from '../../domain/ports.ts'
import type { PositionBook } from '../../domain/position.ts'
import { isZero, type Money, type Price, type Quantity } from '../../domain/units.ts'

export type Stamp = { accountId: string; seq: number; at: number }

export type AccountRecord = Stamp & {
  deposit: Money
  strategy: string
  assets: string[]
  interval: string
  mode: string
  /** State of the account's machine; `null` before its first move. */
  state: string | null
  until: number | null
  reason: string | null
}

export type IntentRecord = Stamp & {
  clientOrderId: string
  symbol: string
  leg: Leg
  positionId: string
  decisionId: string | null
  request: OrderRequest
}

/** `at` is the time of the intent, or of the first news of an order that is not ours. */
export type OrderRecord = OrderRow & Stamp
export type FillRecord = FillRow & Stamp

/** Open: the sum of its fills so far. Closed: the trade. `at` is the time of its first fill. */
export type PositionRecord = Stamp &
  Omit<ClosedTrade, 'side' | 'quantity' | 'exitPrice' | 'exitAt' | 'exitReason' | 'pnl' | 'entryPrice'> & {
    status: 'open' | 'closed'
    side: Direction
    /** Held now while open; the size of the trade when closed. */
    quantity: Quantity
    entryPrice: Price | null
    stopOrderId: string | null
    targetOrderId: string | null
    exitPrice: Price | null
    exitAt: number | null
    exitReason: ClosedTrade['exitReason'] | null
    pnl: Money | null
    partials: TradePartial[]
    /** Sequence of the fact that closed it: tie-breaker of the trades list. */
    closedSeq: number | null
  }

/** `action` repeats the proposal's, so that it can be filtered by. */
export type DecisionRecord = DecisionRow & Stamp & { action: string }
export type EquityRecord = EquityRow & Stamp

/** `entryId` names what the entry is about: `decision:<id>`, `trade:<position id>` or `fact:<seq>`. */
export type DiaryRecord = Stamp & {
  entryId: string
  asset: string
  action: string
  allocationUsd: Money | null
  amount: Quantity | null
  entryPrice: Price | null
  tpPrice: Price | null
  tpOid: string | null
  slPrice: Price | null
  slOid: string | null
  exitPlan: string
  rationale: string
  orderResult: string | null
  openedAt: number | null
  filled: boolean
}

/**
 * A question to a model. `call` is all of it; the rest repeats what the log is searched by and added up from. Several
 * rows may have one call id, when a cycle was begun again after a restart, so the fact's sequence is the key.
 */
export type InteractionRecord = Stamp & {
  callId: string
  cycleId: string
  candleAt: number
  /** Names between spaces. */
  symbols: string
  actions: string
  purpose: string
  /** The model that was asked. */
  model: string
  answeredBy: string
  provider: string | null
  outcome: string
  failure: string | null
  problem: string | null
  promptTokens: number | null
  completionTokens: number | null
  reasoningTokens: number | null
  cachedTokens: number | null
  costUsd: Money | null
  latencyMs: number
  requestHash: string
  promptVersion: string
  replyText: string
  call: ModelCall
}

/** `body` is the fact without what has a column of its own; `symbol` is repeated from inside it, where it has one. */
export type FactRecord = Stamp & { type: string; symbol: string | null; body: Record<string, unknown> }

export type Tables = {
  facts: FactRecord
  accounts: AccountRecord
  intents: IntentRecord
  orders: OrderRecord
  fills: FillRecord
  positions: PositionRecord
  decisions: DecisionRecord
  diary: DiaryRecord
  equity: EquityRecord
  interactions: InteractionRecord
}
export type TableName = keyof Tables

/** The new content of one row. */
export type Change = { [Name in TableName]: { table: Name; row: Tables[Name] } }[TableName]

/** Rows as they stand before the fact at hand. */
export interface RowLookup {
  find<Name extends TableName>(table: Name, accountId: string, id: string): Tables[Name] | null
}

/** The part of a row's key beside its account. */
export const rowId = (change: Change): string => {
  switch (change.table) {
    case 'accounts':
      return ''
    case 'intents':
    case 'orders':
      return change.row.clientOrderId
    case 'fills':
      return change.row.tradeId
    case 'positions':
      return change.row.positionId
    case 'decisions':
      return change.row.decisionId
    case 'diary':
      return change.row.entryId
    case 'facts':
    case 'equity':
    case 'interactions':
      return String(change.row.seq)
  }
}

export const bookOf = (row: PositionRecord): PositionBook => ({
  direction: isZero(row.quantity) ? null : row.side,
  quantity: row.quantity,
  entryPrice: row.entryPrice,
  realised: row.realised,
  fees: row.fees,
  funding: row.funding,
})
