/**
 * The HTTP side of the engine: it reads an `EngineView` and answers, and hands commands on to an `EngineControl`.
 *
 * Every request passes the same doors in the same order: an id, security headers, the origin, the token, the body limit;
 * then its route. What any of them throws becomes problem+json in one place.
 */
import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { getPath } from 'hono/utils/url'
import type { App, AppOptions, HttpContext, HttpEnv, RouteDeps, StreamBounds } from './context.ts'
import { guard } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { registerSecurity } from './openapi.ts'
import { answerError, answerMethodNotAllowed, answerUnknownPath, bodyTooLarge } from './problem.ts'
import { refuseInvalid } from './query.ts'
import { accountRoutes } from './routes/accounts.ts'
import { actorRoutes } from './routes/actors.ts'
import { controlRoutes } from './routes/control.ts'
import { emergencyRoutes } from './routes/control-emergency.ts'
import { diaryRoutes } from './routes/diary.ts'
import { eventRoutes } from './routes/events.ts'
import { modelAccountRoutes } from './routes/model-accounts.ts'
import { modelRoutes } from './routes/models.ts'
import { pageRoutes } from './routes/pages.ts'
import { performanceRoutes } from './routes/performance.ts'
import { positionRoutes } from './routes/positions.ts'
import { recordRoutes } from './routes/records.ts'
import { systemRoutes } from './routes/system.ts'
import { sameOrigin } from './same-origin.ts'
import { createEventHub } from './stream/hub.ts'

const BODY_BYTES_MAX = 256 * 1024

/**
 * The queue holds what a fast simulation emits between two turns of the event loop, and more than the hub remembers, so
 * that neither a burst nor a return looks like slowness. Clients share the events; only references are queued.
 */
const STREAM_BOUNDS: StreamBounds = { heartbeatMs: 30_000, queueMax: 16_384, clientsMax: 100 }

/** Aliases and slashes at the end are taken off before routing, so that doors and routes see one path. */
export const routingPath = (request: Request): string => {
  const path = getPath(request).replace(/^\/api(?:\/v1)?(?=\/|$)/, '')
  return path.replace(/\/+$/, '') || '/'
}

export const createApp = ({ engine, auth, now, log, stream }: AppOptions): App => {
  const app = new OpenAPIHono<HttpEnv>({ getPath: routingPath, defaultHook: refuseInvalid })
  app.onError(answerError(log))
  app.notFound(answerUnknownPath)

  app.use('*', requestId({ limitLength: 64 }))
  app.use('*', securityHeaders)
  app.use('*', async (c: HttpContext, next) => {
    await next()
    // What an account owns has no place in a shared or a disk cache.
    c.res.headers.set('Cache-Control', 'no-store')
  })
  app.use('*', sameOrigin)
  app.use('*', guard(auth, now, log))
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
  }
  registerSecurity(app)
  systemRoutes(app, deps)
  accountRoutes(app, deps)
  positionRoutes(app, deps)
  recordRoutes(app, deps)
  diaryRoutes(app, deps)
  modelRoutes(app, deps)
  modelAccountRoutes(app, deps)
  performanceRoutes(app, deps)
  actorRoutes(app, deps)
  eventRoutes(app, deps)
  controlRoutes(app, deps)
  emergencyRoutes(app, deps)
  pageRoutes(app)
  return app
}
