/**
 * The door: everything is refused unless it is in `PUBLIC_PATHS`, or carries a known token or an open session.
 *
 * A valid token is never refused for the failures of others behind the same address: guessing 256 bits is hopeless, while
 * locking the owner out is not. A wrong one costs its sender a place in the failure limit.
 */
import type { MiddlewareHandler } from 'hono'
import { allows, type Authenticator, type Grant, hashToken } from './auth.ts'
import { bindingsOf, type HttpContext, type HttpEnv, type Log, peerOf } from './context.ts'
import type { ExposureRules } from './exposure.ts'
import { createFailureLimit } from './failure-limit.ts'
import { createFailureLog } from './failure-log.ts'
import { networkOf } from './network.ts'
import { Problem } from './problem.ts'
import { isPublicRead, PUBLIC_GRANT } from './public-read.ts'
import { createRateLimit, type RateStanding } from './rate-limit.ts'
import { requireScope } from './scope.ts'
import type { Sessions } from './sessions.ts'
import { STREAMS } from './ws/message.ts'
import { ticketIn, type Tickets } from './ws/ticket.ts'

/**
 * Answered without a token. Nothing else is, but opening a session, which carries its token in the body, and where it was
 * asked for, what `isPublicRead` names.
 */
export const PUBLIC_PATHS: readonly string[] = ['/health']
const LOGIN_PATH = '/session'

/** A person in danger is never told to wait. */
const UNLIMITED_PATHS: readonly string[] = ['/emergency-stop']

/** Read by a browser, which cannot send a bearer token when it navigates: the token may come as Basic password. */
const isPage = (path: string): boolean =>
  path === '/' ||
  path === '/static' ||
  ['/docs', '/redoc', '/inspect', '/openapi.json'].includes(path) ||
  path.startsWith('/static/')

/** What the inspector's page reads. Only reads: a password, like a cookie, is sent by the browser whoever asks for it. */
const isReadByPage = (method: string, path: string): boolean =>
  !changes(method) &&
  /^\/(?:(?:status|accounts|moves|events)$|(?:actors|machines|inspect)(?:\/|$))/.test(path)

const STREAM_PATHS: readonly string[] = [...STREAMS.map(each => `/ws/${each}`), '/inspect/ws']

/** By what the server says, never by a header, which anybody may send with any request. */
const opensStream = (c: HttpContext): boolean =>
  bindingsOf(c).upgrade !== undefined && c.req.method === 'GET' && STREAM_PATHS.includes(c.req.path)

const BEARER = /^Bearer +(\S+)$/i
const BASIC = /^Basic +(\S+)$/i

export const changes = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method)

export type Door = {
  middleware: MiddlewareHandler<HttpEnv>
  /** The grant of a token that came in a body. @throws Problem `token_unknown` or `attempts_exceeded`. */
  admit(c: HttpContext, token: string): Grant
  /** What the token of this request may still ask for. */
  limits(fingerprint: string): { reads: RateStanding | null; commands: RateStanding | null }
}

type DoorDeps = {
  auth: Authenticator
  sessions: Sessions
  tickets: Tickets
  rules: ExposureRules
  now: () => number
  log: Log
}

