/** An order with its whole life. */
import { z } from '@hono/zod-openapi'
import type { OrderRequest, VenueOrder } from '../../domain/order.ts'
import type { OrderRow } from '../../domain/ports.ts'
import { conciseText } from './concise.ts'
import { amount, choice, flag, iso, isoOrNull, moment, text } from './shape.ts'

const request = {
  client_order_id: text('Our identity of the order; the same for every attempt to send it.'),
  asset: text('Canonical name, e.g. `BTC`.'),
  side: choice(['buy', 'sell'], 'Side.'),
  type: choice(['market', 'limit', 'stop_market', 'take_profit_market'], 'Kind of order.'),
  quantity: amount('Base quantity; unsigned.'),
  price: amount('Limit price; `null` for other kinds.').nullable(),
  trigger_price: amount('Mark price that fires it; `null` for other kinds.').nullable(),
  worst_price: amount('A market order expires rather than fill beyond it; `null`: any price.').nullable(),
  best_price: amount('A market order expires rather than fill better than it; `null`: any price.').nullable(),
  reduce_only: flag('May shrink a position, never open or flip it.'),
  time_in_force: choice(['gtc', 'ioc', 'fok', 'post_only'], 'How long it works.'),
  valid_until: moment('The venue drops it when it arrives later.').nullable(),
}

const venue = {
  venue_order_id: text('Identity at the venue; `null` until it gave one.').nullable(),
  status: choice(
    ['intent', 'unknown', 'working', 'filled', 'cancelled', 'rejected', 'expired'],
    '`intent` before the first news from the venue, `unknown` while it may or may not have happened.',
  ),
  filled_quantity: amount('Base quantity filled so far.'),
  average_price: amount('Average price of the fills; `null` before the first.').nullable(),
  reason: text('Why it was rejected, cancelled or expired.').nullable(),
  created_at: moment('When the venue took it.'),
  updated_at: moment('When it last changed.'),
}

export const RequestedOrder = z.strictObject(request)
export const PlacedOrder = z.strictObject({ ...request, ...venue })

export const Order = z
  .strictObject({
    account_id: text('Account it belongs to.'),
    ...request,
    ...venue,
    leg: text(
      'Part it plays: `entry`, `exit`, `stop` or `target`; `null` for an order that is not ours.',
    ).nullable(),
    position_id: text('Position it belongs to.').nullable(),
    decision_id: text('Decision it follows from.').nullable(),
    history: z.array(z.strictObject({ status: text('Status it took.'), at: moment('When.') })).openapi({
      description: 'Every status, oldest first; begins with `intent`, written before it is sent.',
    }),
  })
  .openapi('Order')

export type Order = z.infer<typeof Order>

export const presentRequest = (order: OrderRequest): z.infer<typeof RequestedOrder> => ({
  client_order_id: order.clientOrderId,
  asset: order.symbol,
  side: order.side,
  type: order.type,
  quantity: order.quantity,
  price: order.price,
  trigger_price: order.triggerPrice,
  worst_price: order.worstPrice,
  best_price: order.bestPrice,
  reduce_only: order.reduceOnly,
  time_in_force: order.timeInForce,
  valid_until: isoOrNull(order.validUntil),
})

type KnownOrder = Omit<VenueOrder, 'status' | 'venueOrderId'> & Pick<OrderRow, 'status' | 'venueOrderId'>

export const presentVenueOrder = (order: KnownOrder): z.infer<typeof PlacedOrder> => ({
  ...presentRequest(order),
  venue_order_id: order.venueOrderId,
  status: order.status,
  filled_quantity: order.filledQuantity,
  average_price: conciseText(order.averagePrice),
  reason: order.reason,
  created_at: iso(order.createdAt),
  updated_at: iso(order.updatedAt),
})

export const presentOrder = (row: OrderRow): Order => ({
  account_id: row.accountId,
  ...presentVenueOrder(row),
  leg: row.leg,
  position_id: row.positionId,
  decision_id: row.decisionId,
  history: row.history.map(each => ({ status: each.status, at: iso(each.at) })),
})

export const orderExample: Order = {
  account_id: 'default',
  client_order_id: 'default-BTC-1-stop-1',
  asset: 'BTC',
  side: 'sell',
  type: 'stop_market',
  quantity: '0.022',
  price: null,
  trigger_price: '44100',
  worst_price: null,
  best_price: null,
  reduce_only: true,
  time_in_force: 'gtc',
  valid_until: null,
  venue_order_id: 'paper-17',
  status: 'working',
  filled_quantity: '0',
  average_price: null,
  reason: null,
  created_at: '2026-01-02T03:00:00.200Z',
  updated_at: '2026-01-02T03:00:00.200Z',
  leg: 'stop',
  position_id: 'default-BTC-1',
  decision_id: 'default-BTC-1767322800000',
  history: [
    { status: 'intent', at: '2026-01-02T03:00:00.100Z' },
    { status: 'working', at: '2026-01-02T03:00:00.200Z' },
  ],
}
