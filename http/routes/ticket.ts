/** One-use tickets that open a WebSocket from a page. */
import { createRoute, z } from '@hono/zod-openapi'
import type { App, HttpContext } from '../context.ts'
import { iso, moment, text } from '../present/shape.ts'
import { noQuery } from '../query.ts'
import type { Holder, Tickets } from '../ws/ticket.ts'
import { answers, READ_ACCESS } from './answers.ts'

const Ticket = z
  .strictObject({
    ticket: text('Send it as `Sec-WebSocket-Protocol: bearer, <ticket>`; never in a URL.'),
    expires_at: moment('It opens one connection until then.'),
  })
  .openapi('Ticket')

const route = createRoute({
  method: 'post',
  path: '/ws/ticket',
  tags: ['Events'],
  summary: 'A ticket that opens one WebSocket within 30 seconds',
  description: 'For pages, whose scripts can send no header with a WebSocket. It sees what the asker sees.',
  security: READ_ACCESS,
  request: { query: noQuery },
  responses: answers('The ticket; it is told once.', Ticket, {
    ticket: '9f0Zp3sWc1kq0u4vYw2n5b7d8g6h3j1l0m2n4p6q8rA',
    expires_at: '2026-01-02T03:00:30.000Z',
  }),
})

export const ticketRoutes = (app: App, tickets: Tickets, holderOf: (c: HttpContext) => Holder): void => {
  app.openapi(route, c => {
    const { ticket, expiresAt } = tickets.issue(holderOf(c))
    return c.json({ ticket, expires_at: iso(expiresAt) }, 200)
  })
}
