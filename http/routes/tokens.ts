/** Tokens: who may see and steer what. Made and ended by admins; a token is shown once, in the answer that makes it. */
import { createRoute, z } from '@hono/zod-openapi'
import { exerciseScope, noteAudit } from '../audit.ts'
import { type Grant, SCOPES, seesAccount } from '../auth.ts'
import { readBody } from '../body.ts'
import { confirm, requireConfirm } from '../confirm.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { pageOf } from '../page.ts'
import { listOf } from '../present/shape.ts'
import { MintedToken, presentToken, Token, tokenExample } from '../present/token.ts'
import { Problem, type ProblemCode } from '../problem.ts'
import { noQuery, paging, query } from '../query.ts'
import { accountUnknown, visibleAccounts } from '../scope.ts'
import { type ListedToken, type TokenRefusal, TokenRefused, type TokenStore } from '../token-store.ts'
import { ADMIN_ACCESS, answers, problems } from './answers.ts'

const accountsText = '*, or a list of 1 to 1000 ids of accounts'
const accountId = z.string(accountsText).min(1, accountsText).max(100, accountsText)
const expiryText = 'a UTC time to come, such as 2027-01-02T03:00:00Z, or null'
const idText = 'a name of up to 64 letters, digits, dots, - or _'
const TokenBody = z.strictObject(
  {
    id: z.string(idText).min(1, idText).max(64, idText).openapi({ description: 'Its name, not in use yet.' }),
    scopes: z
      .array(z.enum(SCOPES, `of ${SCOPES.join(', ')}`), `a list of ${SCOPES.join(', ')}`)
      .min(1, `a list of ${SCOPES.join(', ')}`)
      .max(SCOPES.length, 'a list without repetitions'),
    accounts: z
      .union(
        [z.literal('*'), z.array(accountId, accountsText).min(1, accountsText).max(1_000, accountsText)],
        accountsText,
      )
      .openapi({ description: '`*` for all, or the ids of the accounts it may see and steer.' }),
    expires_at: z.iso
      .datetime({ offset: true, error: expiryText })
      .nullable()
      .default(null)
      .openapi({ description: 'When it ends by itself; null: never.' }),
    confirm: confirm('Its name again, where its scopes have `admin`: it may do everything then.'),
  },
  'an object',
)
const bodyExample = { id: 'desk', scopes: ['trade' as const], accounts: ['default'], expires_at: null }

const list = createRoute({
  method: 'get',
  path: '/tokens',
  tags: ['Access'],
  summary: 'Tokens, without what would let anybody in',
  security: ADMIN_ACCESS,
  request: { query: query(paging) },
  responses: {
    ...answers('Tokens by name.', listOf(Token), { items: [tokenExample], total: 1, next: null }),
    ...problems('tokens_busy'),
  },
})

