/** Who asks, and what a token lets them see. Tokens are 256 random bits; only their SHA-256 is ever stored. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Each scope includes the ones before it. */
export const SCOPES = ['read', 'trade', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** `id` names the token in the journal: who said what. */
export type Grant = { id: string; scopes: readonly Scope[]; accounts: '*' | readonly string[] }

export interface Authenticator {
  /** What the token grants; `null` when it is not known. Takes the same time for every wrong token. */
  verify(token: string): Grant | null
}

/** A token as the file keeps it. */
export type StoredToken = {
  id: string
  /** SHA-256 of the whole token, in hex. */
  hash: string
  scopes: Scope[]
  accounts: '*' | string[]
  /** UTC ISO-8601. */
  createdAt: string
}

const TOKEN_LENGTH_MAX = 256

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/** A new token and the record to store. The token itself is in nobody's hands but the caller's. */
export const mintToken = (
  id: string,
  grant: { scopes: Scope[]; accounts: '*' | string[] },
  createdAt: number,
): { token: string; stored: StoredToken } => {
  const token = `latch_${randomBytes(32).toString('base64url')}`
  const stored = {
    id,
    hash: hashToken(token),
    scopes: grant.scopes,
    accounts: grant.accounts,
    createdAt: new Date(createdAt).toISOString(),
  }
  return { token, stored }
}

export const createAuthenticator = (tokens: readonly StoredToken[]): Authenticator => {
  const known = tokens.map(each => ({
    hash: Buffer.from(each.hash, 'hex'),
    grant: { id: each.id, scopes: each.scopes, accounts: each.accounts },
  }))
  return {
    verify(token) {
      if (token.length > TOKEN_LENGTH_MAX) return null
      const hash = Buffer.from(hashToken(token), 'hex')
      let found: Grant | null = null
      // No early exit: the time taken must not tell which record matched.
      for (const each of known) if (timingSafeEqual(each.hash, hash)) found = each.grant
      return found
    },
  }
}

export const allows = (grant: Grant, scope: Scope): boolean =>
  grant.scopes.some(each => SCOPES.indexOf(each) >= SCOPES.indexOf(scope))

export const seesAccount = (grant: Grant, accountId: string): boolean =>
  grant.accounts === '*' || grant.accounts.includes(accountId)
