/**
 * Which pages may call: those of the engine itself, and those whose origin is listed. A foreign Origin or a Host that is
 * not ours (DNS rebinding) is refused before anything is looked at.
 */
import type { MiddlewareHandler } from 'hono'
import type { HttpContext, HttpEnv } from './context.ts'
import type { ExposureRules } from './exposure.ts'
import { Problem } from './problem.ts'

/** Told to listed origins only: never `*`, never an origin that merely asked. */
const corsHeaders = (origin: string): Record<string, string> => ({
  'Access-Control-Allow-Origin': origin,
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Expose-Headers': 'Retry-After, X-Request-Id',
})

const PREFLIGHT: Record<string, string> = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id, X-Requested-With',
  'Access-Control-Max-Age': '600',
}

export const sameOrigin =
  (rules: ExposureRules): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    const { host } = c.get('way')
    // Whether it lives is asked by load balancers under any name, and told to anyone.
    if (c.req.path !== '/health' && !rules.isOurName(host)) throw foreignHost(host)
    c.header('Vary', 'Origin')
    const origin = c.req.header('Origin')
    if (origin === undefined) return next()
    if (rules.isListedOrigin(origin)) return answerListed(c, origin, next)
    // Only hosts are compared: behind a proxy that ends TLS the schemes differ. `null` (sandboxed pages) is no host.
    if (URL.canParse(origin) && new URL(origin).host === host.toLowerCase()) return next()
    throw new Problem('origin_refused', {
      detail: `The page at ${origin.slice(0, 100)} may not call this API.`,
      remedy:
        'Call it from a page of the engine itself, from a program, which sends no Origin header, or list the origin in ' +
        'API_CORS_ORIGINS.',
    })
  }

const answerListed = async (
  c: HttpContext,
  origin: string,
  next: () => Promise<void>,
): Promise<Response | undefined> => {
  if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined) {
    return c.body(null, 204, { ...corsHeaders(origin), ...PREFLIGHT })
  }
  await next()
  for (const [name, value] of Object.entries(corsHeaders(origin))) c.res.headers.set(name, value)
  return undefined
}

const foreignHost = (host: string): Problem =>
  new Problem('host_refused', {
    detail: `This engine does not go by the name ${host.slice(0, 100)}.`,
    remedy: 'Use its address, or name it in API_HOSTS if it is meant to be reached as that.',
  })
