/** How often each type of fact is in the journal of each account, counted by the database in one go. */
import { raw } from '@mikro-orm/core'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type { FactType } from '../../domain/fact.ts'
import type { FactCount, FactCountQuery } from '../../domain/ports.ts'
import { FactEntity } from './entities/fact.ts'
import { LISTS } from './list.ts'
import { rangeOf } from './read-page.ts'

/** Whole numbers come as text from a server. */
type Counted = { accountId: string; type: string; count: string | number; lastAt: string | number }

/** Throws `QueryRefused`. */
export const countFacts = async (em: SqlEntityManager, query: FactCountQuery): Promise<FactCount[]> => {
  const rows: Counted[] = await em
    .createQueryBuilder(FactEntity)
    .select(['accountId', 'type', raw('count(*) as "count"'), raw('max(at) as "lastAt"')])
    .where(rangeOf(LISTS.facts, query))
    .groupBy(['accountId', 'type'])
    .execute('all')
  return rows.map(({ accountId, type, count, lastAt }) => ({
    accountId,
    type: type as FactType,
    count: Number(count),
    lastAt: Number(lastAt),
  }))
}
