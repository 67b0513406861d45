/** Lists of the store: orders, fills and decisions. */
import { createRoute } from '@hono/zod-openapi'
import type { App, RouteDeps } from '../context.ts'
import { answerFile, download, fileContent } from '../download.ts'
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

/** A list that can be had as a file, too: the rows of the page, one per line. */
const orFile = <Answers extends { 200: { content: object } }>(all: Answers, example: object): Answers => ({
  ...all,
  200: { ...all[200], content: { ...all[200].content, ...fileContent(example) } },
})

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
      ...download,
    }),
  },
  responses: orFile(
    answers('Orders.', listOf(Order), { items: [orderExample], total: 1, next: null }),
    orderExample,
  ),
})

const trades = createRoute({
  method: 'get',
  path: '/trades',
  tags: ['Trading'],
  summary: 'Fills, newest first',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, asset, ...period, ...paging, ...download }) },
  responses: orFile(
    answers('Fills.', listOf(Fill), { items: [fillExample], total: 1, next: null }),
    fillExample,
  ),
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
      ...download,
    }),
  },
  responses: orFile(
    answers('Decisions, newest first.', listOf(Decision), {
      items: [decisionExample],
      total: 1,
      next: null,
    }),
    decisionExample,
  ),
})

export const recordRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(orders, async c => {
    const { account_id, asset: symbol, status, download: asFile, format, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const wanted = status === 'open' ? 'working' : status
    const page = await engine.reader.orders(rowQuery({ accountId, symbol, status: wanted, ...rest }))
    const items = page.items.map(presentOrder)
    if (asFile === '1') return answerFile(c, 'orders', format, items)
    return c.json({ items, total: page.total, next: page.next }, 200)
  })

  app.openapi(trades, async c => {
    const { account_id, asset: symbol, download: asFile, format, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const page = await engine.reader.fills(rowQuery({ accountId, symbol, ...rest }))
    const items = page.items.map(presentFill)
    if (asFile === '1') return answerFile(c, 'trades', format, items)
    return c.json({ items, total: page.total, next: page.next }, 200)
  })

  app.openapi(decisions, async c => {
    const { account_id, asset: symbol, outcome, download: asFile, format, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const page = await engine.reader.decisions(rowQuery({ accountId, symbol, status: outcome, ...rest }))
    const items = page.items.map(presentDecision)
    if (asFile === '1') return answerFile(c, 'decisions', format, items)
    return c.json({ items, total: page.total, next: page.next }, 200)
  })
}
