/** Puts a batch into the database, inside the transaction of the entity manager it is given. */
import type { EntityClass } from '@mikro-orm/core'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type { Fact } from '../../domain/fact.ts'
import type { Batch } from '../../domain/ports.ts'
import { cleanJson } from './clean-json.ts'
import { DocumentEntity } from './entities/document.ts'
import { SnapshotEntity } from './entities/snapshot.ts'
import { diaryNeedsOf, type Needs, needsOf } from './need.ts'
import { project } from './project.ts'
import type { Change, TableName } from './record.ts'
import { Rows } from './rows.ts'
import { TABLES } from './table.ts'

/** Measured: statements of 100 to 300 rows are the fastest per row. */
const CHUNK = 200

type Row = Record<string, unknown>

export const writeBatch = async (em: SqlEntityManager, batch: Batch): Promise<void> => {
  for (const facts of chunks(batch.facts)) await writeFacts(em, facts)
  const snapshots = new Map(batch.snapshots.map(each => [each.accountId, cleanJson(each)]))
  await upsert(em, SnapshotEntity, ['accountId'], [...snapshots.values()])
  const documents = new Map(batch.documents.map(each => [each.key, cleanJson(each)]))
  await upsert(em, DocumentEntity, ['key'], [...documents.values()])
}

const writeFacts = async (em: SqlEntityManager, dirty: readonly Fact[]): Promise<void> => {
  const facts = dirty.map(cleanJson)
  const rows = new Rows()
  await load(em, rows, needsOf(facts))
  await load(em, rows, diaryNeedsOf(facts, rows))
  for (const fact of facts) project(fact, rows)
  const changes = Map.groupBy(rows.changes(), change => change.table)
  for (const [name, changed] of changes) await save(em, name, changed)
}

const load = async (em: SqlEntityManager, rows: Rows, needs: Needs): Promise<void> => {
  for (const [name, accounts] of needs) {
    const { entity, key } = TABLES[name]
    const $or = [...accounts].map(([accountId, ids]) =>
      key === null ? { accountId } : { accountId, [key]: { $in: [...ids] } },
    )
    const found = await em.find(entity as EntityClass<Row>, { $or }, { disableIdentityMap: true })
    for (const row of found) rows.load({ table: name, row: { ...row } } as unknown as Change)
  }
}

const save = async (em: SqlEntityManager, name: TableName, changes: Change[]): Promise<void> => {
  const { entity, key, write } = TABLES[name]
  const rows = changes.map(change => change.row)
  if (write === 'once') await insert(em, entity, rows)
  else await upsert(em, entity, key === null ? ['accountId'] : ['accountId', key], rows)
}

const insert = async (em: SqlEntityManager, entity: EntityClass<Row>, rows: Row[]): Promise<void> => {
  for (const part of chunks(rows)) await em.insertMany(entity, part)
}

const upsert = async (
  em: SqlEntityManager,
  entity: EntityClass<Row>,
  key: string[],
  rows: Row[],
): Promise<void> => {
  for (const part of chunks(rows))
    await em.createQueryBuilder(entity).insert(part).onConflict(key).merge().execute('run')
}

const chunks = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  )
