/**
 * Sessions of browsers: an opaque id in a cookie that no script can read, and that no other site's request carries.
 *
 * A session lives in memory, and only as long as the token it was opened with: revoking that ends it at once, and so does
 * a restart. Its id is kept as a hash, so that a memory dump opens nothing.
 */
import { randomBytes } from 'node:crypto'
import { type Authenticator, type Grant, hashToken } from './auth.ts'

export const COOKIE = 'latch_session'
/** Browsers take this name only with Secure, Path=/ and no Domain, so that no sibling host can set it. */
export const SECURE_COOKIE = `__Host-${COOKIE}`

const LIFE_MS = 12 * 3_600_000
const IDLE_MS = 2 * 3_600_000
const SESSIONS_MAX = 1_000

type Session = { fingerprint: string; openedAt: number; usedAt: number }

export type OpenSession = { grant: Grant; fingerprint: string; expiresAt: number }

export interface Sessions {
  /** Opens one for the token with this hash. */
  open(fingerprint: string): { id: string; expiresAt: number }
  /** Whose session a Cookie header names; `null` when none of its cookies does. For the WebSocket upgrade too. */
  sessionOf(cookieHeader: string | undefined): OpenSession | null
  /** Ends the session a Cookie header names. */
  close(cookieHeader: string | undefined): void
}

/** Values of a cookie by its name: a header may hold several of one name. */
const cookiesNamed = (header: string, name: string): string[] =>
  header.split(';').flatMap(pair => {
    const at = pair.indexOf('=')
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : []
  })

const idsIn = (header: string | undefined): string[] =>
  header === undefined ? [] : [SECURE_COOKIE, COOKIE].flatMap(name => cookiesNamed(header, name)).slice(0, 4)

export const createSessions = (auth: Authenticator, now: () => number): Sessions => {
  const sessions = new Map<string, Session>()
  const endOf = ({ openedAt, usedAt }: Session): number => Math.min(openedAt + LIFE_MS, usedAt + IDLE_MS)

  const liveSession = (id: string): OpenSession | null => {
    const key = hashToken(id)
    const session = sessions.get(key)
    if (session === undefined) return null
    const grant = endOf(session) > now() ? auth.current(session.fingerprint) : null
    if (grant === null) {
      sessions.delete(key)
      return null
    }
    session.usedAt = now()
    return { grant, fingerprint: session.fingerprint, expiresAt: session.openedAt + LIFE_MS }
  }

  return {
    open(fingerprint) {
      const at = now()
      for (const [key, session] of sessions) if (endOf(session) <= at) sessions.delete(key)
      const oldest = sessions.keys().next()
      if (sessions.size >= SESSIONS_MAX && !oldest.done) sessions.delete(oldest.value)
      const id = randomBytes(32).toString('base64url')
      sessions.set(hashToken(id), { fingerprint, openedAt: at, usedAt: at })
      return { id, expiresAt: at + LIFE_MS }
    },
    sessionOf(cookieHeader) {
      for (const id of idsIn(cookieHeader)) {
        const found = liveSession(id)
        if (found !== null) return found
      }
      return null
    },
    close(cookieHeader) {
      for (const id of idsIn(cookieHeader)) sessions.delete(hashToken(id))
    },
  }
}

/** The header that sets the cookie, or with an empty id takes it away. */
export const sessionCookie = (id: string, isSecure: boolean, seconds: number): string =>
  [
    `${isSecure ? SECURE_COOKIE : COOKIE}=${id}`,
    'HttpOnly',
    'SameSite=Strict',
    'Path=/',
    `Max-Age=${seconds}`,
    ...(isSecure ? ['Secure'] : []),
  ].join('; ')
