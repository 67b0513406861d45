/** Tokens as they may be shown: never the token itself, but in the one answer that makes it. */
import { z } from '@hono/zod-openapi'
import { SCOPES } from '../auth.ts'
import type { ListedToken } from '../token-store.ts'
import { choice, flag, moment, text } from './shape.ts'

const accounts = z.union([z.literal('*'), z.array(z.string())]).openapi({
  description: '`*`, or the ids of the accounts it may see and steer.',
})

const shape = {
  id: text('Its name; commands given with it are journalled as `token:<id>`.'),
  scopes: z.array(choice(SCOPES, 'Each includes the ones before it.')),
  accounts,
  created_at: moment('When it was made.'),
  expires_at: moment('When it ends by itself; `null`: never.').nullable(),
  last_used_at: moment('When it was last shown, to within a minute; `null`: never.').nullable(),
  expired: flag('It has ended by itself, and lets nobody in.'),
}

export const Token = z.strictObject(shape).openapi('Token')
export type Token = z.infer<typeof Token>
export const MintedToken = z
  .strictObject({ ...shape, token: text('The token. It is stored nowhere and never shown again.') })
  .openapi('MintedToken')

export const presentToken = (each: ListedToken): Token => ({
  id: each.id,
  scopes: [...each.scopes],
  accounts: each.accounts === '*' ? '*' : [...each.accounts],
  created_at: each.createdAt,
  expires_at: each.expiresAt,
  last_used_at: each.lastUsedAt,
  expired: each.isExpired,
})

export const tokenExample: Token = {
  id: 'desk',
  scopes: ['trade'],
  accounts: ['default'],
  created_at: '2026-01-02T03:00:00.000Z',
  expires_at: '2026-04-02T03:00:00.000Z',
  last_used_at: null,
  expired: false,
}
