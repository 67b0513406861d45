/** The feeds of what was done and what went wrong: facts of the journal, newest first. */
import { createRoute } from '@hono/zod-openapi'
import type { Fact, FactType } from '../../domain/fact.ts'
import type { FactCount } from '../../domain/ports.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import {
  ACTIVITY_TYPES,
  ERROR_TYPES,
  ErrorRow,
  errorRowExample,
  FeedRow,
  feedRowExample,
  presentErrorRow,
  presentFeedRow,
} from '../present/feed-row.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, choices, either, paging, period, query } from '../query.ts'
import { accountFilter, rowQuery } from '../scope.ts'
import { answers, READ_ACCESS } from './answers.ts'

const filters = (types: readonly FactType[]) =>
  query({
    account_id: accountIds,
    bot: accountIds.openapi({ description: 'Only these bots, which are accounts: as `account_id`.' }),
    kind: choices(types, 'Only these kinds.'),
    ...period,
    ...paging,
  })

const about = { method: 'get' as const, tags: ['Events'], security: READ_ACCESS }

const errors = createRoute({
  ...about,
  path: '/errors',
  summary: 'What went wrong, or was kept from going wrong',
  description: 'Each with how often its kind happened to its account, of all that match, and when last.',
  request: { query: filters(ERROR_TYPES) },
  responses: answers('Newest first.', listOf(ErrorRow), { items: [errorRowExample], total: 1, next: null }),
})

const activity = createRoute({
  ...about,
  path: '/activity',
  summary: 'What people, strategies and rules did',
  request: { query: filters(ACTIVITY_TYPES) },
  responses: answers('Newest first.', listOf(FeedRow), { items: [feedRowExample], total: 1, next: null }),
})

type Period = { from?: number | undefined; to?: number | undefined }
type Asked = { account_id?: string[] | undefined; bot?: string[] | undefined }

export const journalFeedRoutes = (app: App, { engine }: RouteDeps): void => {
  const accountsOf = (c: HttpContext, { account_id, bot }: Asked) =>
    accountFilter(engine, c.get('grant'), either(['account_id', account_id], ['bot', bot]))

  /** Of the accounts and kinds on a page, everything in this time. */
  const countsOf = async (facts: readonly Fact[], { from, to }: Period): Promise<FactCount[]> => {
    if (facts.length === 0) return []
    return engine.reader.factCounts({
      accountId: [...new Set(facts.map(each => each.accountId))],
      action: [...new Set(facts.map(each => each.type))],
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    })
  }

  app.openapi(errors, async c => {
    const { account_id, bot, kind = ERROR_TYPES, from, to, ...paged } = c.req.valid('query')
    const accountId = accountsOf(c, { account_id, bot })
    const page = await engine.reader.facts(rowQuery({ accountId, action: kind, from, to, ...paged }))
    const keyOf = ({ type, accountId: id }: Pick<Fact, 'type' | 'accountId'>) => `${type} ${id}`
    const counts = await countsOf(page.items, { from, to })
    const sums = new Map(counts.map(each => [keyOf(each), each]))
    const items = page.items.map(fact =>
      presentErrorRow(fact, sums.get(keyOf(fact)) ?? { count: 1, lastAt: fact.at }),
    )
    return c.json({ items, total: page.total, next: page.next }, 200)
  })

  app.openapi(activity, async c => {
    const { account_id, bot, kind = ACTIVITY_TYPES, ...rest } = c.req.valid('query')
    const accountId = accountsOf(c, { account_id, bot })
    const page = await engine.reader.facts(rowQuery({ accountId, action: kind, ...rest }))
    return c.json({ items: page.items.map(presentFeedRow), total: page.total, next: page.next }, 200)
  })
}
