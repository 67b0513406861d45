/** The lists of the reader: where their rows come from, what they can be filtered by, and what they show. */
import type { Fact } from '../../domain/fact.ts'
import type { Interaction } from '../../domain/model/interaction.ts'
import {
  type CallRow,
  type DecisionRow,
  type DiaryRow,
  type EquityRow,
  type FillRow,
  type OrderRow,
  QueryRefused,
  type RowQuery,
  type SignalRow,
  type TradeRow,
} from '../../domain/ports.ts'
import type { Place } from './cursor.ts'
import { factOf } from './project/fact.ts'
import { listed } from './project/interaction.ts'
import type { DiaryRecord, PositionRecord, TableName, Tables } from './record.ts'

const FILTERS = ['id', 'symbol', 'status', 'action', 'source', 'code', 'model', 'callId', 'cycleId'] as const
export type Filter = (typeof FILTERS)[number]

export type List<Name extends TableName, Row> = {
  table: Name
  /** Fields its rows are ordered by, between them the account. */
  at: keyof Tables[Name] & string
  seq: keyof Tables[Name] & string
  filters: Partial<Record<Filter, keyof Tables[Name] & string>>
  /** Filters whose field holds several names between spaces, of which one is asked for. */
  within?: readonly Filter[]
  /** Field that `text` is looked for in. */
  text?: keyof Tables[Name] & string
  /** Fields that are read; left out: all of them. */
  fields?: readonly (keyof Tables[Name] & string)[]
  /** Only rows with these values belong to the list. */
  only: Partial<Tables[Name]>
  row(record: Tables[Name]): Row
}

const isoTime = (at: number): string => new Date(at).toISOString()

const diaryRow = (record: DiaryRecord): DiaryRow => ({
  account_id: record.accountId,
  timestamp: isoTime(record.at),
  asset: record.asset,
  action: record.action,
  allocation_usd: record.allocationUsd,
  amount: record.amount,
  entry_price: record.entryPrice,
  tp_price: record.tpPrice,
  tp_oid: record.tpOid,
  sl_price: record.slPrice,
  sl_oid: record.slOid,
  exit_plan: record.exitPlan,
  rationale: record.rationale,
  order_result: record.orderResult,
  opened_at: record.openedAt === null ? null : isoTime(record.openedAt),
  filled: record.filled,
})

const tradeRow = (record: PositionRecord): TradeRow => {
  const { seq: _seq, at: _at, status: _status, closedSeq: _closedSeq, ...rest } = record
  const {
    stopOrderId: _stop,
    targetOrderId: _target,
    entryPrice,
    exitPrice,
    exitAt,
    exitReason,
    pnl,
    ...trade
  } = rest
  if (entryPrice === null || exitPrice === null || exitAt === null || exitReason === null || pnl === null)
    throw new Error(`Invariant: position ${record.positionId} is closed without entry, exit or result`)
  return { ...trade, entryPrice, exitPrice, exitAt, exitReason, pnl }
}

const orders: List<'orders', OrderRow> = {
  table: 'orders',
  at: 'at',
  seq: 'seq',
  filters: { id: 'clientOrderId', symbol: 'symbol', status: 'status' },
  only: {},
  row: ({ seq: _seq, at: _at, ...row }) => row,
}

const fills: List<'fills', FillRow> = {
  table: 'fills',
  at: 'at',
  seq: 'seq',
  filters: { symbol: 'symbol' },
  only: {},
  row: ({ seq: _seq, ...row }) => row,
}

const trades: List<'positions', TradeRow> = {
  table: 'positions',
  at: 'exitAt',
  seq: 'closedSeq',
  filters: { symbol: 'symbol' },
  only: { status: 'closed' },
  row: tradeRow,
}

const decisions: List<'decisions', DecisionRow> = {
  table: 'decisions',
  at: 'at',
  seq: 'seq',
  filters: {
    id: 'decisionId',
    symbol: 'symbol',
    status: 'outcome',
    action: 'action',
    source: 'strategy',
    code: 'code',
  },
  only: {},
  row: ({ seq: _seq, action: _action, ...row }) => row,
}

const SIGNAL_FIELDS = [
  'accountId',
  'at',
  'decisionId',
  'symbol',
  'strategy',
  'candleAt',
  'price',
  'outcome',
  'action',
] as const

