/** How well the accounts do, one by one and against each other. */
import { createRoute } from '@hono/zod-openapi'
import { dec } from '../../domain/units.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { presentStanding, Standing, standingExample } from '../present/leaderboard.ts'
import { Performance, performanceExample, presentMetrics, withOnly } from '../present/performance.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, cursor, limit, paging, query } from '../query.ts'
import { selectedAccounts } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const performance = createRoute({
  method: 'get',
  path: '/performance',
  tags: ['Performance'],
  summary: 'Metrics of one account or of all',
  description:
    'Every account is an item. When exactly one is asked for, or there is only one, its main metrics stand at the top ' +
    'as well; with several they are `null` there, because metrics of different accounts do not add up.',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, ...paging }) },
  responses: answers('Metrics by account.', Performance, performanceExample),
})

const leaderboard = createRoute({
  method: 'get',
  path: '/performance/leaderboard',
  tags: ['Performance'],
  summary: 'Accounts compared, best return first',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, limit: limit(50, 500), cursor }) },
  responses: answers('Accounts by return.', listOf(Standing), {
    items: [standingExample],
    total: 1,
    next: null,
  }),
})

export const performanceRoutes = (app: App, { engine }: RouteDeps): void => {
  const metricsOf = async (accountId: string) =>
    presentMetrics(await engine.performance(accountId), engine.settings.performance)

  app.openapi(performance, async c => {
    const { account_id, ...page } = c.req.valid('query')
    const accounts = selectedAccounts(engine, c.get('grant'), account_id)
    const { items, total, next } = pageOf(accounts, each => each.id, page)
    const rows = await Promise.all(
      items.map(async each => ({ account_id: each.id, ...(await metricsOf(each.id)) })),
    )
    return c.json(withOnly({ items: rows, total, next }), 200)
  })

  app.openapi(leaderboard, async c => {
    const { account_id, ...page } = c.req.valid('query')
    const ranked = selectedAccounts(engine, c.get('grant'), account_id)
      .sort((a, b) => dec(b.returnPercent).comparedTo(a.returnPercent) || (a.id < b.id ? -1 : 1))
      .map((account, index) => ({ rank: index + 1, account }))
    // The rank, padded, is the key: the page order is the order of the board.
    const { items, total, next } = pageOf(ranked, each => String(each.rank).padStart(9, '0'), page)
    const rows = await Promise.all(
      items.map(async each => presentStanding(each.rank, each.account, await metricsOf(each.account.id))),
    )
    return c.json({ items: rows, total, next }, 200)
  })
}
