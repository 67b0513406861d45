import { Migration } from '@mikro-orm/migrations'

/** How the runs of an agent went is counted by who it is and how it ended; few decisions have a code. */
const INDEXES = [
  `create index decisions_agent on decisions (strategy, account_id, at, seq)`,
  `create index decisions_code on decisions (code, account_id, at, seq) where code is not null`,
  `create index interactions_model on interactions (model, account_id, at, seq)`,
]

export class Agents extends Migration {
  override up(): void {
    for (const statement of INDEXES) this.addSql(statement)
  }
}
