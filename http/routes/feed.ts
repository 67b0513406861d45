/**
 * The feed of the market: how it stands, and a stop and a start of it. Under `/ws/websocket/…` too, where the handlers are
 * the same. Stopping it stops every account, so it takes a token that sees all of them.
 */
import { createRoute, z } from '@hono/zod-openapi'
import { exerciseScope, noteAudit } from '../audit.ts'
import { readBody } from '../body.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { Feed, feedExample, presentFeed } from '../present/feed.ts'
import { Problem } from '../problem.ts'
import { noQuery } from '../query.ts'
import { answers, answersCommand, READ_ACCESS, TRADE_ACCESS } from './answers.ts'

const Body = z.strictObject({}, 'an empty object, or left out')
const ALIAS = 'Also under `/ws/websocket/'
const about = { tags: ['Market'], request: { query: noQuery } }

const status = createRoute({
  ...about,
  method: 'get',
  path: '/stream/status',
  summary: 'Whether the market comes in, and how old its last word is',
  description: `${ALIAS}status\`.`,
  security: READ_ACCESS,
  responses: answers('The feed.', Feed, feedExample),
})
const stop = {
  ...about,
  method: 'post' as const,
  path: '/stream/stop',
  summary: 'Stop the feed: the market stands for every account',
  description:
    'No prices, no candles and no decisions on them until it is started again; the clock of the market stands with it, so ' +
    'that nothing is missed and no deadline passes. Stops stay at the venue, and what people say is carried out at the ' +
    'last price. It ends with the process: a restart begins with the market running. For tokens of all accounts. ' +
    `${ALIAS}stop\`.`,
  security: TRADE_ACCESS,
  responses: answersCommand('The market stands.', 'It goes on to the next open of a candle first.', Feed, {
    done: { ...feedExample, state: 'stopped', connected: false, condition: 'degraded' },
    later: { ...feedExample, state: 'stopping' },
  }),
}
const start = {
  ...about,
  method: 'post' as const,
  path: '/stream/start',
  summary: 'Start the feed again where it was stopped',
  description: `For tokens of all accounts. ${ALIAS}start\`.`,
  security: TRADE_ACCESS,
  responses: answers('The feed.', Feed, { ...feedExample, reconnects: 1 }),
}

const body = { content: { 'application/json': { schema: Body, example: {} } }, required: false }

export const feedRoutes = (app: App, { engine, now }: RouteDeps): void => {
  const sight = () =>
    presentFeed({
      feed: engine.feed.feed(),
      about: engine.status().feed,
      symbols: engine.insight.instruments().map(each => each.symbol),
      condition: engine.ports?.().find(each => each.kind === 'feed')?.condition ?? 'ok',
      now: now(),
    })

  const steer = async (c: HttpContext, act: () => void) => {
    exerciseScope(c, 'trade')
    if (c.get('grant').accounts !== '*') {
      throw new Problem('scope_missing', {
        detail: 'The feed is one for all accounts, and this token is for some of them.',
        remedy: 'Use a token for all accounts, or pause your own: POST /accounts/{account_id}/pause.',
      })
    }
    await readBody(c, Body)
    const before = engine.feed.feed().state
    act()
    const after = sight()
    noteAudit(c, { before: { state: before }, after: { state: after.state } })
    return after
  }

  app.openapi(status, c => c.json(sight(), 200))

  app.openAPIRegistry.registerPath({ ...stop, request: { ...stop.request, body } })
  app.openapi(createRoute({ ...stop, hide: true }), async c => {
    const feed = await steer(c, () => engine.feed.hold())
    return feed.state === 'stopping' ? c.json(feed, 202) : c.json(feed, 200)
  })

  app.openAPIRegistry.registerPath({ ...start, request: { ...start.request, body } })
  app.openapi(createRoute({ ...start, hide: true }), async c =>
    c.json(await steer(c, () => engine.feed.release()), 200),
  )
}
