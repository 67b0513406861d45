/** Lists of the store: orders, fills and decisions. */
import { createRoute } from '@hono/zod-openapi'
import type { App, RouteDeps } from '../context.ts'
import { answerFile, download, fileContent, type Paged } from '../download.ts'
import { Decision, decisionExample, presentDecision } from '../present/decision.ts'
import { Fill, fillExample, presentFill } from '../present/fill.ts'
import { Order, orderExample, presentOrder } from '../present/order.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, asset, choices, either, names, paging, period, query } from '../query.ts'
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

const ACTIONS = ['buy', 'sell', 'close', 'hold'] as const

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
      status: choices(ORDER_STATUSES, 'Only orders that are so now; `open` is `working`.'),
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
      symbol: asset,
      action: choices(ACTIONS, 'Only these proposals.'),
      decision: choices(ACTIONS, 'Only these proposals, as `action`.'),
      source: names(
        'Only decisions of these strategies: `signals`, `analysts`, `llm`, `hybrid`, or names of files.',
        'signals',
      ),
      outcome: choices(
        ['held', 'confirming', 'approved', 'refused', 'closing', 'ignored'],
        'Only with these outcomes.',
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

export const recordRoutes = (app: App, { engine, log }: RouteDeps): void => {
  app.openapi(orders, async c => {
    const {
      account_id,
      asset: symbol,
      status: asked,
      download: asFile,
      format,
      ...rest
    } = c.req.valid('query')
    const { limit, cursor, ...range } = rest
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const status = asked?.map(each => (each === 'open' ? 'working' : each))
    const read = async (paged: Paged) => {
      const page = await engine.reader.orders(rowQuery({ accountId, symbol, status, ...range, ...paged }))
      return { items: page.items.map(presentOrder), total: page.total, next: page.next }
    }
    if (asFile === '1') return answerFile(c, { name: 'orders', format, log }, { limit, cursor }, read)
    return c.json(await read({ limit, cursor }), 200)
  })

  app.openapi(trades, async c => {
    const { account_id, asset: symbol, download: asFile, format, ...rest } = c.req.valid('query')
    const { limit, cursor, ...range } = rest
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const read = async (paged: Paged) => {
      const page = await engine.reader.fills(rowQuery({ accountId, symbol, ...range, ...paged }))
      return { items: page.items.map(presentFill), total: page.total, next: page.next }
    }
    if (asFile === '1') return answerFile(c, { name: 'trades', format, log }, { limit, cursor }, read)
    return c.json(await read({ limit, cursor }), 200)
  })

  app.openapi(decisions, async c => {
    const asked = c.req.valid('query')
    const { account_id, outcome, source, from, to, limit, cursor, download: asFile, format } = asked
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const symbol = either(['asset', asked.asset], ['symbol', asked.symbol])
    const action = either(['action', asked.action], ['decision', asked.decision])
    const filters = { accountId, symbol, action, source, status: outcome, from, to }
    const read = async (paged: Paged) => {
      const page = await engine.reader.decisions(rowQuery({ ...filters, ...paged }))
      return { items: page.items.map(presentDecision), total: page.total, next: page.next }
    }
    if (asFile === '1') return answerFile(c, { name: 'decisions', format, log }, { limit, cursor }, read)
    return c.json(await read({ limit, cursor }), 200)
  })
}
