import { Migration } from '@mikro-orm/migrations'

/** What happened is read by its type, of which most are rare; approved decisions are few among holds. */
const INDEXES = [
  `create index facts_type on facts (type, at, account_id, seq)`,
  `create index decisions_outcome on decisions (outcome, at, account_id, seq)`,
]

export class Reads extends Migration {
  override up(): void {
    for (const statement of INDEXES) this.addSql(statement)
  }
}
