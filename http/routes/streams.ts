/** The WebSocket streams: the same paths answer a plain GET with what there is since, for clients that poll. */
import { createRoute, z } from '@hono/zod-openapi'
import { type App, bindingsOf, type HttpContext, peerOf, type RouteDeps } from '../context.ts'
import { messageSchema, typesOf } from '../present/stream-envelope.ts'
import { STREAM_EXAMPLES } from '../present/stream-example.ts'
import { createPlaces } from '../places.ts'
import { accountIds, assets, choices, query } from '../query.ts'
import { requireScope } from '../scope.ts'
import type { Timers, WsBounds } from '../ws/bounds.ts'
import { Connection } from '../ws/connection.ts'
import { Feed } from '../ws/feed.ts'
import { STREAMS, type StreamName } from '../ws/message.ts'
import { type Selection, select } from '../ws/selection.ts'
import type { Holder } from '../ws/ticket.ts'
import { answers, problems, READ_ACCESS } from './answers.ts'

/** Events of one answer to a client that polls. */
const POLLED_MAX = 1_000

const SUMMARIES: Record<StreamName, string> = {
  'trading-events': 'WebSocket: decisions, orders, positions, and what becomes of accounts',
  'market-data': 'WebSocket: prices, indicators and funding; signals and temperatures',
  positions: 'WebSocket: positions and balances at mark, orders and fills',
  actors: 'WebSocket: every step of every actor',
}

const since = z
  .string('one number')
  .regex(/^\d{1,16}$/, 'the seq of the last event that was received')
  .transform(Number)
  .optional()
  .openapi({
    type: 'integer',
    description: 'The `seq` of the last event received: what came after it follows, or a new snapshot.',
    example: 1_767_322_800_000_041,
  })

const routeOf = (stream: StreamName) =>
  createRoute({
    method: 'get',
    path: `/ws/${stream}` as const,
    tags: ['Events'],
    summary: SUMMARIES[stream],
    description:
      'With `Upgrade: websocket`, a stream of messages in one envelope: first `snapshot`, then events whose `seq` rises by ' +
      'one without gaps. A message is one of those that the plain answer lists. Filters are parameters here, or said later: ' +
      '`{"action":"subscribe","account_id":["a"],"assets":["BTC"],"types":["order"]}`; `unsubscribe` and `ping` as well. ' +
      'Authorise by header, session cookie, or `Sec-WebSocket-Protocol: bearer, <ticket>` with a ticket of POST /ws/ticket. ' +
      'Without an upgrade, the answer is what would have been sent: give the last `seq` as `since` to poll without gaps. ' +
      'docs/websocket.md has the whole protocol.',
    security: READ_ACCESS,
    request: {
      query: query({
        account_id: accountIds,
        assets,
        types: choices(typesOf(stream), 'Only these types of events.', typesOf(stream)[0] ?? ''),
        since,
      }),
    },
    responses: {
      ...answers(
        'Everything since, oldest first.',
        z.strictObject({ events: z.array(messageSchema(stream)) }),
        { events: STREAM_EXAMPLES[stream] },
      ),
      ...problems('streams_exceeded'),
    },
  })

export type StreamOptions = {
  bounds: WsBounds
  timers: Timers
  holderOf: (c: HttpContext) => Holder
}

export const streamRoutes = (
  app: App,
  deps: RouteDeps,
  { bounds, timers, holderOf }: StreamOptions,
): Feed => {
  const { engine, operations, hub, now, log } = deps
  const onError = (error: unknown) =>
    log.error({ component: 'stream', err: error }, 'stream: a look at the market failed')
  const feed = new Feed({ engine, operations, hub, bounds, timers, now, onError })
  const places = createPlaces(bounds.clientsMax, { name: 'WebSocket clients', state: 'are connected' })

  const upgrade = (c: HttpContext, selection: Selection, after: number | null): Response | null => {
    const { upgrade: ask, stopping } = bindingsOf(c)
    if (ask === undefined) return null
    const who = { peer: peerOf(c), request_id: c.get('requestId') }
    const [grant, holder] = [c.get('grant'), holderOf(c)]
    const onEnd = places.take(holder.fingerprint)
    const shared = { engine, feed, bounds, timers, now, log, who, grant, holder, stopping, onEnd }
    return ask({
      accept: (ws, socket) => void new Connection({ ...shared, ws, socket, selection, since: after }),
      abandon: onEnd,
    })
  }

  const poll = (selection: Selection, after: number | null): string[] => {
    const channel = feed.open(selection)
    if (after !== null && channel.canResume(after)) return channel.since(after, POLLED_MAX)
    const { seq, text } = feed.snapshot(channel)
    return [text, ...channel.since(seq, POLLED_MAX)]
  }

  for (const stream of STREAMS) {
    app.openapi(routeOf(stream), c => {
      const { since: after = null, ...wish } = c.req.valid('query')
      requireScope(c.get('grant'), 'read')
      const selection = select(engine, c.get('grant'), stream, wish)
      const upgraded = upgrade(c, selection, after)
      if (upgraded !== null) return upgraded as never
      const events = poll(selection, after).map(text => JSON.parse(text) as z.infer<z.ZodType>)
      return c.json({ events }, 200)
    })
  }
  return feed
}
