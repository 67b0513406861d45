import { Migration } from '@mikro-orm/migrations'

/**
 * The interaction log: every question to a model with all that was said. `call` is the whole of it; the other columns
 * repeat what it is searched by and added up from. Names in `symbols` and `actions` stand between spaces.
 */
const TABLES = [
  `create table interactions (
    account_id text collate "C" not null, seq bigint not null, at bigint not null, call_id text not null,
    cycle_id text not null, candle_at bigint not null, symbols text not null, actions text not null,
    purpose text not null, model text not null, answered_by text not null, provider text, outcome text not null,
    failure text, problem text, prompt_tokens bigint, completion_tokens bigint, reasoning_tokens bigint,
    cached_tokens bigint, cost_usd numeric, latency_ms double precision not null, request_hash text not null,
    prompt_version text not null, reply_text text not null, call jsonb not null, primary key (account_id, seq))`,
]

const INDEXES = [
  `create index interactions_account_list on interactions (account_id, at, seq)`,
  `create index interactions_list on interactions (at, account_id, seq)`,
  `create index interactions_call on interactions (account_id, call_id)`,
]

export class Interactions extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...INDEXES]) this.addSql(statement)
  }
}
