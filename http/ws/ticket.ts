/**
 * One-use tickets for pages, whose scripts can give a WebSocket neither a header nor, across a proxy, always a cookie.
 *
 * A ticket is asked for with the token or the session, lives 30 seconds, opens one connection, and travels as a
 * subprotocol: a URL would stand in logs and histories.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Grant } from '../auth.ts'

export const TICKET_MS = 30_000
/** Tickets that wait to be used; the oldest is forgotten first. */
const TICKETS_MAX = 1_000

/** Who a connection belongs to: `current` is asked again and again while it stands. */
export type Holder = { fingerprint: string; current: () => Grant | null }

export type Tickets = {
  issue(holder: Holder): { ticket: string; expiresAt: number }
  /** `null` for a ticket that is unknown, used or too old, or whose token does not hold any more. */
  redeem(ticket: string): { grant: Grant; holder: Holder } | null
}

const keyOf = (ticket: string): string => createHash('sha256').update(ticket).digest('hex')

export const createTickets = (now: () => number): Tickets => {
  const waiting = new Map<string, { holder: Holder; expiresAt: number }>()
  return {
    issue(holder) {
      const oldest = waiting.keys().next()
      if (waiting.size >= TICKETS_MAX && !oldest.done) waiting.delete(oldest.value)
      const ticket = randomBytes(32).toString('base64url')
      const expiresAt = now() + TICKET_MS
      waiting.set(keyOf(ticket), { holder, expiresAt })
      return { ticket, expiresAt }
    },
    redeem(ticket) {
      const key = keyOf(ticket)
      const found = waiting.get(key)
      waiting.delete(key)
      if (found === undefined || now() >= found.expiresAt) return null
      const grant = found.holder.current()
      return grant === null ? null : { grant, holder: found.holder }
    },
  }
}

/** The ticket of a `Sec-WebSocket-Protocol: bearer, <ticket>` header; `null` without one. */
export const ticketIn = (header: string | undefined): string | null => {
  const [scheme, ticket] = (header ?? '').split(',').map(each => each.trim())
  return scheme === 'bearer' && ticket !== undefined && ticket !== '' && ticket.length <= 100 ? ticket : null
}
