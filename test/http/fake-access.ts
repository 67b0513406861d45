/** A list of tokens and a safe of credentials that are kept in memory. */
import type { CredentialField, CredentialInfo, CredentialStore } from '../../domain/credential.ts'
import type { Secret } from '../../domain/secret.ts'
import { createAuthenticator, hasExpired, mintToken, type StoredToken } from '../../http/auth.ts'
import { type ListedToken, TokenRefused, type TokenStore } from '../../http/token-store.ts'

export const createFakeTokens = (tokens: StoredToken[], now: () => number): TokenStore => {
  const auth = createAuthenticator(() => tokens, now)
  const shown = ({ hash: _hash, expiresAt = null, ...rest }: StoredToken): ListedToken => ({
    ...rest,
    expiresAt,
    lastUsedAt: null,
    isExpired: hasExpired({ expiresAt }, now()),
  })
  return {
    ...auth,
    list: () => tokens.map(shown),
    create(id, order) {
      if (tokens.some(each => each.id === id))
        throw new TokenRefused('taken', `There is a token '${id}'. Revoke it.`)
      const { token, stored } = mintToken(id, order, now())
      tokens.push(stored)
      return { token, made: shown(stored) }
    },
    revoke(id) {
      const at = tokens.findIndex(each => each.id === id)
      const [gone] = at < 0 ? [] : tokens.splice(at, 1)
      if (gone === undefined) throw new TokenRefused('unknown', `There is no token '${id}'. Look again.`)
      return shown(gone)
    },
  }
}

export const createFakeCredentials = (now: () => number): CredentialStore & { kept: Map<string, Secret> } => {
  const kept = new Map<string, Secret>()
  const infoOf = (accountId: string, field: CredentialField, host: string | null): CredentialInfo => {
    const hasKey = kept.has(accountId)
    return {
      field,
      hasKey,
      last4: hasKey ? 'last' : null,
      host: hasKey ? host : null,
      updatedAt: hasKey ? now() : null,
      keyVersion: hasKey ? 1 : null,
    }
  }
  return {
    kept,
    describe: accountId => [infoOf(accountId, 'model_api_key', 'host.example')],
    put(accountId, field, value, host) {
      kept.set(accountId, value)
      return infoOf(accountId, field, host)
    },
    remove: accountId => kept.delete(accountId),
  }
}
