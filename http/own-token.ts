/**
 * A token that the owner of the engine chose: API_TOKEN of its environment. It may do everything, cannot be revoked but by
 * taking it away, and is written nowhere.
 *
 * A token of the engine's own making in that variable is what the file of tokens says of it, and no more: the commands read
 * the same variable, and what was made to read, or was revoked, must not come back as one that may do everything.
 */
import { timingSafeEqual } from 'node:crypto'
import { guessable } from '../domain/guessable.ts'
import { type Grant, hashToken } from './auth.ts'
import { TokenRefused, type TokenStore } from './token-store.ts'

const ID = 'environment'
const GRANT: Grant = { id: ID, scopes: ['admin'], accounts: '*' }

const LENGTH_MIN = 32
const MADE_HERE = /^latch_/

/** Why it cannot be one; `null`: it can. */
export const faultOfOwnToken = (token: string): string | null => {
  if (MADE_HERE.test(token)) return null
  if (Buffer.byteLength(token) < LENGTH_MIN) return `it is shorter than ${LENGTH_MIN} characters`
  if (!/^[\x21-\x7e]+$/.test(token)) return 'it has other characters than visible ones of ASCII'
  const fault = guessable(token)
  return fault === null ? null : `it is ${fault}`
}

/** The store, and the token beside it; the store alone when there is none of one's own. */
export const withOwnToken = (store: TokenStore, token: string | null, now: () => number): TokenStore => {
  if (token === null || MADE_HERE.test(token)) return store
  const own = Buffer.from(hashToken(token), 'hex')
  const createdAt = new Date(now()).toISOString()
  let usedAt: number | null = null
  const isOwn = (hash: string): boolean => {
    const given = Buffer.from(hash, 'hex')
    if (given.length !== own.length || !timingSafeEqual(given, own)) return false
    usedAt = now()
    return true
  }
  return {
    verify: each => (isOwn(hashToken(each)) ? GRANT : store.verify(each)),
    current: fingerprint => (isOwn(fingerprint) ? GRANT : store.current(fingerprint)),
    list: () => [
      ...store.list(),
      {
        id: ID,
        scopes: ['admin'],
        accounts: '*',
        createdAt,
        expiresAt: null,
        lastUsedAt: usedAt === null ? null : new Date(usedAt).toISOString(),
        isExpired: false,
      },
    ],
    create: (id, order) => {
      if (id === ID)
        throw new TokenRefused('taken', `'${ID}' names the token of API_TOKEN. Take another name.`)
      return store.create(id, order)
    },
    revoke: id => {
      if (id !== ID) return store.revoke(id)
      throw new TokenRefused(
        'last',
        `'${ID}' is API_TOKEN: take it out of the engine's environment and restart.`,
      )
    },
  }
}
