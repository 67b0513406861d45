/** Pages of other sites may not call this API, with or without credentials: no CORS, and a foreign Origin is refused. */
import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './context.ts'
import { Problem } from './problem.ts'

export const sameOrigin: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const origin = c.req.header('Origin')
  if (origin === undefined) return next()
  const host = c.req.header('Host') ?? new URL(c.req.url).host
  // Only hosts are compared: behind a proxy that ends TLS the schemes differ. `null` (sandboxed pages) is no host.
  if (URL.canParse(origin) && new URL(origin).host === host) return next()
  throw new Problem('origin_refused', {
    detail: `The page at ${origin.slice(0, 100)} may not call this API.`,
    remedy: 'Call it from a page of the engine itself, or from a program, which sends no Origin header.',
  })
}
