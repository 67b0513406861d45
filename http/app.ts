/**
 * The HTTP side of the engine: it reads an `EngineView` and answers, and hands commands on to an `EngineControl`.
 *
 * Every request passes the same doors in the same order: an id, where it comes from, security headers, host and origin,
 * the token, the audit row, the body limit; then its route. What any of them throws becomes problem+json in one place.
 */
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { getPath } from 'hono/utils/url'
import { Watch } from '../actors/operations/watch.ts'
import { NO_ALERTS } from '../domain/alert.ts'
import { auditTrail, createAuditMemory } from './audit.ts'
import type { App, AppOptions, HttpContext, HttpEnv, RouteDeps, StreamBounds } from './context.ts'
import { createExposure, EXPOSURE } from './exposure.ts'
import { createDoor } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { measure } from './measure.ts'
import { registerSecurity } from './openapi.ts'
import {
  answerError,
  answerMethodNotAllowed,
  answerUnknownPath,
  bodyTooLarge,
  pathTooLong,
} from './problem.ts'
import { refuseInvalid } from './query.ts'
import { readable } from './readable.ts'
import { accountAdminRoutes } from './routes/account-admin.ts'
import { accountRoutes } from './routes/accounts.ts'
import { actorRoutes } from './routes/actors.ts'
import { auditRoutes } from './routes/audit.ts'
import { credentialRoutes } from './routes/credentials.ts'
import { controlRoutes } from './routes/control.ts'
import { emergencyRoutes } from './routes/control-emergency.ts'
import { botReadingRoutes } from './routes/bot-readings.ts'
import { botRoutes } from './routes/bots.ts'
import { cycleRoutes } from './routes/cycle.ts'
import { diaryRoutes } from './routes/diary.ts'
import { eventRoutes } from './routes/events.ts'
import { feedRoutes } from './routes/feed.ts'
import { inspectRoutes } from './routes/inspect.ts'
import { inspectorRoutes } from './routes/inspector.ts'
import { journalFeedRoutes } from './routes/journal-feeds.ts'
import { limitRoutes } from './routes/limits.ts'
import { machineRoutes } from './routes/machines.ts'
import { marketHistoryRoutes } from './routes/market-history.ts'
import { marketRoutes } from './routes/market.ts'
import { modelAccountRoutes } from './routes/model-accounts.ts'
import { modelRoutes } from './routes/models.ts'
import { orderRoutes } from './routes/orders.ts'
import { overviewRoutes } from './routes/overview.ts'
import { operationRoutes } from './routes/operations.ts'
import { pageRoutes } from './routes/pages.ts'
import { performanceRoutes } from './routes/performance.ts'
import { positionRoutes } from './routes/positions.ts'
import { reconcileRoutes } from './routes/reconcile.ts'
import { recordRoutes } from './routes/records.ts'
import { sessionRoutes } from './routes/session.ts'
import { signalRoutes } from './routes/signals.ts'
import { streamRoutes } from './routes/streams.ts'
import { systemRoutes } from './routes/system.ts'
import { ticketRoutes } from './routes/ticket.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { sameOrigin } from './same-origin.ts'
import { createSessions } from './sessions.ts'
import { createEventHub } from './stream/hub.ts'
import { realTimers, WS_BOUNDS } from './ws/bounds.ts'
import { holderOf } from './ws/holder.ts'
import { createTickets } from './ws/ticket.ts'

const BODY_BYTES_MAX = 256 * 1024
/** No path of the engine, with the longest ids there are, comes near. */
const PATH_LENGTH_MAX = 2_048

/**
 * The queue holds what a fast simulation emits between two turns of the event loop, and more than the hub remembers, so
 * that neither a burst nor a return looks like slowness. Clients share the events; only references are queued.
 */
const STREAM_BOUNDS: StreamBounds = {
  heartbeatMs: 30_000,
  recheckMs: 60_000,
  queueMax: 16_384,
  clientsMax: 100,
}

/** Aliases and slashes at the end are taken off before routing, so that doors and routes see one path. */
export const routingPath = (request: Request): string => {
  const path = withoutSlashesAtEnd(getPath(request)).replace(/^\/api(?:\/v1)?(?=\/|$)/, '')
  return path.replace(/^\/ws\/websocket(?=\/(?:start|stop|status)$)/, '/stream') || '/'
}

