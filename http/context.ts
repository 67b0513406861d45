/** What a request carries through the middleware, and what the app is made of. */
import type { HttpBindings } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { EngineControl, EngineDesk } from '../actors/engine-control.ts'
import type { EngineView } from '../actors/engine-view.ts'
import type { Operations } from '../actors/operations/watch.ts'
import type { Inspectable } from '../actors/tap.ts'
import type { CacheStats } from '../domain/cache-stats.ts'
import type { CredentialStore } from '../domain/credential.ts'
import type { Authenticator, Grant } from './auth.ts'
import type { AuditLog, AuditNotes } from './audit.ts'
import type { Exposure, Way } from './exposure.ts'
import type { Sessions } from './sessions.ts'
import type { TokenStore } from './token-store.ts'
import type { Door } from './guard.ts'
import type { EventHub } from './stream/hub.ts'
import type { Timers, WsBounds } from './ws/bounds.ts'
import type { Holder } from './ws/ticket.ts'
import type { AskUpgrade } from './ws/upgrade.ts'

/** The part of a logger the HTTP side uses; pino fits. */
export type Log = {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Set by `startServer`; absent when a test calls `app.request`. */
export type Bindings = Partial<HttpBindings> & { stopping?: AbortSignal; upgrade?: AskUpgrade }

export type HttpEnv = {
  Bindings: Bindings
  Variables: {
    requestId: string
    way: Way
    grant: Grant
    /** Hash of the token that was shown, or that the session was opened with: `Authenticator.current` looks it up. */
    fingerprint: string
    /** Of a connection that was opened with a ticket: who asked for it. */
    holder?: Holder
    audit: AuditNotes
  }
}
export type HttpContext = Context<HttpEnv>
export type App = OpenAPIHono<HttpEnv>

export type AppOptions = {
  engine: EngineView & EngineControl & EngineDesk
  auth: Authenticator
  /** Epoch ms, wall clock: the failure limit counts in it. */
  now: () => number
  log: Log
  /** Bounds of the event stream; the defaults are right outside tests. */
  stream?: Partial<StreamBounds>
  /** Bounds of the WebSocket streams, and the time they are counted in. */
  websocket?: Partial<WsBounds> & { timers?: Timers }
  /** How far it reaches; the defaults are the strictest. */
  exposure?: Partial<Exposure>
  /** Made here when left out; given, so that what upgrades connections can ask it too. */
  sessions?: Sessions
  /** Left out, GET and POST /tokens answer that this engine keeps none. */
  tokens?: TokenStore
  audit?: AuditLog
  credentials?: CredentialStore
  /** Left out, a quiet one is made here: gauges and requests, no alerts and no logs. */
  operations?: Operations
  /** Caches outside the HTTP side, as they stand. */
  caches?: () => CacheStats[]
  /** What /inspect/ws watches; left out, it is off. */
  inspector?: Inspectable
}

export type StreamBounds = {
  heartbeatMs: number
  /** Time between two looks at whether the token still holds. */
  recheckMs: number
  /** Events that may wait for one client before it is dropped. */
  queueMax: number
  clientsMax: number
}

/** What a route needs to answer. */
export type RouteDeps = {
  engine: EngineView & EngineControl & EngineDesk
  log: Log
  hub: EventHub
  bounds: StreamBounds
  now: () => number
  sessions: Sessions
  door: Door
  tokens: TokenStore | null
  audit: AuditLog
  credentials: CredentialStore | null
  operations: Operations
}

/** Hono leaves `env` undefined when nobody passes bindings. */
export const bindingsOf = (c: HttpContext): Bindings => c.env ?? {}

/** Address of who asks. Forwarding headers are believed of trusted proxies only. */
export const peerOf = (c: HttpContext): string => c.get('way').peer