const signals: List<'decisions', SignalRow> = {
  ...decisions,
  fields: [...SIGNAL_FIELDS, 'seq'],
  row: record =>
    Object.fromEntries(SIGNAL_FIELDS.map(field => [field, record[field]])) as unknown as SignalRow,
}

const diary: List<'diary', DiaryRow> = {
  table: 'diary',
  at: 'at',
  seq: 'seq',
  filters: { symbol: 'asset', action: 'action' },
  only: {},
  row: diaryRow,
}

const equity: List<'equity', EquityRow> = {
  table: 'equity',
  at: 'at',
  seq: 'seq',
  filters: {},
  only: {},
  row: ({ seq: _seq, ...row }) => row,
}

const facts: List<'facts', Fact> = {
  table: 'facts',
  at: 'at',
  seq: 'seq',
  filters: { symbol: 'symbol', action: 'type' },
  only: {},
  row: factOf,
}

const interactions: List<'interactions', Interaction> = {
  table: 'interactions',
  at: 'at',
  seq: 'seq',
  filters: {
    symbol: 'symbols',
    action: 'actions',
    status: 'outcome',
    model: 'model',
    callId: 'callId',
    cycleId: 'cycleId',
  },
  within: ['symbol', 'action'],
  text: 'replyText',
  only: {},
  row: ({ accountId, at, call }) => ({ ...call, accountId, at }),
}

const calls: List<'interactions', CallRow> = {
  ...interactions,
  fields: ['accountId', 'at', 'seq', 'callId', 'model', 'outcome', 'problem', 'latencyMs'],
  row: ({ accountId, at, callId, model, outcome, problem, latencyMs }) => ({
    accountId,
    at,
    callId,
    model,
    outcome: outcome as CallRow['outcome'],
    problem,
    latencyMs,
  }),
}

export const LISTS = {
  orders,
  fills,
  trades,
  decisions,
  signals,
  diary,
  equity,
  facts,
  interactions,
  calls,
}

/** Values of which one is part of the field, capitals or not. */
export class Within {
  readonly texts: readonly string[]
  constructor(texts: readonly string[]) {
    this.texts = texts
  }
}

/** Fields of a list with the values a query asks for: one, a list of which one will do, or `Within`. Throws `QueryRefused` for a filter the list does not have. */
export const filtersOf = <Name extends TableName, Row>(
  list: List<Name, Row>,
  query: Omit<RowQuery, 'limit'>,
): Record<string, unknown> => {
  const wanted: Record<string, unknown> = { ...list.only }
  for (const filter of FILTERS) {
    const value = query[filter]
    if (value === undefined) continue
    const field = list.filters[filter]
    if (field === undefined)
      throw new QueryRefused(
        `The list of ${list.table} cannot be filtered by ${filter} (asked for "${String(value)}").`,
      )
    wanted[field] =
      list.within?.includes(filter) === true ? new Within([value].flat().map(each => listed([each]))) : value
  }
  if (query.text === undefined) return wanted
  if (list.text === undefined)
    throw new QueryRefused(
      `The list of ${list.table} cannot be searched by words (asked for "${query.text}").`,
    )
  return { ...wanted, [list.text]: new Within([query.text]) }
}

/** Throws `QueryRefused` unless the limit is a whole number above zero. */
export const checkLimit = (limit: number): number => {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new QueryRefused(`The limit must be a whole number of at least 1, not ${limit}.`)
  return limit
}

/** Rows to pass over. Throws `QueryRefused` unless it is a whole number of at least zero, and for one beside a cursor. */
export const offsetOf = ({ offset = 0, cursor }: RowQuery): number => {
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new QueryRefused(`The offset must be a whole number of at least 0, not ${offset}.`)
  if (offset > 0 && cursor !== undefined)
    throw new QueryRefused('A query takes an offset or a cursor, not both.')
  return offset
}

/** Where a record stands in the order of a list. */
export const placeOf = <Name extends TableName>(list: List<Name, unknown>, record: Tables[Name]): Place => ({
  at: Number(record[list.at]),
  accountId: record.accountId,
  seq: Number(record[list.seq]),
})