export const createDoor = ({ auth, sessions, tickets, rules, now, log }: DoorDeps): Door => {
  const failures = createFailureLimit(now)
  const failureLog = createFailureLog(log, now)
  const reads = createRateLimit(rules.settings.ratePerMinute, now)
  const commands = createRateLimit(rules.settings.ratePerMinute, now)

  const wrong = (c: HttpContext): Problem => {
    const peer = peerOf(c)
    const waitSeconds = failures.fail(peer)
    const isBeyondLimit = waitSeconds !== null
    failureLog.note({ peer, requestId: c.get('requestId'), path: c.req.path, isBeyondLimit })
    return unknown(c, waitSeconds)
  }

  const admit = (c: HttpContext, token: string): Grant => {
    const grant = auth.verify(token)
    if (grant === null) throw wrong(c)
    requireScope(grant, 'read')
    return grant
  }

  const identify = (c: HttpContext): { grant: Grant; fingerprint: string } | null => {
    const token = presentedToken(c)
    if (token !== null) return { grant: admit(c, token), fingerprint: hashToken(token) }
    const ticket = opensStream(c) ? ticketIn(c.req.header('Sec-WebSocket-Protocol')) : null
    if (ticket !== null) {
      const redeemed = tickets.redeem(ticket)
      if (redeemed === null) throw wrong(c)
      c.set('holder', redeemed.holder)
      return { grant: redeemed.grant, fingerprint: redeemed.holder.fingerprint }
    }
    const session = sessions.sessionOf(c.req.header('Cookie'))
    if (session !== null) {
      // A cookie is sent by the browser whoever asks for it, so that alone it must not change anything.
      if (changes(c.req.method)) requireOwnPage(c)
      return session
    }
    if (rules.settings.auth === 'token') return publicReader(c)
    return { grant: { id: 'anyone', scopes: ['admin'], accounts: '*' }, fingerprint: 'none' }
  }

  const publicReader = (c: HttpContext): { grant: Grant; fingerprint: string } | null => {
    if (!rules.settings.publicRead || !isPublicRead(c.req.method, c.req.path)) return null
    return { grant: PUBLIC_GRANT, fingerprint: `public ${networkOf(peerOf(c))}` }
  }

  const limited = (c: HttpContext, fingerprint: string): void => {
    if (UNLIMITED_PATHS.includes(c.req.path)) return
    const seconds = (changes(c.req.method) ? commands : reads).take(fingerprint)
    if (seconds !== null) throw tooMany(seconds)
  }

  const middleware: MiddlewareHandler<HttpEnv> = async (c, next) => {
    if (PUBLIC_PATHS.includes(c.req.path)) {
      // Whoever shows a token is told more; no cookie and no open door is, since this path answers under any name.
      const token = presentedToken(c)
      if (token !== null) {
        c.set('grant', admit(c, token))
        limited(c, hashToken(token))
      }
      return next()
    }
    const known = identify(c)
    if (known === null) {
      if (c.req.path === LOGIN_PATH && c.req.method === 'POST') return next()
      throw missing(c)
    }
    limited(c, known.fingerprint)
    c.set('grant', nearby(c, known.grant))
    c.set('fingerprint', known.fingerprint)
    return next()
  }
  const limits = (fingerprint: string) => ({
    reads: reads.standing(fingerprint),
    commands: commands.standing(fingerprint),
  })
  return { middleware, admit, limits }
}

/** On plain HTTP from far away a token may be read by others on the way: it then only reads, too. */
const nearby = (c: HttpContext, grant: Grant): Grant => {
  const { isSecure, isNear } = c.get('way')
  if (isSecure || isNear || !allows(grant, 'trade')) return grant
  if (changes(c.req.method) && c.req.path !== LOGIN_PATH) {
    throw new Problem('transport_refused', {
      detail: 'Commands are not taken over plain HTTP from outside this network.',
      remedy:
        'Set API_TLS_CERT and API_TLS_KEY, or name the proxy that ends TLS in TRUSTED_PROXIES and have it send ' +
        'X-Forwarded-Proto.',
    })
  }
  return { ...grant, scopes: ['read'] }
}

const requireOwnPage = (c: HttpContext): void => {
  if (c.req.header('Origin') !== undefined && c.req.header('X-Requested-With') !== undefined) return
  throw new Problem('csrf_refused', {
    detail: 'A session changes things only from a page of this engine.',
    remedy: 'Send Origin and X-Requested-With with the request, or use a bearer token.',
  })
}

const presentedToken = (c: HttpContext): string | null => {
  const header = c.req.header('Authorization') ?? ''
  const bearer = BEARER.exec(header)?.[1]
  if (bearer !== undefined) return bearer
  const isLogin = c.req.path === LOGIN_PATH && c.req.method === 'POST'
  const isRead = isReadByPage(c.req.method, c.req.path)
  const basic = isPage(c.req.path) || isRead || isLogin ? BASIC.exec(header)?.[1] : undefined
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
      'Send the header Authorization: Bearer <token>. The token was printed at the first start; latch token create makes ' +
      'a new one on the machine of the engine. In a browser, give the token as the password.',
    headers: challenge(c),
  })

const unknown = (c: HttpContext, waitSeconds: number | null): Problem => {
  if (waitSeconds === null) {
    return new Problem('token_unknown', {
      detail: 'The token is not one of this engine, or it has expired or was revoked.',
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

const tooMany = (seconds: number): Problem =>
  new Problem('rate_exceeded', {
    detail: 'This token asks more often than it may.',
    remedy: `Wait ${seconds} seconds, or raise API_RATE_PER_MINUTE. /emergency-stop is never refused for this.`,
    headers: { 'Retry-After': String(seconds) },
  })
