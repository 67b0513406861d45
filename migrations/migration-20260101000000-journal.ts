import { Migration } from '@mikro-orm/migrations'

/**
 * The journal, its projections and the engine's documents.
 *
 * Money, prices and quantities are `numeric` without a scale, so that the text written is the text read. Times are epoch
 * milliseconds. Every table of account data has a not-null `account_id`; `documents` belong to the engine.
 */
const TABLES = [
  `create table facts (
    account_id text collate "C" not null, seq bigint not null, at bigint not null, type text not null, symbol text,
    body jsonb not null, primary key (account_id, seq))`,
  `create table accounts (
    account_id text collate "C" not null primary key, seq bigint not null, at bigint not null, deposit numeric not null,
    strategy text not null, assets jsonb not null, "interval" text not null, mode text not null, state text,
    until bigint, reason text)`,
  `create table intents (
    account_id text collate "C" not null, client_order_id text not null, seq bigint not null, at bigint not null,
    symbol text not null, leg text not null, position_id text not null, decision_id text, request jsonb not null,
    primary key (account_id, client_order_id))`,
  `create table orders (
    account_id text collate "C" not null, client_order_id text not null, seq bigint not null, at bigint not null,
    venue_order_id text, symbol text not null, side text not null, type text not null, quantity numeric not null,
    price numeric, trigger_price numeric, worst_price numeric, best_price numeric, reduce_only boolean not null,
    time_in_force text not null, valid_until bigint, status text not null, filled_quantity numeric not null,
    average_price numeric, reason text, created_at bigint not null, updated_at bigint not null, leg text,
    position_id text, decision_id text, history jsonb not null, primary key (account_id, client_order_id))`,
  `create table fills (
    account_id text collate "C" not null, trade_id text not null, seq bigint not null, at bigint not null,
    client_order_id text, venue_order_id text not null, symbol text not null, side text not null,
    quantity numeric not null, price numeric not null, fee numeric not null, liquidity text not null,
    reason text not null, leg text, position_id text not null, realised numeric not null,
    primary key (account_id, trade_id))`,
  `create table positions (
    account_id text collate "C" not null, position_id text not null, seq bigint not null, at bigint not null,
    symbol text not null, status text not null, side text not null, quantity numeric not null,
    entry_price numeric, entry_at bigint not null, exit_price numeric, exit_at bigint, exit_reason text,
    fees numeric not null, funding numeric not null, realised numeric not null, pnl numeric, r_multiple numeric,
    naked_seconds double precision not null, stop_price numeric, target_price numeric, stop_order_id text,
    target_order_id text, decision_id text, partials jsonb not null, closed_seq bigint,
    return_ratio numeric generated always as (pnl / nullif(quantity * entry_price, 0)) stored,
    duration_ms bigint generated always as (exit_at - entry_at) stored,
    primary key (account_id, position_id))`,
  `create table decisions (
    account_id text collate "C" not null, decision_id text not null, seq bigint not null, at bigint not null,
    symbol text not null, strategy text not null, candle_at bigint not null, price numeric, action text not null,
    proposal jsonb not null, outcome text not null, code text, "limit" text, actual text, risk jsonb not null,
    primary key (account_id, decision_id))`,
  `create table diary (
    account_id text collate "C" not null, entry_id text not null, seq bigint not null, at bigint not null, asset text not null,
    action text not null, allocation_usd numeric, amount numeric, entry_price numeric, tp_price numeric, tp_oid text,
    sl_price numeric, sl_oid text, exit_plan text not null, rationale text not null, order_result text,
    opened_at bigint, filled boolean not null, primary key (account_id, entry_id))`,
  `create table equity (
    account_id text collate "C" not null, seq bigint not null, at bigint not null, equity numeric not null,
    balance numeric not null, unrealised numeric not null, drawdown numeric not null, heat numeric not null,
    positions integer not null, primary key (account_id, seq))`,
  `create table snapshots (
    account_id text collate "C" not null primary key, version integer not null, at bigint not null, body jsonb)`,
  `create table documents (key text not null primary key, body jsonb)`,
]

/** The order of every list, for one account and for all of them. */
const LISTS = ['facts', 'orders', 'fills', 'decisions', 'diary', 'equity']
const INDEXES = [
  ...LISTS.flatMap(table => [
    `create index ${table}_account_list on ${table} (account_id, at, seq)`,
    `create index ${table}_list on ${table} (at, account_id, seq)`,
  ]),
  `create index positions_account_list on positions (account_id, exit_at, closed_seq) where status = 'closed'`,
  `create index positions_list on positions (exit_at, account_id, closed_seq) where status = 'closed'`,
]

export class Journal extends Migration {
  override up(): void {
    for (const statement of [...TABLES, ...INDEXES]) this.addSql(statement)
  }
}
