/**
 * The door: everything is refused unless it is in `PUBLIC_PATHS` or carries a known token.
 *
 * A valid token is never refused for the failures of others behind the same address: guessing 256 bits is hopeless, while
 * locking the owner out is not. A wrong one costs its sender a place in the failure limit.
 */
import type { MiddlewareHandler } from 'hono'
import type { Authenticator } from './auth.ts'
import { type HttpContext, type HttpEnv, type Log, peerOf } from './context.ts'
import { createFailureLimit } from './failure-limit.ts'
import { Problem } from './problem.ts'
import { requireScope } from './scope.ts'

/** Answered without a token. Nothing else is. */
export const PUBLIC_PATHS: readonly string[] = ['/health']

/** Read by a browser, which cannot send a bearer token when it navigates: the token may come as Basic password. */
const isPage = (path: string): boolean =>
  path === '/' || path === '/docs' || path === '/openapi.json' || path.startsWith('/static/')

const BEARER = /^Bearer +(\S+)$/i
const BASIC = /^Basic +(\S+)$/i

export const guard = (auth: Authenticator, now: () => number, log: Log): MiddlewareHandler<HttpEnv> => {
  const limit = createFailureLimit(now)
  return async (c, next) => {
    if (PUBLIC_PATHS.includes(c.req.path)) return next()
    const token = presentedToken(c)
    if (token === null) throw missing(c)
    const grant = auth.verify(token)
    if (grant === null) throw unknown(c, limit.fail(peerOf(c)), log)
    requireScope(grant, 'read')
    c.set('grant', grant)
    return next()
  }
}

const presentedToken = (c: HttpContext): string | null => {
  const header = c.req.header('Authorization') ?? ''
  const bearer = BEARER.exec(header)?.[1]
  if (bearer !== undefined) return bearer
  const basic = isPage(c.req.path) ? BASIC.exec(header)?.[1] : undefined
  if (basic === undefined) return null
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  return pair.slice(pair.indexOf(':') + 1)
}

const challenge = (c: HttpContext): Record<string, string> => {
  const asksForPage = isPage(c.req.path) && (c.req.header('Accept') ?? '').includes('text/html')
  return { 'WWW-Authenticate': asksForPage ? 'Basic realm="latch", charset="UTF-8"' : 'Bearer realm="latch"' }
}

const missing = (c: HttpContext): Problem =>
  new Problem('token_missing', {
    detail: 'This path answers only with a token.',
    remedy:
      'Send the header Authorization: Bearer <token>. The token was printed at the first start; for a new one, stop the ' +
      'engine, delete tokens.json in its data folder and start again. In a browser, give the token as the password.',
    headers: challenge(c),
  })

const unknown = (c: HttpContext, waitSeconds: number | null, log: Log): Problem => {
  log.warn({ peer: peerOf(c), request_id: c.get('requestId'), path: c.req.path }, 'wrong token')
  if (waitSeconds === null) {
    return new Problem('token_unknown', {
      detail: 'The token is not one of this engine.',
      remedy:
        'Check that it is complete, from latch_ to its last character, and belongs to this data folder.',
      headers: challenge(c),
    })
  }
  return new Problem('attempts_exceeded', {
    detail: 'More than 5 wrong tokens came from this address within a minute.',
    remedy: `Wait ${waitSeconds} seconds, or send a right token: that is answered at once.`,
    headers: { 'Retry-After': String(waitSeconds) },
  })
}
