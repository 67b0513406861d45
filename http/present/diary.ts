/** An entry of the trading diary: one line of its JSONL file. */
import { z } from '@hono/zod-openapi'
import type { DiaryRow } from '../../domain/ports.ts'
import { amount, flag, moment, text } from './shape.ts'

export const DiaryEntry = z
  .strictObject({
    account_id: text('Account.'),
    timestamp: moment('When.'),
    asset: text('Canonical name, e.g. `BTC`.'),
    action: text('`buy`, `sell`, `close`, `hold`, or what reconciliation did.'),
    allocation_usd: amount('Notional.').nullable(),
    amount: amount('Base quantity.').nullable(),
    entry_price: amount('Entry price.').nullable(),
    tp_price: amount('Target price.').nullable(),
    tp_oid: text('Newest target order that the venue took.').nullable(),
    sl_price: amount('Stop price.').nullable(),
    sl_oid: text('Newest stop order that was confirmed.').nullable(),
    exit_plan: text('When to get out, in words.'),
    rationale: text('Why, in words. Untrusted text: show it, never run it.'),
    order_result: text('What became of the order.').nullable(),
    opened_at: moment('When the position was opened.').nullable(),
    filled: flag('Whether it was filled.'),
  })
  .openapi('DiaryEntry')

export type DiaryEntry = z.infer<typeof DiaryEntry>

export const presentDiary = (row: DiaryRow): DiaryEntry => ({
  account_id: row.account_id,
  timestamp: row.timestamp,
  asset: row.asset,
  action: row.action,
  allocation_usd: row.allocation_usd,
  amount: row.amount,
  entry_price: row.entry_price,
  tp_price: row.tp_price,
  tp_oid: row.tp_oid,
  sl_price: row.sl_price,
  sl_oid: row.sl_oid,
  exit_plan: row.exit_plan,
  rationale: row.rationale,
  order_result: row.order_result,
  opened_at: row.opened_at,
  filled: row.filled,
})

export const diaryExample: DiaryEntry = {
  account_id: 'default',
  timestamp: '2026-01-02T03:00:00.050Z',
  asset: 'BTC',
  action: 'buy',
  allocation_usd: '990',
  amount: '0.022',
  entry_price: '45000',
  tp_price: '46800',
  tp_oid: 'default-BTC-1-target-1',
  sl_price: '44100',
  sl_oid: 'default-BTC-1-stop-1',
  exit_plan: 'Close when RSI falls below 50.',
  rationale: 'RSI 28 and MACD crossing up.',
  order_result: 'filled',
  opened_at: '2026-01-02T03:00:00.150Z',
  filled: true,
}
