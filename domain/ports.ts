/**
 * The ports: what the engine asks of the world. Adapters implement them and import nothing of the engine but `domain/`.
 *
 * A method may answer at once or later (`Answer`): simulated services settle synchronously, live ones do not, and the
 * code that asks is the same. Failures are thrown and are of three kinds only; a value an adapter does not have is `null`.
 */
import type { ClosedTrade, DecisionRecord, Fact, FactType } from './fact.ts'
import type { Interaction } from './model/interaction.ts'
import type { Instrument } from './instrument.ts'
import type { Proposal } from './strategy.ts'
import type { Direction, Fill, OrderRequest, OrderStatus, VenueOrder } from './order.ts'
import type { Money, Price, Quantity } from './units.ts'

export type Answer<Value> = Value | Promise<Value>

/** They understood and said no. Nothing happened; asking again with the same request gets the same answer. */
export class VenueRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'VenueRefused'
    this.code = code
  }
}

/** The request did not reach them. Nothing happened; it may be asked again. */
export class VenueUnreachable extends Error {
  override readonly name = 'VenueUnreachable'
}

/** Sent, and no readable answer: it may have happened. Look it up, never send it again blind. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}

export type VenueAccount = {
  /** deposits + realised − fees − funding. */
  balance: Money
  /** balance + unrealised at mark. */
  equity: Money
  marginUsed: Money
  marginFree: Money
  at: number
}

export type VenuePosition = {
  symbol: string
  direction: Direction
  quantity: Quantity
  entryPrice: Price
  markPrice: Price
  leverage: number
  margin: Money
  liquidationPrice: Price | null
  unrealised: Money
}

export type VenueEvent =
  | { type: 'order.updated'; order: VenueOrder; at: number }
  | { type: 'order.filled'; fill: Fill; order: VenueOrder | null; at: number }
  | { type: 'funding.paid'; symbol: string; rate: number; paid: Money; at: number }

/** How it goes with asking a port: while the circuit is open nothing is asked, and every question fails at once. */
export type PortHealth = {
  /** `half_open`: the next question is a trial, and its answer closes or opens the circuit. */
  circuit: 'closed' | 'open' | 'half_open'
  /** Epoch ms of the last change. */
  since: number
  /** Attempts that got no answer, since the last one that did. */
  failures: number
  /** What the last attempt without an answer died of; `null`: there was none. */
  lastError: string | null
}

/** One account at one venue; credentials are bound when it is made. */
export interface Exchange {
  readonly venue: string
  instruments(): Answer<Instrument[]>
  account(): Answer<VenueAccount>
  positions(): Answer<VenuePosition[]>
  openOrders(): Answer<VenueOrder[]>
  /** Returns the order as the venue took it (it may already be filled). Refusals throw `VenueRefused`. */
  submit(request: OrderRequest): Answer<VenueOrder>
  /** Returns the order after the cancel; an order already final is returned as it is. */
  cancel(symbol: string, clientOrderId: string): Answer<VenueOrder>
  /** The order with this client order id, open or final; `null` when the venue never saw it. */
  lookup(symbol: string, clientOrderId: string): Answer<VenueOrder | null>
  /** Returns the leverage the venue has afterwards. */
  setLeverage(symbol: string, leverage: number): Answer<number>
  /** Fills at or after `at`, oldest first. */
  fillsSince(at: number): Answer<Fill[]>
  /** Order, fill and funding events of this account, in order. Returns the function that ends it. */
  subscribe(listener: (event: VenueEvent) => void): () => void
  /** Only of ports that may fail to answer. */
  health?(): PortHealth
}

export interface Clock {
  /** Epoch ms. */
  now(): number
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
}

/** What one turn of the journal writer makes durable, all of it or nothing. */
export type Batch = {
  facts: Fact[]
  /** Latest state of an account's actor tree. */
  snapshots: { accountId: string; version: number; at: number; body: unknown }[]
  /** Named engine documents: paper venue books, generator state, virtual time. */
  documents: { key: string; body: unknown }[]
}

export type StoredSnapshot = { accountId: string; version: number; at: number; body: unknown }

/** A page of rows, newest first. `next` is the cursor of the following page, `null` on the last. */
export type Page<Row> = { items: Row[]; total: number; next: string | null }

/** A value, or any of several. */
export type OneOrMore = string | readonly string[]

