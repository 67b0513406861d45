/** The Stately inspection protocol for developers: off unless asked for, and for this machine alone. */
import { createRoute, z } from '@hono/zod-openapi'
import type { Inspectable } from '../../actors/tap.ts'
import { seesAccount } from '../auth.ts'
import { type App, bindingsOf, type HttpContext, type RouteDeps } from '../context.ts'
import { INSPECTOR_BOUNDS, serveInspector } from '../inspector/client.ts'
import { count, flag } from '../present/shape.ts'
import { Problem } from '../problem.ts'
import { noQuery } from '../query.ts'
import type { Timers } from '../ws/bounds.ts'
import type { Holder } from '../ws/ticket.ts'
import { answers, PAGE_ACCESS, problems } from './answers.ts'

const InspectorStatus = z
  .strictObject({
    enabled: flag('Whether the engine was started with the inspector on.'),
    clients: count('Inspectors that are connected.'),
    left_out: count('Steps that were left out for inspectors that could not follow.'),
  })
  .openapi('InspectorStatus')

const route = createRoute({
  method: 'get',
  path: '/inspect/ws',
  tags: ['Actors'],
  summary: 'WebSocket: the Stately inspection protocol, for developers on this machine',
  description:
    'With `Upgrade: websocket`, messages as `@statelyai/inspect` receives them: `@xstate.actor` with the definition of its ' +
    'machine, `@xstate.event`, `@xstate.snapshot`; contexts bounded and without secrets. Only with `inspector: on`, and only ' +
    'from a loopback address, because whole contexts are told. Without an upgrade, how it stands.',
  security: PAGE_ACCESS,
  request: { query: noQuery },
  responses: {
    ...answers('How it stands.', InspectorStatus, { enabled: false, clients: 0, left_out: 0 }),
    ...problems('inspector_off', 'inspector_local', 'streams_exceeded'),
  },
})

export type InspectorOptions = {
  /** `null`: off. */
  inspector: Inspectable | null
  timers: Timers
  holderOf: (c: HttpContext) => Holder
}

export const inspectorRoutes = (app: App, { now }: RouteDeps, options: InspectorOptions): void => {
  const state = { clients: 0, leftOut: 0 }
  const { inspector, timers, holderOf } = options
  const bounds = INSPECTOR_BOUNDS

  app.openapi(route, c => {
    const { upgrade: ask, stopping } = bindingsOf(c)
    if (ask === undefined) {
      return c.json({ enabled: inspector !== null, clients: state.clients, left_out: state.leftOut }, 200)
    }
    if (inspector === null) throw inspectorOff()
    requireThisMachine(c)
    if (state.clients >= bounds.clientsMax) throw tooMany(bounds.clientsMax)
    state.clients += 1
    const onEnd = (dropped: number) => {
      state.clients -= 1
      state.leftOut += dropped
    }
    const holder = holderOf(c)
    const grant = c.get('grant')
    const wants = (accountId: string) => seesAccount(grant, accountId)
    const mayStay = () => holder.current() !== null
    return ask({
      accept: ws => serveInspector({ ws, inspector, bounds, timers, now, wants, mayStay, stopping, onEnd }),
      abandon: () => onEnd(0),
    }) as never
  })
}

const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/
const FORWARDED = ['Forwarded', 'X-Forwarded-For', 'X-Real-IP']

/** By the socket itself; what was forwarded comes from elsewhere, even if the proxy is on this machine. */
const requireThisMachine = (c: HttpContext): void => {
  const address = bindingsOf(c).incoming?.socket.remoteAddress ?? ''
  if (LOOPBACK.test(address) && FORWARDED.every(name => c.req.header(name) === undefined)) return
  throw new Problem('inspector_local', {
    detail: 'The inspector tells whole contexts, and does so to this machine only.',
    remedy: 'Connect to 127.0.0.1 on the machine of the engine, e.g. through ssh -L.',
  })
}

const inspectorOff = (): Problem =>
  new Problem('inspector_off', {
    detail: 'The engine was started without the inspector.',
    remedy: 'Start it with --inspector, or set inspector: on. The page /inspect needs neither.',
  })

const tooMany = (most: number): Problem =>
  new Problem('streams_exceeded', {
    detail: `${most} inspectors are connected, which is the most this engine serves.`,
    remedy: 'Close one of them.',
    headers: { 'Retry-After': '30' },
  })