const create = createRoute({
  method: 'post',
  path: '/tokens',
  tags: ['Access'],
  summary: 'Make a token; it is shown in this answer and never again',
  description:
    'No token can make one that may do more than it may itself, or that outlives it: the end of a token that ends is ' +
    'the latest end of those it makes.',
  security: ADMIN_ACCESS,
  request: { query: noQuery },
  responses: {
    ...answers('The token.', MintedToken, { ...tokenExample, token: 'latch_…' }),
    ...problems('token_taken', 'tokens_busy'),
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/tokens/{token_id}',
  tags: ['Access'],
  summary: 'End a token at once, with the sessions opened by it',
  security: ADMIN_ACCESS,
  request: {
    params: z.object({ token_id: z.string().openapi({ description: 'Its name.', example: 'desk' }) }),
    query: noQuery,
  },
  responses: { ...answers('What it was.', Token, tokenExample), ...problems('token_last', 'tokens_busy') },
})

const CODES: Record<TokenRefusal, ProblemCode> = {
  taken: 'token_taken',
  unknown: 'token_not_found',
  last: 'token_last',
  busy: 'tokens_busy',
  name: 'body_invalid',
}

const refused = (error: TokenRefused): Problem => {
  const [detail = '', ...remedy] = error.message.split(/(?<=\.) /)
  return new Problem(CODES[error.why], {
    detail,
    remedy: remedy.join(' ') || 'See /docs. Nothing was changed.',
  })
}

const telling = <Result>(work: () => Result): Result => {
  try {
    return work()
  } catch (error) {
    throw error instanceof TokenRefused ? refused(error) : error
  }
}

/** A token for some accounts neither sees nor ends one that reaches further. */
const isWithin = (grant: Grant, { accounts }: Pick<ListedToken, 'accounts'>): boolean =>
  grant.accounts === '*' || (accounts !== '*' && accounts.every(each => seesAccount(grant, each)))

/** When the token of the asker ends by itself; `null`: never, as where no token is asked for. */
const endOf = (tokens: TokenStore, grant: Grant): string | null =>
  tokens.list().find(each => each.id === grant.id)?.expiresAt ?? null

const earlier = (asked: string | null, latest: string | null): string | null => {
  const ends = [asked, latest].filter(each => each !== null).map(each => Date.parse(each))
  return ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString()
}

const keeping = (tokens: TokenStore | null): TokenStore => {
  if (tokens !== null) return tokens
  throw new Problem('tokens_busy', {
    detail: 'This engine keeps no tokens.',
    remedy: 'Start it with a data folder.',
  })
}

export const tokenRoutes = (app: App, { engine, tokens, now }: RouteDeps): void => {
  const orderOf = async (c: HttpContext) => {
    const body = await readBody(c, TokenBody)
    const grant = c.get('grant')
    if (body.expires_at !== null && Date.parse(body.expires_at) <= now()) {
      throw new Problem('body_invalid', {
        detail: `expires_at must be ${expiryText}.`,
        remedy: 'Give a time to come, or leave it out. Nothing was changed.',
        parameter: 'expires_at',
      })
    }
    const visible = new Set(visibleAccounts(engine, grant).map(each => each.id))
    const foreign = body.accounts === '*' ? undefined : body.accounts.find(each => !visible.has(each))
    if (foreign !== undefined) throw accountUnknown(foreign)
    if (!isWithin(grant, body)) {
      throw new Problem('scope_missing', {
        detail: 'A token for some accounts cannot make one for all.',
        remedy: 'Name the accounts of the new token.',
      })
    }
    if (body.scopes.includes('admin')) {
      requireConfirm(body.confirm, [body.id], 'This token may do everything, and make others that may')
    }
    return body
  }

  app.openapi(list, c => {
    exerciseScope(c, 'admin')
    const known = keeping(tokens)
      .list()
      .filter(each => isWithin(c.get('grant'), each))
    const { items, total, next } = pageOf(known, each => each.id, c.req.valid('query'))
    return c.json({ items: items.map(presentToken), total, next }, 200)
  })

  app.openAPIRegistry.registerPath({
    ...create,
    request: {
      ...create.request,
      body: { content: { 'application/json': { schema: TokenBody, example: bodyExample } }, required: true },
    },
  })
  app.openapi({ ...create, hide: true }, async c => {
    exerciseScope(c, 'admin')
    const { id, scopes, accounts, expires_at } = await orderOf(c)
    const expiresAt = earlier(expires_at, endOf(keeping(tokens), c.get('grant')))
    const order = { scopes: [...new Set(scopes)], accounts, expiresAt }
    const { token, made } = telling(() => keeping(tokens).create(id, order))
    const shown = presentToken(made)
    noteAudit(c, { accounts: accounts === '*' ? [] : accounts, after: shown })
    return c.json({ ...shown, token }, 200)
  })

  app.openapi(remove, c => {
    exerciseScope(c, 'admin')
    const { token_id } = c.req.valid('param')
    const store = keeping(tokens)
    const found = store.list().find(each => each.id === token_id && isWithin(c.get('grant'), each))
    if (found === undefined) {
      throw new Problem('token_not_found', {
        detail: `There is no token '${token_id.slice(0, 80)}'.`,
        remedy: 'GET /tokens lists those this token sees.',
      })
    }
    const shown = presentToken(telling(() => store.revoke(token_id)))
    noteAudit(c, { accounts: shown.accounts === '*' ? [] : shown.accounts, before: shown })
    return c.json(shown, 200)
  })
}
