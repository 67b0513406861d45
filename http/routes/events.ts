/** The event stream: every step and every fact, as it happens. */
import { createRoute, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import type { EngineEvent } from '../../actors/engine-view.ts'
import { seesAccount } from '../auth.ts'
import { type App, bindingsOf, type HttpContext, peerOf, type RouteDeps } from '../context.ts'
import { eventExample, typeOf } from '../present/event.ts'
import { FACT_TYPES } from '../present/fact.ts'
import { createPlaces } from '../places.ts'
import { accountIds, choices, query } from '../query.ts'
import { selectedAccounts } from '../scope.ts'
import { serveClient } from '../stream/client.ts'
import type { Holder } from '../ws/ticket.ts'
import { answersText, problems, READ_ACCESS } from './answers.ts'

const TYPES = ['transition', 'fact', ...FACT_TYPES]

const events = createRoute({
  method: 'get',
  path: '/events',
  tags: ['Events'],
  summary: 'Server-sent events: every step of an actor and every fact of the journal',
  description:
    'Each message has `event: transition` or `event: fact`, an `id` that counts the events of this process without gaps, ' +
    'and a `StreamEvent` as data. A filter leaves events out, and with them their ids; nothing else does: a client that ' +
    'is too slow is disconnected. Reconnect with `Last-Event-ID` to continue. The first message is `event: opened`; ' +
    '`missed: true` in it says that events since then are gone, so read the lists again.',
  security: READ_ACCESS,
  request: {
    query: query({
      account_id: accountIds,
      types: choices(TYPES, 'Only these: `transition`, `fact`, or types of facts.', 'trade.closed'),
    }),
  },
  responses: {
    ...answersText('The stream; it ends when either side ends it.', {
      'text/event-stream': { schema: z.string(), example: eventExample },
    }),
    ...problems('streams_exceeded'),
  },
})

export const eventRoutes = (app: App, deps: RouteDeps, holderOf: (c: HttpContext) => Holder): void => {
  const places = createPlaces(deps.bounds.clientsMax, { name: 'event streams', state: 'are open' })
  app.openapi(events, c => {
    const { account_id, types } = c.req.valid('query')
    const accepts = acceptance(c, deps, account_id, types)
    // A HEAD request is answered by this handler too, but nobody would ever read or end its stream.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    const { stopping, outgoing } = bindingsOf(c)
    const holder = holderOf(c)
    const leave = places.take(holder.fingerprint)
    const after = lastEventId(c)
    // Proxies would hold messages back until they have a buffer full.
    c.header('X-Accel-Buffering', 'no')
    return streamSSE(c, stream =>
      serveClient(stream, {
        hub: deps.hub,
        bounds: deps.bounds,
        accepts,
        after,
        startedAt: deps.engine.status().startedAt,
        stopping,
        mayStay: () => holder.current() !== null,
        onDrop: () => {
          deps.log.warn(
            { component: 'stream', peer: peerOf(c), request_id: c.get('requestId') },
            'event stream: slow client dropped',
          )
          outgoing?.destroy()
        },
      })
        .catch((error: unknown) => {
          deps.log.error(
            { component: 'stream', err: error, request_id: c.get('requestId') },
            'event stream: ended by an error',
          )
        })
        .finally(leave),
    )
  })
}

/** What this client may see and wants to see. */
const acceptance = (
  c: HttpContext,
  { engine }: RouteDeps,
  accountIds: string[] | undefined,
  types: string[] | undefined,
): ((event: EngineEvent) => boolean) => {
  const grant = c.get('grant')
  const selected = accountIds && new Set(selectedAccounts(engine, grant, accountIds).map(each => each.id))
  const wanted = types && new Set(types)
  return event =>
    (selected?.has(event.accountId) ?? seesAccount(grant, event.accountId)) &&
    (wanted === undefined || wanted.has(event.kind) || wanted.has(typeOf(event)))
}

const lastEventId = (c: HttpContext): number | null => {
  const text = c.req.header('Last-Event-ID') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}