export type RowQuery = {
  accountId?: string[]
  symbol?: OneOrMore
  /** Order status or decision outcome, by table. */
  status?: OneOrMore
  action?: OneOrMore
  /** One row by what it goes by: the client order id of an order, the id of a decision. */
  id?: string
  /** Of decisions: the label of the strategy that proposed, and the code they ended with. */
  source?: OneOrMore
  code?: string
  /** Of the interaction log: the model that was asked, one call, the calls of one cycle, words of an answer. */
  model?: string
  callId?: string
  cycleId?: string
  text?: string
  /** Epoch ms, inclusive. */
  from?: number
  /** Epoch ms, exclusive. */
  to?: number
  limit: number
  /** `next` of the page before; only with the same filters and direction. */
  cursor?: string
  /** Rows to pass over first; not with a cursor, which knows its place. */
  offset?: number
  /** Oldest first instead of newest first. */
  oldestFirst?: boolean
}

export type FactCountQuery = Pick<RowQuery, 'accountId' | 'symbol' | 'action' | 'from' | 'to'>

/** The asker's fault: a cursor that is not ours, a limit below one, a filter the list does not have. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused'
}

export type OrderRow = Omit<VenueOrder, 'status' | 'venueOrderId'> & {
  /** `intent` before the first news from the venue, `unknown` while it may or may not have happened. */
  status: OrderStatus | 'intent' | 'unknown'
  /** `null` until the venue gave one. */
  venueOrderId: string | null
  accountId: string
  leg: string | null
  positionId: string | null
  decisionId: string | null
  /** Every status with its time, oldest first; starts with `intent`. */
  history: { status: string; at: number }[]
}
export type FillRow = Fill & { accountId: string; leg: string | null; positionId: string; realised: Money }
export type TradeRow = ClosedTrade & { accountId: string }
export type DecisionRow = DecisionRecord & { accountId: string; at: number }
/** What a decision wanted, without its texts and verdicts: light, for those who read many. */
export type SignalRow = Pick<
  DecisionRow,
  'accountId' | 'at' | 'decisionId' | 'symbol' | 'strategy' | 'candleAt' | 'price' | 'outcome'
> & { action: Proposal['action'] }
/** How a question to a model went, without its texts: light, for those who read many. */
export type CallRow = {
  accountId: string
  at: number
  callId: string
  /** The model that was asked. */
  model: string
  outcome: Interaction['outcome']
  problem: Interaction['problem']
  latencyMs: number
}
/** How often something happened to an account, and when last. */
export type FactCount = { accountId: string; type: FactType; count: number; lastAt: number }
export type EquityRow = {
  accountId: string
  at: number
  equity: Money
  balance: Money
  unrealised: Money
  drawdown: string
  heat: string
  positions: number
}
/** The diary entry of requirements B-41, snake case because its readers know it so. */
export type DiaryRow = {
  account_id: string
  timestamp: string
  asset: string
  action: string
  allocation_usd: string | null
  amount: string | null
  entry_price: string | null
  tp_price: string | null
  tp_oid: string | null
  sl_price: string | null
  sl_oid: string | null
  exit_plan: string
  rationale: string
  order_result: string | null
  opened_at: string | null
  filled: boolean
}

/** Reads of what is durable. Every list is filtered by account here, not by its callers. */
export interface StoreReader {
  orders(query: RowQuery): Promise<Page<OrderRow>>
  fills(query: RowQuery): Promise<Page<FillRow>>
  trades(query: RowQuery): Promise<Page<TradeRow>>
  decisions(query: RowQuery): Promise<Page<DecisionRow>>
  /** As `decisions`, with the same filters. */
  signals(query: RowQuery): Promise<Page<SignalRow>>
  diary(query: RowQuery): Promise<Page<DiaryRow>>
  equity(query: RowQuery): Promise<Page<EquityRow>>
  /** A `model.called` is short here: `interactions` has its texts. */
  facts(query: RowQuery): Promise<Page<Fact>>
  /** By account and type, of all that match; what never happened is not there. */
  factCounts(query: FactCountQuery): Promise<FactCount[]>
  interactions(query: RowQuery): Promise<Page<Interaction>>
  /** As `interactions`, with the same filters. */
  calls(query: RowQuery): Promise<Page<CallRow>>
}

export interface Store extends StoreReader {
  /** Makes the batch durable in one transaction; returns when it is. Facts already stored (account, seq) are skipped. */
  write(batch: Batch): Promise<void>
  snapshots(): Promise<StoredSnapshot[]>
  document(key: string): Promise<unknown>
  /** Highest fact sequence per account. */
  lastSeq(): Promise<Record<string, number>>
  close(): Promise<void>
}
