/** Sessions of browsers: a token is given once, and a cookie that no script can read stands for it from then on. */
import { createRoute, z } from '@hono/zod-openapi'
import { type Grant, hashToken, SCOPES } from '../auth.ts'
import { readBody } from '../body.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { choice, iso, moment, text } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { noQuery } from '../query.ts'
import { sessionCookie } from '../sessions.ts'
import { answers, NO_ACCESS_NEEDED, READ_ACCESS } from './answers.ts'

const tokenText = 'the token, a text'
const LoginBody = z.strictObject({ token: z.string(tokenText).max(256, tokenText).optional() }, 'an object')

const Session = z
  .strictObject({
    token_id: text('Name of the token it was opened with.'),
    scopes: z.array(choice(SCOPES, 'What the session may do; each includes the ones before it.')),
    accounts: z
      .union([z.literal('*'), z.array(z.string())])
      .openapi({ description: '`*`, or the accounts it sees.' }),
    expires_at: moment('When it ends at the latest; two hours without a request end it, too.').nullable(),
  })
  .openapi('Session')

const example: z.infer<typeof Session> = {
  token_id: 'desk',
  scopes: ['trade'],
  accounts: '*',
  expires_at: '2026-01-02T15:00:00.000Z',
}

const open = createRoute({
  method: 'post',
  path: '/session',
  tags: ['Access'],
  summary: 'Open a session for a browser; the answer sets its cookie',
  description:
    'The token comes in the body, as a bearer token, or as the password of Basic. With the cookie alone, whatever ' +
    'changes something needs the headers Origin and X-Requested-With.',
  security: NO_ACCESS_NEEDED,
  request: { query: noQuery },
  responses: answers('The session.', Session, example),
})

const read = createRoute({
  method: 'get',
  path: '/session',
  tags: ['Access'],
  summary: 'Who is asking, and what they may do',
  security: READ_ACCESS,
  request: { query: noQuery },
  responses: answers('The token or session of this request.', Session, example),
})

const close = createRoute({
  method: 'delete',
  path: '/session',
  tags: ['Access'],
  summary: 'End the session of this browser',
  security: READ_ACCESS,
  request: { query: noQuery },
  responses: answers(
    'It has ended, or there was none.',
    z.strictObject({ ended: z.literal(true) }).openapi('SessionEnded'),
    { ended: true as const },
  ),
})

const present = (grant: Grant, expiresAt: number | null): z.infer<typeof Session> => ({
  token_id: grant.id,
  scopes: [...grant.scopes],
  accounts: grant.accounts === '*' ? '*' : [...grant.accounts],
  expires_at: expiresAt === null ? null : iso(expiresAt),
})

export const sessionRoutes = (app: App, { door, sessions, now }: RouteDeps): void => {
  const identify = async (c: HttpContext): Promise<{ grant: Grant; fingerprint: string }> => {
    const { token } = await readBody(c, LoginBody)
    if (token !== undefined) return { grant: door.admit(c, token), fingerprint: hashToken(token) }
    const grant = c.get('grant') as Grant | undefined
    if (grant !== undefined) return { grant, fingerprint: c.get('fingerprint') }
    throw new Problem('token_missing', {
      detail: 'A session is opened with a token.',
      remedy: 'Send {"token":"latch_…"} as the body.',
    })
  }

  const content = { 'application/json': { schema: LoginBody, example: { token: 'latch_…' } } }
  app.openAPIRegistry.registerPath({
    ...open,
    request: { ...open.request, body: { content, required: false } },
  })
  app.openapi({ ...open, hide: true }, async c => {
    const { grant, fingerprint } = await identify(c)
    // The one it may have had is not used again: an id that was planted before opens nothing.
    sessions.close(c.req.header('Cookie'))
    const { id, expiresAt } = sessions.open(fingerprint)
    const seconds = Math.floor((expiresAt - now()) / 1000)
    c.header('Set-Cookie', sessionCookie(id, c.get('way').isSecure, seconds))
    return c.json(present(grant, expiresAt), 200)
  })

  app.openapi(read, c => {
    const session = sessions.sessionOf(c.req.header('Cookie'))
    const isSession = session !== null && session.fingerprint === c.get('fingerprint')
    return c.json(present(c.get('grant'), isSession ? session.expiresAt : null), 200)
  })

  app.openapi(close, c => {
    sessions.close(c.req.header('Cookie'))
    c.header('Set-Cookie', sessionCookie('', c.get('way').isSecure, 0))
    return c.json({ ended: true as const }, 200)
  })
}
