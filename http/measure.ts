/** Counts and times every request by its route: patterns, never paths, so that nobody can make series by asking. */
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Operations } from '../actors/operations/watch.ts'
import type { HttpContext, HttpEnv } from './context.ts'

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** What monitoring itself asks for is no traffic. */
const UNCOUNTED: readonly string[] = ['/metrics', '/health']

const routeOf = (c: HttpContext): string =>
  matchedRoutes(c).findLast(each => each.path !== '*' && each.path !== '/*')?.path ?? 'unmatched'

export const measure =
  (operations: Operations): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const startedAt = performance.now()
    await next()
    if (UNCOUNTED.includes(c.req.path)) return
    operations.noteRequest({
      method: METHODS.includes(c.req.method) ? c.req.method : 'OTHER',
      route: routeOf(c),
      status: c.res.status,
      seconds: (performance.now() - startedAt) / 1000,
      path: c.req.path.slice(0, 200),
      requestId: c.get('requestId'),
      by: c.get('grant')?.id ?? null,
    })
  }
