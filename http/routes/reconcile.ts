/** Accounts against their venues: what differed, and a comparison now. */
import { createRoute, z } from '@hono/zod-openapi'
import { exerciseScope, noteAudit } from '../audit.ts'
import { bodyAccountIds, readBody } from '../body.ts'
import type { App, RouteDeps } from '../context.ts'
import {
  Comparison,
  comparisonExample,
  Difference,
  differenceExample,
  isDifference,
  presentComparison,
  presentDifference,
  presentLook,
} from '../present/administration.ts'
import { flag, listOf } from '../present/shape.ts'
import { accountIds, noQuery, paging, period, query } from '../query.ts'
import { accountFilter, rowQuery, selectedIds } from '../scope.ts'
import { answers, READ_ACCESS, TRADE_ACCESS } from './answers.ts'

const Body = z.strictObject({ account_id: bodyAccountIds }, 'an object')
const FixBody = Body.extend({
  fix: z
    .boolean('true or false')
    .default(true)
    .openapi({ description: '`false`: only tell what differs; nothing is booked or cancelled for it.' }),
})
const Comparisons = z.strictObject({ done: flag('True when all of them are.'), items: z.array(Comparison) })

const list = createRoute({
  method: 'get',
  path: '/reconcile',
  tags: ['Accounts'],
  summary: 'What differed between accounts and their venues, newest first',
  security: READ_ACCESS,
  request: { query: query({ account_id: accountIds, ...period, ...paging }) },
  responses: answers('Differences.', listOf(Difference), {
    items: [differenceExample],
    total: 1,
    next: null,
  }),
})

/** `/reconcile` in the words of the reference systems. */
const PATHS = {
  '/reconcile': 'Compare accounts with their venues now, and book what differs',
  '/accounts/sync-balances': 'Compare accounts with their venues now; the answer has their balances',
  '/models/sync-balances': 'As /accounts/sync-balances',
} as const

export const reconcileRoutes = (app: App, { engine }: RouteDeps): void => {
  app.openapi(list, async c => {
    const { account_id, ...rest } = c.req.valid('query')
    const accountId = accountFilter(engine, c.get('grant'), account_id)
    const page = await engine.reader.facts(rowQuery({ accountId, action: 'reconcile.differed', ...rest }))
    const items = page.items.filter(isDifference).map(presentDifference)
    return c.json({ items, total: page.total, next: page.next }, 200)
  })

  for (const [path, summary] of Object.entries(PATHS)) {
    const route = createRoute({
      method: 'post',
      path,
      tags: ['Accounts'],
      summary,
      description:
        'The venue is the truth: what differs is booked and written down. Nothing is traded for it.' +
        (path === '/reconcile' ? ' With `fix` false nothing is done: the answer tells what differs.' : ''),
      security: TRADE_ACCESS,
      request: { query: noQuery },
      responses: answers('How they stand now.', Comparisons, { done: true, items: [comparisonExample] }),
    })
    const example = { account_id: 'default', ...(path === '/reconcile' ? { fix: false } : {}) }
    const body = {
      content: { 'application/json': { schema: path === '/reconcile' ? FixBody : Body, example } },
      required: false,
    }
    app.openAPIRegistry.registerPath({ ...route, request: { ...route.request, body } })
    app.openapi({ ...route, hide: true }, async c => {
      exerciseScope(c, 'trade')
      const { account_id: asked, fix } =
        path === '/reconcile' ? await readBody(c, FixBody) : { ...(await readBody(c, Body)), fix: true }
      const chosen = selectedIds(engine, c.get('grant'), typeof asked === 'string' ? [asked] : asked)
      noteAudit(c, { accounts: chosen })
      const answered = fix ? await engine.insight.reconcile(chosen) : await engine.insight.compare(chosen)
      const accounts = new Map(engine.accounts(chosen).map(each => [each.id, each]))
      const items = answered.map(each => {
        const account = accounts.get(each.accountId)
        return 'facts' in each
          ? presentComparison(each, account)
          : presentLook(each, account, engine.status().now)
      })
      return c.json({ done: items.every(each => each.done), items }, 200)
    })
  }
}
