/** What a request carries through the middleware, and what the app is made of. */
import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { EngineControl } from '../actors/engine-control.ts'
import type { EngineView } from '../actors/engine-view.ts'
import type { Authenticator, Grant } from './auth.ts'
import type { EventHub } from './stream/hub.ts'

/** The part of a logger the HTTP side uses; pino fits. */
export type Log = {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Set by `startServer`; absent when a test calls `app.request`. */
export type Bindings = Partial<HttpBindings> & { stopping?: AbortSignal }

export type HttpEnv = { Bindings: Bindings; Variables: { requestId: string; grant: Grant } }
export type HttpContext = Context<HttpEnv>
export type App = OpenAPIHono<HttpEnv>

export type AppOptions = {
  engine: EngineView & EngineControl
  auth: Authenticator
  /** Epoch ms, wall clock: the failure limit counts in it. */
  now: () => number
  log: Log
  /** Bounds of the event stream; the defaults are right outside tests. */
  stream?: Partial<StreamBounds>
}

export type StreamBounds = {
  heartbeatMs: number
  /** Events that may wait for one client before it is dropped. */
  queueMax: number
  clientsMax: number
}

/** What a route needs to answer. */
export type RouteDeps = { engine: EngineView & EngineControl; log: Log; hub: EventHub; bounds: StreamBounds }

/** Hono leaves `env` undefined when nobody passes bindings. */
export const bindingsOf = (c: HttpContext): Bindings => c.env ?? {}

/** Address of the other end of the socket. Forwarding headers are not believed. */
export const peerOf = (c: HttpContext): string => bindingsOf(c).incoming?.socket.remoteAddress ?? 'unknown'
