/** The store in a database. Opened by `openStore`. */
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import type {
  Batch,
  FactCount,
  FactCountQuery,
  Page,
  RowQuery,
  Store,
  StoredSnapshot,
} from '../../domain/ports.ts'
import { countFacts } from './count-facts.ts'
import { type Database, messageOf } from './database.ts'
import { DocumentEntity } from './entities/document.ts'
import { SnapshotEntity } from './entities/snapshot.ts'
import { LISTS, type List } from './list.ts'
import { readPage } from './read-page.ts'
import { type Pruned, prune, type Retention } from './retention.ts'
import type { TableName } from './record.ts'
import { JournalConflict, StoreFailed } from './store-error.ts'
import { Turn } from './turn.ts'
import { writeBatch } from './write-batch.ts'

/** Steps from account to account through the key of `facts` instead of reading all of it. */
const LAST_SEQ = `
  with recursive account as (
    (select account_id from facts order by account_id limit 1)
    union all
    select (select f.account_id from facts f where f.account_id > account.account_id order by f.account_id limit 1)
    from account where account.account_id is not null)
  select account_id, (select max(seq) from facts f where f.account_id = account.account_id) as seq
  from account where account_id is not null`

export class SqlStore implements Store {
  readonly kind: Database['kind']
  private readonly database: Database
  /** A write reads rows before it changes them, so no other may come in between. */
  private readonly writes = new Turn()

  constructor(database: Database) {
    this.kind = database.kind
    this.database = database
  }

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

  factCounts(query: FactCountQuery): Promise<FactCount[]> {
    return this.read(em => countFacts(em, query))
  }

  /** Throws `StoreFailed`, after which all of the batch may be written again, or `JournalConflict`. */
  async write(batch: Batch): Promise<void> {
    try {
      await this.writes.take(() => this.database.orm.em.fork().transactional(em => writeBatch(em, batch)))
    } catch (error) {
      if (error instanceof JournalConflict) throw error
      throw new StoreFailed(
        `The batch is not known to be stored: ${messageOf(error)}. Writing it again is safe.`,
      )
    }
  }

  snapshots(): Promise<StoredSnapshot[]> {
    return this.read(async em => {
      const found = await em.find(SnapshotEntity, {}, { orderBy: { accountId: 'asc' } })
      return found.map(({ accountId, version, at, body }) => ({ accountId, version, at, body: body ?? null }))
    })
  }

  /** `null` for a document that was never written. */
  document(key: string): Promise<unknown> {
    return this.read(async em => (await em.findOne(DocumentEntity, { key }))?.body ?? null)
  }

  lastSeq(): Promise<Record<string, number>> {
    return this.read(async em => {
      const rows: { account_id: string; seq: string }[] = await em.execute(LAST_SEQ)
      return Object.fromEntries(rows.map(row => [row.account_id, Number(row.seq)]))
    })
  }

  /** Rows older than they are to be kept, archived and taken out between two batches. */
  prune(retention: Retention): Promise<Pruned[]> {
    return prune(
      work => this.writes.take(() => this.database.orm.em.fork().transactional(em => work(em))),
      retention,
    )
  }

  /** Waits for what is under way. */
  close(): Promise<void> {
    return this.writes.take(() => this.database.close())
  }

  private page<Name extends TableName, Row>(list: List<Name, Row>, query: RowQuery): Promise<Page<Row>> {
    return this.read(em => readPage(em, list, query))
  }

  private read<Value>(work: (em: SqlEntityManager) => Promise<Value>): Promise<Value> {
    return work(this.database.orm.em.fork())
  }
}
