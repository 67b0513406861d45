/** One page of a list from the database, by keyset: a page stays where it is while newer rows arrive. */
import type { EntityClass } from '@mikro-orm/core'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type { Page, RowQuery } from '../../domain/ports.ts'
import { decodeCursor, encodeCursor, type Place } from './cursor.ts'
import { checkLimit, filtersOf, type List, placeOf, Within } from './list.ts'
import type { TableName, Tables } from './record.ts'
import { TABLES } from './table.ts'

type Row = Record<string, unknown>
type Where = Record<string, unknown>

/** Throws `QueryRefused`. */
export const readPage = async <Name extends TableName, Shown>(
  em: SqlEntityManager,
  list: List<Name, Shown>,
  query: RowQuery,
): Promise<Page<Shown>> => {
  const limit = checkLimit(query.limit)
  const entity = TABLES[list.table].entity as unknown as EntityClass<Row>
  const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor)
  const where = rangeOf(list, query)
  const total = cursor?.total ?? (await em.count(entity, where))
  const direction = query.oldestFirst === true ? 'asc' : 'desc'
  const after = cursor === null ? [] : [afterPlace(list, cursor, direction)]
  const found = await em.find(
    entity,
    { $and: [where, ...after] },
    {
      orderBy: [{ [list.at]: direction }, { accountId: direction }, { [list.seq]: direction }],
      limit: limit + 1,
      disableIdentityMap: true,
    },
  )
  const records = found.slice(0, limit).map(row => ({ ...row }) as Tables[Name])
  const last = found.length > limit ? records.at(-1) : undefined
  return {
    items: records.map(record => list.row(record)),
    total,
    next: last === undefined ? null : encodeCursor({ ...placeOf(list, last), total }),
  }
}

const rangeOf = <Name extends TableName>(list: List<Name, unknown>, query: RowQuery): Where => {
  const { accountId, from, to } = query
  const time = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) }
  return {
    ...Object.fromEntries(Object.entries(filtersOf(list, query)).map(likened)),
    ...(accountId === undefined ? {} : { accountId: { $in: accountId } }),
    ...(from === undefined && to === undefined ? {} : { [list.at]: time }),
  }
}

/** Part of a text as SQL asks for it; a sign that stands for any text stands for itself here. */
const likened = ([field, value]: [string, unknown]): [string, unknown] =>
  value instanceof Within
    ? [field, { $ilike: `%${value.text.replaceAll(/[\\%_]/g, sign => `\\${sign}`)}%` }]
    : [field, value]

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
