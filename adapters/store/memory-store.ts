/**
 * The store without a database: the same projection and the same lists over rows in memory, for backtests and tests.
 * What is written is kept as it is given, so callers must not change it afterwards.
 */
import type { FactType } from '../../domain/fact.ts'
import type {
  Batch,
  FactCount,
  FactCountQuery,
  Page,
  RowQuery,
  Store,
  StoredSnapshot,
} from '../../domain/ports.ts'
import { decodeCursor, encodeCursor, type Place } from './cursor.ts'
import { checkLimit, filtersOf, LISTS, type List, offsetOf, placeOf, Within } from './list.ts'
import { project } from './project.ts'
import type { TableName, Tables } from './record.ts'
import { Rows } from './rows.ts'

export class MemoryStore implements Store {
  private readonly rows = new Rows()
  private readonly kept = new Map<string, StoredSnapshot>()
  private readonly documents = new Map<string, unknown>()
  private readonly last = new Map<string, number>()

  orders = (query: RowQuery) => this.page(LISTS.orders, query)
  fills = (query: RowQuery) => this.page(LISTS.fills, query)
  trades = (query: RowQuery) => this.page(LISTS.trades, query)
  decisions = (query: RowQuery) => this.page(LISTS.decisions, query)
  signals = (query: RowQuery) => this.page(LISTS.signals, query)
  diary = (query: RowQuery) => this.page(LISTS.diary, query)
  equity = (query: RowQuery) => this.page(LISTS.equity, query)
  facts = (query: RowQuery) => this.page(LISTS.facts, query)
  interactions = (query: RowQuery) => this.page(LISTS.interactions, query)
  calls = (query: RowQuery) => this.page(LISTS.calls, query)

  async factCounts(query: FactCountQuery): Promise<FactCount[]> {
    const counts = new Map<string, FactCount>()
    for (const { accountId, type, at } of this.matching(LISTS.facts, query)) {
      const key = `${type} ${accountId}`
      const known = counts.get(key) ?? { accountId, type: type as FactType, count: 0, lastAt: at }
      counts.set(key, { ...known, count: known.count + 1, lastAt: Math.max(known.lastAt, at) })
    }
    return [...counts.values()]
  }

  async write(batch: Batch): Promise<void> {
    const changed = new Rows(this.rows)
    for (const fact of batch.facts) project(fact, changed)
    for (const change of changed.changes()) this.rows.put(change)
    for (const { accountId, seq } of batch.facts)
      this.last.set(accountId, Math.max(seq, this.last.get(accountId) ?? 0))
    for (const snapshot of batch.snapshots) this.kept.set(snapshot.accountId, snapshot)
    for (const { key, body } of batch.documents) this.documents.set(key, body)
  }

  async snapshots(): Promise<StoredSnapshot[]> {
    return [...this.kept.values()].sort((a, b) => compare(a.accountId, b.accountId))
  }

  async document(key: string): Promise<unknown> {
    return this.documents.get(key) ?? null
  }

  async lastSeq(): Promise<Record<string, number>> {
    return Object.fromEntries(this.last)
  }

  async close(): Promise<void> {}

  private async page<Name extends TableName, Row>(
    list: List<Name, Row>,
    query: RowQuery,
  ): Promise<Page<Row>> {
    const limit = checkLimit(query.limit)
    const offset = offsetOf(query)
    const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor)
    const sign = query.oldestFirst === true ? 1 : -1
    const order = (a: Place, b: Place) => sign * comparePlaces(a, b)
    const found = this.matching(list, query).sort((a, b) => order(placeOf(list, a), placeOf(list, b)))
    const rest = cursor === null ? found : found.filter(record => order(placeOf(list, record), cursor) > 0)
    const records = rest.slice(offset, offset + limit)
    const total = cursor?.total ?? found.length
    const last = rest.length > offset + limit ? records.at(-1) : undefined
    const next = last === undefined ? null : encodeCursor({ ...placeOf(list, last), total })
    return { items: records.map(record => list.row(record)), total, next }
  }

  private matching<Name extends TableName>(
    list: List<Name, unknown>,
    query: Omit<RowQuery, 'limit'>,
  ): Tables[Name][] {
    const wanted = Object.entries(filtersOf(list, query)) as [keyof Tables[Name], unknown][]
    const { accountId, from = -Infinity, to = Infinity } = query
    return this.rows.all(list.table).filter(record => {
      const at = placeOf(list, record).at
      const isOfAccount = accountId === undefined || accountId.includes(record.accountId)
      return isOfAccount && at >= from && at < to && wanted.every(each => matches(record, each))
    })
  }
}

const matches = <Row>(record: Row, [field, value]: [keyof Row, unknown]): boolean => {
  if (Array.isArray(value)) return value.includes(record[field])
  if (!(value instanceof Within)) return record[field] === value
  const held = String(record[field]).toLowerCase()
  return value.texts.some(text => held.includes(text.toLowerCase()))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const comparePlaces = (a: Place, b: Place): number =>
  a.at - b.at || compare(a.accountId, b.accountId) || a.seq - b.seq
