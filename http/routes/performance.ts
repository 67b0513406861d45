/** How well the accounts do, one by one and against each other. */
import { createRoute } from '@hono/zod-openapi'
import { leaderboardView } from '../../actors/leaderboard-view.ts'
import { type PredictingAccount, predictionsView } from '../../actors/predictions-view.ts'
import { tradeGroupsView } from '../../actors/trade-groups-view.ts'
import { GROUPINGS } from '../../domain/performance/groups.ts'
import { PERIODS } from '../../domain/performance/periods.ts'
import { periodSpans, snapshotsOf } from '../../domain/performance/snapshots.ts'
import type { Window } from '../../domain/performance/window.ts'
import type { Grant } from '../auth.ts'
import type { App, RouteDeps } from '../context.ts'
import { newestFirst, pageOf } from '../page.ts'
import { presentStanding, Standing, standingExample } from '../present/leaderboard.ts'
import { Performance, performanceExample, presentMetrics, withOnly } from '../present/performance.ts'
import { PerformanceSnapshot, presentSnapshot, snapshotExample } from '../present/performance-history.ts'
import { Predictions, predictionsExample, presentPrediction, presentQuality } from '../present/prediction.ts'
import { listOf } from '../present/shape.ts'
import { presentTradeGroup } from '../present/trade-group.ts'
import { accountIds, asset, choice, cursor, limit, model, moment, paging, query } from '../query.ts'
import { goesBy, pastIds, selectedAccounts } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const performance = createRoute({
  method: 'get',
  path: '/performance',
  tags: ['Performance'],
  summary: 'Metrics of one account or of all',
  description:
    'Every account is an item. When exactly one is asked for, or there is only one, its main metrics stand at the top ' +
    'as well; with several they are `null` there, because metrics of different accounts do not add up. With `from` and ' +
    '`to` a stretch is measured as if it were all there is: it begins with the equity at `from`, and a trade is in it by ' +
    'its exit; what was marked or closed exactly at `to` is in it, at `from` is not, as a day ends at 00:00. What the ' +
    'model has cost is then `null`.',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      from: moment('Only after this time.'),
      to: moment('Only up to this time.'),
      group_by: choice(GROUPINGS, 'Closed trades of each account in groups as well.'),
      ...paging,
    }),
  },
  responses: answers('Metrics by account.', Performance, performanceExample),
})

const history = createRoute({
  method: 'get',
  path: '/performance/history',
  tags: ['Performance'],
  summary: 'How accounts stood at the end of each day, week or month, newest first',
  description:
    'UTC days, ISO weeks (Monday to Sunday) or calendar months, computed from equity and trades when asked for. A period ' +
    'ends at 00:00 with that instant in it, and has a row when equity was marked in it. `return_percent`, `trades` and ' +
    '`net_pnl` are of the period, the ratios and totals of all the time until its end. `from` and `to` choose by the ' +
    'beginning of periods.',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      period: choice(PERIODS, 'How long a period is; `day` when left out.'),
      from: moment('Only periods that begin from this time on.'),
      to: moment('Only periods that begin before this time.'),
      ...paging,
    }),
  },
  responses: answers('Snapshots, newest first.', listOf(PerformanceSnapshot), {
    items: [snapshotExample],
    total: 1,
    next: null,
  }),
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
    'Entries that were let through. What a decision expects is the return it states, else the way from its price to its ' +
    'target, else that from entry to target of its position, both before costs. `quality` sums up all that match, not ' +
    'only this page: by model, and within it by asset.',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, model, asset, ...paging }) },
  responses: answers('Predictions, newest first.', Predictions, predictionsExample),
})

export const performanceRoutes = (app: App, { engine }: RouteDeps): void => {
  const metricsOf = async (accountId: string, window: Window = {}) =>
    presentMetrics(await engine.performance(accountId, window), engine.settings.performance)

  /** With what is said of each, as far as it is there: one that was removed has its id left. */
  const accountsOf = (grant: Grant, requested: string[] | undefined): PredictingAccount[] => {
    const ids = pastIds(engine, grant, requested)
    const known = new Map(engine.accounts(ids).map(each => [each.id, each]))
    return ids.map(id => known.get(id) ?? { id, label: id, model: null, strategy: null })
  }

  app.openapi(performance, async c => {
    const { account_id, from, to, group_by: grouping, ...page } = c.req.valid('query')
    const ids = pastIds(engine, c.get('grant'), account_id)
    const { items, total, next } = pageOf(ids, id => id, page)
    const rows = await Promise.all(
      items.map(async id => ({
        account_id: id,
        ...(await metricsOf(id, { from, to })),
        groups:
          grouping === undefined
            ? null
            : (await tradeGroupsView(engine, id, grouping, { from, to })).map(presentTradeGroup),
      })),
    )
    return c.json(withOnly({ items: rows, total, next }), 200)
  })

  app.openapi(history, c => {
    const { account_id, period = 'day', from = -Infinity, to = Infinity, ...page } = c.req.valid('query')
    const spans = pastIds(engine, c.get('grant'), account_id).flatMap(id =>
      periodSpans(engine.measured(id), period)
        .filter(span => span.startAt >= from && span.startAt < to)
        .map(span => ({ id, span })),
    )
    const keyOf = (each: (typeof spans)[number]) => `${newestFirst(each.span.startAt)}/${each.id}`
    const { items, total, next } = pageOf(spans, keyOf, page)
    const rows = new Map(
      [...new Set(items.map(each => each.id))].flatMap(id => {
        const own = items.filter(each => each.id === id).map(each => each.span)
        const oldestFirst = own.toSorted((one, other) => one.startAt - other.startAt)
        return snapshotsOf(engine.measured(id), oldestFirst).map(
          row => [keyOf({ id, span: row }), presentSnapshot(id, row)] as const,
        )
      }),
    )
    const shown = items.flatMap(each => rows.get(keyOf(each)) ?? [])
    return c.json({ items: shown, total, next }, 200)
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
    const accounts = accountsOf(c.get('grant'), account_id).filter(
      each => name === undefined || goesBy(each, name),
    )
    const view = await predictionsView(engine, accounts, symbol)
    const keyOf = (each: { at: number; decisionId: string }) => `${newestFirst(each.at)}/${each.decisionId}`
    const { items, total, next } = pageOf(view.predictions, keyOf, page)
    const quality = view.quality.map(presentQuality)
    return c.json({ items: items.map(presentPrediction), total, next, quality }, 200)
  })
}