/** Step by step from the end: a pattern would begin anew at every slash of a path that is nothing but slashes. */
const withoutSlashesAtEnd = (path: string): string => {
  let end = path.length
  while (end > 0 && path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}

export const createApp = ({ engine, auth, now, log, stream, ...options }: AppOptions): App => {
  const rules = createExposure({ ...EXPOSURE, ...options.exposure })
  const sessions = options.sessions ?? createSessions(auth, now)
  const operations = options.operations ?? new Watch({ engine, thresholds: NO_ALERTS, now })
  const tickets = createTickets(now)
  const audit = options.audit ?? createAuditMemory()
  const door = createDoor({ auth, sessions, tickets, rules, now, log })
  const app = new OpenAPIHono<HttpEnv>({ getPath: routingPath, defaultHook: refuseInvalid })
  app.onError(answerError(log))
  app.notFound(answerUnknownPath)

  app.use('*', requestId({ limitLength: 64 }))
  app.use('*', measure(operations))
  app.use('*', async (c: HttpContext, next) => {
    c.set('way', rules.wayOf(c))
    await next()
    if (c.get('way').isSecure) c.res.headers.set('Strict-Transport-Security', 'max-age=31536000')
  })
  app.use('*', securityHeaders)
  app.use('*', async (c: HttpContext, next) => {
    await next()
    // What an account owns has no place in a shared or a disk cache.
    c.res.headers.set('Cache-Control', 'no-store')
  })
  app.use('*', async (c: HttpContext, next) => {
    if (c.req.path.length > PATH_LENGTH_MAX) throw pathTooLong(c.req.path.length, PATH_LENGTH_MAX)
    await next()
  })
  app.use('*', sameOrigin(rules))
  app.use('*', door.middleware)
  app.use('*', readable)
  app.use('*', auditTrail(audit, now, log))
  app.use(
    '*',
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw bodyTooLarge(BODY_BYTES_MAX)
      },
    }),
  )
  app.use('*', methodNotAllowed({ app, onMethodNotAllowed: answerMethodNotAllowed }))

  const deps: RouteDeps = {
    engine,
    log,
    hub: createEventHub(engine),
    bounds: { ...STREAM_BOUNDS, ...stream },
    now,
    sessions,
    door,
    tokens: options.tokens ?? null,
    audit,
    credentials: options.credentials ?? null,
    operations,
  }
  registerSecurity(app)
  systemRoutes(app, deps)
  accountRoutes(app, deps)
  accountAdminRoutes(app, deps)
  reconcileRoutes(app, deps)
  positionRoutes(app, deps)
  recordRoutes(app, deps)
  orderRoutes(app, deps)
  signalRoutes(app, deps)
  diaryRoutes(app, deps)
  cycleRoutes(app, deps)
  botReadingRoutes(app, deps)
  botRoutes(app, deps)
  marketRoutes(app, deps)
  marketHistoryRoutes(app, deps)
  feedRoutes(app, deps)
  overviewRoutes(app, deps)
  journalFeedRoutes(app, deps)
  modelRoutes(app, deps)
  modelAccountRoutes(app, deps)
  performanceRoutes(app, deps)
  operationRoutes(app, deps)
  actorRoutes(app, deps)
  machineRoutes(app, deps)
  inspectRoutes(app)
  const holder = holderOf(auth, sessions)
  eventRoutes(app, deps, holder)
  const { timers = realTimers, ...bounds } = options.websocket ?? {}
  const feed = streamRoutes(app, deps, { bounds: { ...WS_BOUNDS, ...bounds }, timers, holderOf: holder })
  limitRoutes(app, deps, () => [...(options.caches?.() ?? []), feed.cacheStats()])
  ticketRoutes(app, tickets, holder)
  inspectorRoutes(app, deps, { inspector: options.inspector ?? null, timers, holderOf: holder })
  controlRoutes(app, deps)
  emergencyRoutes(app, deps)
  sessionRoutes(app, deps)
  tokenRoutes(app, deps)
  credentialRoutes(app, deps)
  auditRoutes(app, deps)
  pageRoutes(app)
  return app
}
