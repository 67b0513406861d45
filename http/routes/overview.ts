/** Everything at a glance, balances, and the published schemas. */
import { createRoute, z } from '@hono/zod-openapi'
import { publishedSchema } from '../../domain/model/schema.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { Account, accountExample, presentAccount } from '../present/account.ts'
import { Decision, decisionExample, presentDecision } from '../present/decision.ts'
import { DiaryEntry } from '../present/diary.ts'
import { MarketData, Price, presentPrice, priceExample } from '../present/market.ts'
import { Order, orderExample, presentOrder } from '../present/order.ts'
import { Position, positionExample, presentOpenPosition } from '../present/position.ts'
import { amount, listOf, text } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { accountIds, choice, invalid, limit, paging, query } from '../query.ts'
import { accountFilter, rowQuery, selectedAccounts } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const Stats = z
  .strictObject({
    accounts: z.array(Account),
    prices: z.array(Price),
    positions: z.array(Position),
    orders: z.array(Order).openapi({ description: 'Newest first.' }),
    decisions: z.array(Decision).openapi({ description: 'Newest first.' }),
  })
  .openapi('DashboardStats')

const stats = createRoute({
  method: 'get',
  path: '/dashboard/stats',
  tags: ['Engine'],
  summary: 'Accounts, prices, positions, orders and decisions in one answer',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, limit: limit(20, 100) }) },
  responses: answers('As they stand now.', Stats, {
    accounts: [accountExample],
    prices: [priceExample],
    positions: [positionExample],
    orders: [orderExample],
    decisions: [decisionExample],
  }),
})

const Balance = z
  .strictObject({
    account_id: text('Account.'),
    currency: text('What it is in.'),
    balance: amount('deposits + realised − fees − funding.'),
    available: amount('Not bound as margin.'),
    hold: amount('Bound as margin.'),
  })
  .openapi('Balance')
const balances = createRoute({
  method: 'get',
  path: '/market/accounts',
  tags: ['Market'],
  summary: 'Balances of the accounts, by currency',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, ...paging }) },
  responses: answers('Balances.', listOf(Balance), {
    items: [{ account_id: 'default', currency: 'USDT', balance: '1000', available: '505', hold: '495' }],
    total: 1,
    next: null,
  }),
})

const SCHEMAS = ['decision', 'diary', 'market-data'] as const
const schema = createRoute({
  method: 'get',
  path: '/schema/{name}',
  tags: ['Documentation'],
  summary: 'A published JSON schema: decision, diary or market-data',
  security: READ_ACCESS,
  request: {
    params: z.object({ name: z.string().openapi({ description: 'Which.', example: 'decision' }) }),
    query: query({
      version: choice(
        ['1', '2'],
        'Of the schema, the newest when left out: 2 of the decision, 1 of the others.',
      ),
    }),
  },
  responses: answers('The schema.', z.record(z.string(), z.unknown()), { type: 'object' }),
})

export const overviewRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(stats, async c => {
    const { account_id, limit: most } = c.req.valid('query')
    const grant = c.get('grant')
    const accounts = selectedAccounts(engine, grant, account_id)
    const ids = accounts.map(each => each.id)
    const rows = rowQuery({ accountId: accountFilter(engine, grant, account_id), limit: most })
    const [orders, decisions] = await Promise.all([engine.reader.orders(rows), engine.reader.decisions(rows)])
    return c.json(
      {
        accounts: accounts.map(presentAccount),
        prices: engine.insight
          .instruments()
          .map(({ symbol }) => presentPrice(symbol, engine.insight.mark(symbol))),
        positions: engine
          .positions(ids)
          .filter(each => ids.includes(each.accountId))
          .map(presentOpenPosition),
        orders: orders.items.map(presentOrder),
        decisions: decisions.items.map(presentDecision),
      },
      200,
    )
  })

  app.openapi(balances, c => {
    const { account_id, ...paged } = c.req.valid('query')
    const page = pageOf(selectedAccounts(engine, c.get('grant'), account_id), each => each.id, paged)
    const currency = engine.insight.instruments()[0]?.quote ?? 'USDT'
    const items = page.items.map(each => ({
      account_id: each.id,
      currency,
      balance: each.balance,
      available: each.marginFree,
      hold: each.marginUsed,
    }))
    return c.json({ items, total: page.total, next: page.next }, 200)
  })

  app.openapi(schema, c => {
    const { name } = c.req.valid('param')
    const { version } = c.req.valid('query')
    const assets = [...new Set(engine.settings.accounts.flatMap(each => each.assets))]
    const found = SCHEMAS.find(each => each === name)
    if (found === undefined) {
      throw new Problem('path_unknown', {
        detail: `There is no schema '${name.slice(0, 50)}'.`,
        remedy: `They are ${SCHEMAS.join(', ')}.`,
      })
    }
    if (found === 'decision') return c.json({ ...publishedSchema(version === '1' ? 1 : 2, assets) }, 200)
    if (version === '2') throw invalid('version', version, `1, the only one of ${found}`)
    return c.json({ ...z.toJSONSchema(found === 'diary' ? DiaryEntry : MarketData) }, 200)
  })
}
