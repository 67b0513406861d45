/** Who a request belongs to, in a form that can be asked again later: for tickets and for connections that stay. */
import type { Authenticator } from '../auth.ts'
import type { HttpContext } from '../context.ts'
import type { Sessions } from '../sessions.ts'
import type { Holder } from './ticket.ts'

export const holderOf =
  (auth: Authenticator, sessions: Sessions) =>
  (c: HttpContext): Holder => {
    const opener = c.get('holder')
    if (opener !== undefined) return opener
    const fingerprint = c.get('fingerprint')
    const grant = c.get('grant')
    // Where no token is asked for there is nothing to be revoked.
    if (fingerprint === 'none') return { fingerprint, current: () => grant }
    const cookie = c.req.header('Authorization') === undefined ? c.req.header('Cookie') : undefined
    // A session that was closed ends its connections although its token lives on.
    if (cookie !== undefined) return { fingerprint, current: () => sessions.sessionOf(cookie)?.grant ?? null }
    return { fingerprint, current: () => auth.current(fingerprint) }
  }
