/** One page of a list from the database, by keyset: a page stays where it is while newer rows arrive. */
import { BigIntType, type EntityClass } from '@mikro-orm/core'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type { Page, RowQuery } from '../../domain/ports.ts'
import { type Cursor, decodeCursor, encodeCursor, type Place } from './cursor.ts'
import { checkLimit, filtersOf, type List, offsetOf, placeOf, Within } from './list.ts'
import type { TableName, Tables } from './record.ts'
import { TABLES } from './table.ts'

type Row = Record<string, unknown>
type Where = Record<string, unknown>

/**
 * Rows as few as this are read without a small limit. With one, a database that does not know how rare they are walks
 * through the whole table in order of time, in the hope to meet them soon.
 */
const FEW = 200

/**
 * Most rows to read; `null`: all, of which there are few. What a cursor says of their number is only its word: it lives
 * with the client, and rows have come since it was true.
 */
const mostOf = (limit: number, total: number, cursor: Cursor | null): number | null => {
  if (total > FEW) return limit + 1
  return cursor === null ? null : Math.max(limit, FEW) + 1
}

/** Throws `QueryRefused`. */
export const readPage = async <Name extends TableName, Shown>(
  em: SqlEntityManager,
  list: List<Name, Shown>,
  query: RowQuery,
): Promise<Page<Shown>> => {
  const limit = checkLimit(query.limit)
  const offset = offsetOf(query)
  const entity = TABLES[list.table].entity as unknown as EntityClass<Row>
  const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor)
  const where = rangeOf(list, query)
  const total = cursor?.total ?? (await em.count(entity, where))
  if (total === 0) return { items: [], total, next: null }
  const direction = query.oldestFirst === true ? 'asc' : 'desc'
  const after = cursor === null ? [] : [afterPlace(list, cursor, direction)]
  const { names, plain } = readerOf(em, entity, list.fields)
  // Rows, not entities: making those takes most of the time of a long page.
  const rows = em
    .createQueryBuilder(entity)
    .select(names)
    .where({ $and: [where, ...after] })
    .orderBy([{ [list.at]: direction }, { accountId: direction }, { [list.seq]: direction }])
    .offset(offset)
  const most = mostOf(limit, total, cursor)
  const found: Row[] = await (most === null ? rows : rows.limit(most)).execute('all')
  const records = found.slice(0, limit).map(row => plain(row) as Tables[Name])
  const last = found.length > limit ? records.at(-1) : undefined
  return {
    items: records.map(record => list.row(record)),
    total,
    next: last === undefined ? null : encodeCursor({ ...placeOf(list, last), total }),
  }
}

/** Fields that are read, and a row as an entity would have it: whole numbers, which come as text from a server, are numbers. */
const readerOf = (em: SqlEntityManager, entity: EntityClass<Row>, fields: readonly string[] | undefined) => {
  const own = em.getMetadata(entity).props.filter(({ name }) => fields?.includes(name) ?? true)
  const whole = own.filter(({ customType }) => customType instanceof BigIntType).map(({ name }) => name)
  const plain = (row: Row): Row => {
    for (const name of whole) if (row[name] !== null) row[name] = Number(row[name])
    return row
  }
  return { names: own.map(({ name }) => name), plain }
}

/** Rows that match. Throws `QueryRefused` for a filter the list does not have. */
export const rangeOf = <Name extends TableName>(
  list: List<Name, unknown>,
  query: Omit<RowQuery, 'limit'>,
): Where => {
  const { accountId, from, to } = query
  const time = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) }
  const filters = Object.entries(filtersOf(list, query)).map(likened)
  return {
    ...(filters.length === 0 ? {} : { $and: filters }),
    ...(accountId === undefined ? {} : { accountId: { $in: accountId } }),
    ...(from === undefined && to === undefined ? {} : { [list.at]: time }),
  }
}

/** Part of a text as SQL asks for it; a sign that stands for any text stands for itself here. */
const likened = ([field, value]: [string, unknown]): Where =>
  value instanceof Within
    ? {
        $or: value.texts.map(text => ({
          [field]: { $ilike: `%${text.replaceAll(/[\\%_]/g, sign => `\\${sign}`)}%` },
        })),
      }
    : { [field]: Array.isArray(value) ? { $in: value } : value }

/** The bound on time alone is implied by the rest; it lets the database enter its index at the right place. */
const afterPlace = <Name extends TableName>(
  list: List<Name, unknown>,
  { at, accountId, seq }: Place,
  direction: 'asc' | 'desc',
): Where => {
  const [beyond, upTo] = direction === 'asc' ? ['$gt', '$gte'] : ['$lt', '$lte']
  return {
    [list.at]: { [upTo]: at },
    $or: [
      { [list.at]: { [beyond]: at } },
      { accountId: { [beyond]: accountId } },
      { accountId, [list.seq]: { [beyond]: seq } },
    ],
  }
}
