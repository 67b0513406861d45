/** A fill: one execution at the venue. */
import { z } from '@hono/zod-openapi'
import type { Fill as VenueFill } from '../../domain/order.ts'
import type { FillRow } from '../../domain/ports.ts'
import { amount, choice, iso, moment, text } from './shape.ts'

const execution = {
  trade_id: text('Identity of the fill at the venue.'),
  client_order_id: text('Our order; `null` for an execution we did not ask for.').nullable(),
  venue_order_id: text('The order at the venue.'),
  asset: text('Canonical name, e.g. `BTC`.'),
  side: choice(['buy', 'sell'], 'Side.'),
  quantity: amount('Base quantity.'),
  price: amount('Price.'),
  fee: amount('Fee paid, in quote currency.'),
  liquidity: choice(['maker', 'taker'], 'Whether it added or took liquidity.'),
  reason: choice(['order', 'liquidation', 'external'], 'What caused it.'),
  at: moment('When it happened.'),
}

export const Execution = z.strictObject(execution)

export const Fill = z
  .strictObject({
    account_id: text('Account it belongs to.'),
    ...execution,
    leg: text('Part of the order: `entry`, `exit`, `stop` or `target`.').nullable(),
    position_id: text('Position it changed.'),
    realized_pnl: amount('Price move it closed, before its fee; 0 for an entry.'),
  })
  .openapi('Fill')

export type Fill = z.infer<typeof Fill>

export const presentExecution = (fill: VenueFill): z.infer<typeof Execution> => ({
  trade_id: fill.tradeId,
  client_order_id: fill.clientOrderId,
  venue_order_id: fill.venueOrderId,
  asset: fill.symbol,
  side: fill.side,
  quantity: fill.quantity,
  price: fill.price,
  fee: fill.fee,
  liquidity: fill.liquidity,
  reason: fill.reason,
  at: iso(fill.at),
})

export const presentFill = (row: FillRow): Fill => ({
  account_id: row.accountId,
  ...presentExecution(row),
  leg: row.leg,
  position_id: row.positionId,
  realized_pnl: row.realised,
})

export const fillExample: Fill = {
  account_id: 'default',
  trade_id: 'paper-t-9',
  client_order_id: 'default-BTC-1-entry-1',
  venue_order_id: 'paper-16',
  asset: 'BTC',
  side: 'buy',
  quantity: '0.022',
  price: '45000',
  fee: '0.396',
  liquidity: 'taker',
  reason: 'order',
  at: '2026-01-02T03:00:00.150Z',
  leg: 'entry',
  position_id: 'default-BTC-1',
  realized_pnl: '0',
}
