/** Who asks, and what a token lets them see. Tokens are 256 random bits; only their SHA-256 is ever stored. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Each scope includes the ones before it. */
export const SCOPES = ['read', 'trade', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** `id` names the token in the journal: who said what. */
export type Grant = { id: string; scopes: readonly Scope[]; accounts: '*' | readonly string[] }

export interface Authenticator {
  /** What the token grants; `null` when it is not known or has expired. Takes the same time for every wrong token. */
  verify(token: string): Grant | null
  /** What the token with this hash grants now; `null` once it is revoked or has expired. For sessions and streams. */
  current(fingerprint: string): Grant | null
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
  /** UTC ISO-8601; `null` or left out: it does not expire. */
  expiresAt?: string | null
}

const TOKEN_LENGTH_MAX = 256

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

export type TokenOrder = { scopes: Scope[]; accounts: '*' | string[]; expiresAt?: string | null }

/** A new token and the record to store. The token itself is in nobody's hands but the caller's. */
export const mintToken = (
  id: string,
  { scopes, accounts, expiresAt = null }: TokenOrder,
  createdAt: number,
): { token: string; stored: StoredToken } => {
  const token = `latch_${randomBytes(32).toString('base64url')}`
  const at = new Date(createdAt).toISOString()
  return { token, stored: { id, hash: hashToken(token), scopes, accounts, createdAt: at, expiresAt } }
}

export const hasExpired = ({ expiresAt }: Pick<StoredToken, 'expiresAt'>, now: number): boolean =>
  expiresAt !== null && expiresAt !== undefined && !(Date.parse(expiresAt) > now)

/** `tokens` may be a function, for a list that changes. Without a clock, tokens that expire are taken as expired. */
export const createAuthenticator = (
  tokens: readonly StoredToken[] | (() => readonly StoredToken[]),
  now: () => number = () => Number.POSITIVE_INFINITY,
): Authenticator => {
  const read = typeof tokens === 'function' ? tokens : () => tokens
  const matching = (hash: Buffer): Grant | null => {
    let found: StoredToken | null = null
    // No early exit: the time taken must not tell which record matched.
    for (const each of read()) {
      const known = Buffer.from(each.hash, 'hex')
      if (known.length === hash.length && timingSafeEqual(known, hash)) found = each
    }
    if (found === null || hasExpired(found, now())) return null
    return { id: found.id, scopes: found.scopes, accounts: found.accounts }
  }
  return {
    verify: token =>
      token.length > TOKEN_LENGTH_MAX ? null : matching(Buffer.from(hashToken(token), 'hex')),
    current: fingerprint => matching(Buffer.from(fingerprint, 'hex')),
  }
}

export const allows = (grant: Grant, scope: Scope): boolean =>
  grant.scopes.some(each => SCOPES.indexOf(each) >= SCOPES.indexOf(scope))

export const seesAccount = (grant: Grant, accountId: string): boolean =>
  grant.accounts === '*' || grant.accounts.includes(accountId)
