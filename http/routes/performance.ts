/** How well the accounts do, one by one and against each other. */
import { createRoute } from '@hono/zod-openapi'
import { leaderboardView } from '../../actors/leaderboard-view.ts'
import { predictionsView } from '../../actors/predictions-view.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { presentStanding, Standing, standingExample } from '../present/leaderboard.ts'
import { Performance, performanceExample, presentMetrics, withOnly } from '../present/performance.ts'
import { Predictions, predictionsExample, presentPrediction, presentQuality } from '../present/prediction.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, asset, cursor, limit, model, paging, query } from '../query.ts'
import { goesBy, selectedAccounts } from '../scope.ts'
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
  summary: 'Accounts compared, best net return first',
  description:
    'Ranked by what is left of the result after fees, funding and the cost of the model, in percent of the deposit. ' +
    'The interval and the probability say how much of a rank may be luck: the closed trades are drawn again and again, ' +
    'with repetition, and the same draws come again every time. All results are of paper trading.',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, limit: limit(50, 500), cursor }) },
  responses: answers('Accounts by net return.', listOf(Standing), {
    items: [standingExample],
    total: 1,
    next: null,
  }),
})

const predictions = createRoute({
  method: 'get',
  path: '/performance/predictions',
  tags: ['Performance'],
  summary: 'What decisions predicted, and what came of them, newest first',
  description:
    'Entries that stated a return or a confidence. `quality` sums up all that match, not only this page: by model, and ' +
    'within it by asset.',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, model, asset, ...paging }) },
  responses: answers('Predictions, newest first.', Predictions, predictionsExample),
})

/** Sorts later times first. */
const newestFirst = (at: number): string => String(Number.MAX_SAFE_INTEGER - at).padStart(16, '0')

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
    const ranked = leaderboardView(engine, selectedAccounts(engine, c.get('grant'), account_id))
    // The rank, padded, is the key: the page order is the order of the board.
    const { items, total, next } = pageOf(ranked, each => String(each.standing.rank).padStart(9, '0'), page)
    const rows = await Promise.all(
      items.map(async each => presentStanding(each, await metricsOf(each.account.id))),
    )
    return c.json({ items: rows, total, next }, 200)
  })

  app.openapi(predictions, async c => {
    const { account_id, model: name, asset: symbol, ...page } = c.req.valid('query')
    const accounts = selectedAccounts(engine, c.get('grant'), account_id).filter(
      each => name === undefined || goesBy(each, name),
    )
    const view = await predictionsView(engine, accounts, symbol)
    const keyOf = (each: { at: number; decisionId: string }) => `${newestFirst(each.at)}/${each.decisionId}`
    const { items, total, next } = pageOf(view.predictions, keyOf, page)
    const quality = view.quality.map(presentQuality)
    return c.json({ items: items.map(presentPrediction), total, next, quality }, 200)
  })
}
