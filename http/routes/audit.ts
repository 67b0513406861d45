/** The audit rows, for admins. */
import { createRoute } from '@hono/zod-openapi'
import { type AuditRow, exerciseScope } from '../audit.ts'
import { seesAccount } from '../auth.ts'
import type { App, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { AuditEntry, auditExample, presentAudit } from '../present/audit.ts'
import { listOf } from '../present/shape.ts'
import { accountIds, paging, period, query } from '../query.ts'
import { pastIds } from '../scope.ts'
import { ADMIN_ACCESS, answers } from './answers.ts'

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags: ['Access'],
  summary: 'Who used the scopes trade and admin, newest first',
  description: 'A token for some accounts sees the rows that are about those only.',
  security: ADMIN_ACCESS,
  request: { query: query({ account_id: accountIds, ...period, ...paging }) },
  responses: answers('Requests that changed something or were refused to.', listOf(AuditEntry), {
    items: [auditExample],
    total: 1,
    next: null,
  }),
})

/** Newest first in the order of text: the largest time gets the smallest key. */
const keyOf = ({ at, id }: AuditRow): string =>
  `${String(Number.MAX_SAFE_INTEGER - at).padStart(16, '0')} ${id}`

export const auditRoutes = (app: App, { engine, audit }: RouteDeps): void => {
  app.openapi(list, c => {
    exerciseScope(c, 'admin')
    const { account_id, from, to, ...page } = c.req.valid('query')
    const grant = c.get('grant')
    const asked = account_id === undefined ? null : new Set(pastIds(engine, grant, account_id))
    const rows = audit.rows().filter(row => {
      const isSeen =
        grant.accounts === '*' ||
        (row.accounts.length > 0 && row.accounts.every(each => seesAccount(grant, each)))
      const isAsked = asked === null || row.accounts.some(each => asked.has(each))
      return isSeen && isAsked && row.at >= (from ?? 0) && row.at < (to ?? Number.POSITIVE_INFINITY)
    })
    const { items, total, next } = pageOf(rows, keyOf, page)
    return c.json({ items: items.map(presentAudit), total, next }, 200)
  })
}
