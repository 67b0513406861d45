/** Lists of the store: orders, fills and decisions. */
import { createRoute } from '@hono/zod-openapi'
import type { App, RouteDeps } from '../context.ts'
import { Decision, decisionExample, presentDecision } from '../present/decision.ts'
import { Fill, fillExample, presentFill } from '../present/fill.ts'
import { Order, orderExample, presentOrder } from '../present/order.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, asset, choice, paging, period, query } from '../query.ts'
import { accountFilter, rowQuery } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const ORDER_STATUSES = [
  'open',
  'intent',
  'unknown',
  'working',
  'filled',
  'cancelled',
  'rejected',
  'expired',
] as const

const orders = createRoute({
  method: 'get',
  path: '/orders',
  tags: ['Trading'],
  summary: 'Orders with their whole life, newest first',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      asset,
      status: choice(ORDER_STATUSES, 'Only orders that are so now; `open` is `working`.'),
      ...period,
      ...paging,
    }),
  },
  responses: answers('Orders.', listOf(Order), { items: [orderExample], total: 1, next: null }),
})

const trades = createRoute({
  method: 'get',
  path: '/trades',
  tags: ['Trading'],
  summary: 'Fills, newest first',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, asset, ...period, ...paging }) },
  responses: answers('Fills.', listOf(Fill), { items: [fillExample], total: 1, next: null }),
})

const decisions = createRoute({
  method: 'get',
  path: '/decisions',
  tags: ['Decisions'],
  summary: 'Decisions, what the rules said to them, and why',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      asset,
      action: choice(['buy', 'sell', 'close', 'hold'], 'Only this proposal.'),
      outcome: choice(
        ['held', 'confirming', 'approved', 'refused', 'closing', 'ignored'],
        'Only with this outcome.',
      ),
      ...period,
      ...paging,
    }),
  },
  responses: answers('Decisions, newest first.', listOf(Decision), {
    items: [decisionExample],
    total: 1,
    next: null,
  }),
})

export const recordRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(orders, async c => {
    const { account_id, asset: symbol, status, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const wanted = status === 'open' ? 'working' : status
    const page = await engine.reader.orders(rowQuery({ accountId, symbol, status: wanted, ...rest }))
    return c.json({ items: page.items.map(presentOrder), total: page.total, next: page.next }, 200)
  })

  app.openapi(trades, async c => {
    const { account_id, asset: symbol, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const page = await engine.reader.fills(rowQuery({ accountId, symbol, ...rest }))
    return c.json({ items: page.items.map(presentFill), total: page.total, next: page.next }, 200)
  })

  app.openapi(decisions, async c => {
    const { account_id, asset: symbol, outcome, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const page = await engine.reader.decisions(rowQuery({ accountId, symbol, status: outcome, ...rest }))
    return c.json({ items: page.items.map(presentDecision), total: page.total, next: page.next }, 200)
  })
}
