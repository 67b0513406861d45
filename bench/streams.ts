/**
 * Many WebSocket clients on the event stream of many accounts: whether each is told everything in order, how late, and
 * what that does to the event loop of the engine's process; and that a client which never reads is cut.
 *
 * Roles of this file, each a process of its own: `serve` has the real app, server and fan-out behind an engine that only
 * emits, at a steady pace, events that carry the time they were emitted; `listen` has all the clients.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { WebSocket } from 'ws'
import type { EngineEvent } from '../actors/engine-view.ts'
import type { VenueOrder } from '../domain/order.ts'
import { price, quantity } from '../domain/units.ts'
import { createApp } from '../http/app.ts'
import { createAuthenticator, mintToken } from '../http/auth.ts'
import type { AppOptions } from '../http/context.ts'
import { startServer } from '../http/server.ts'

export type StreamsRow = {
  clients: number
  accounts: number
  eventsPerSecond: number
  events: number
  /** Clients that were told every event, each number one above the last. */
  complete: number
  /** From the emission of an event to its arrival at a client, all clients and events. */
  latencyMs: { p50: number; p99: number; max: number }
  /** Of the process of the engine, above its pace. */
  loopLagMs: { p50: number; p99: number; max: number }
  /** Close code of the client that never reads; `null`: it was not cut. */
  cutWith: number | null
  /** CPU time of the serving process ÷ time. */
  cpu: number
  rssBytes: number
}

const SECONDS = 20
/** Events come as an engine emits them: several in one turn. */
const BATCH_MS = 50
const RESOLUTION_MS = 5
/** Shorter than by default, so that a client that never reads is found out within the run. */
const HEARTBEAT_MS = 5_000
/** Clients that connect at the same time. */
const AT_ONCE = 25

const wallMs = (): number => performance.timeOrigin + performance.now()
const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

const orderAt = (accountId: string, seq: number): VenueOrder => ({
  clientOrderId: `${accountId}-BTC-${seq}-entry-1`,
  venueOrderId: `paper-${seq}`,
  symbol: 'BTC',
  side: 'buy',
  type: 'market',
  quantity: quantity('0.022'),
  price: null,
  triggerPrice: null,
  worstPrice: price('45225'),
  bestPrice: null,
  reduceOnly: false,
  timeInForce: 'ioc',
  validUntil: null,
  status: 'filled',
  filledQuantity: quantity('0.022'),
  averagePrice: price('45000'),
  reason: String(wallMs()),
  createdAt: 0,
  updatedAt: 0,
})

/** An engine of which only the events are real. */
const emitter = (count: number) => {
  const accounts = Array.from({ length: count }, (_, index) => ({ id: `account-${index}`, assets: ['BTC'] }))
  const listeners = new Set<(event: EngineEvent) => void>()
  let seq = 0
  const summary = ({ id }: { id: string }) => ({
    id,
    status: 'active',
    state: 'protected',
    equity: '1000',
    assets: [],
  })
  const engine = {
    settings: { accounts },
    status: () => ({ now: 0, startedAt: 0, accounts: [] }),
    accounts: () => accounts.map(summary),
    positions: () => [],
    onMarks: () => () => {},
    subscribe(listener: (event: EngineEvent) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } as unknown as AppOptions['engine']
  const emit = () => {
    seq += 1
    const accountId = accounts[seq % count]?.id ?? ''
    const body = { type: 'order.updated' as const, leg: 'entry' as const, positionId: `${accountId}-BTC-1` }
    const fact = { ...body, order: orderAt(accountId, seq), seq, at: 0, accountId }
    const event: EngineEvent = { kind: 'fact', seq, at: 0, accountId, fact }
    for (const listener of listeners) listener(event)
  }
  return { engine, emit, emitted: () => seq }
}

const report = (message: unknown): void => void process.send?.(message)

const serve = async (accounts: number, clients: number, perSecond: number): Promise<void> => {
  const { engine, emit, emitted } = emitter(accounts)
  const { token, stored } = mintToken('bench', { scopes: ['read'], accounts: '*' }, 0)
  const cut: { code: number | null } = { code: null }
  const note = (fields: object) => {
    if ('code' in fields) cut.code = Number(fields.code)
  }
  const app = createApp({
    engine,
    auth: createAuthenticator([stored]),
    now: () => Math.round(wallMs()),
    log: { warn: note, error: error => console.error(error) },
    websocket: { clientsMax: clients + 1, heartbeatMs: HEARTBEAT_MS },
    exposure: { ratePerMinute: null },
  })
  const server = await startServer({ app, host: '127.0.0.1', port: 0 })
  report({ url: server.url, token })
  await once(process, 'message')
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  lag.enable()
  const [from, cpu] = [performance.now(), process.cpuUsage()]
  await new Promise<void>(resolve => {
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - from) / 1000) * perSecond)
      while (emitted() < Math.min(due, SECONDS * perSecond)) emit()
      if (emitted() < SECONDS * perSecond) return
      clearInterval(timer)
      resolve()
    }, BATCH_MS)
  })
  lag.disable()
  const { user, system } = process.cpuUsage(cpu)
  const share = (user + system) / 1000 / (performance.now() - from)
  const ms = (nanos: number) => Math.max(0, nanos / 1e6 - RESOLUTION_MS)
  const loopLagMs = { p50: ms(lag.percentile(50)), p99: ms(lag.percentile(99)), max: ms(lag.max) }
  report({ events: emitted(), loopLagMs, cutWith: cut.code, cpu: share, rssBytes: process.memoryUsage().rss })
  await once(process, 'message')
  await server.close()
  process.disconnect()
}

const SEQ = /"seq":(\d+)/
const EMITTED = /"reason":"([\d.]+)"/

const listen = async (url: string, token: string, clients: number): Promise<void> => {
  const headers = { Authorization: `Bearer ${token}` }
  const open = () => new WebSocket(`${url.replace('http', 'ws')}/ws/trading-events`, { headers })
  const state = Array.from({ length: clients }, () => ({ last: 0, events: 0, gaps: 0 }))
  const latencies: number[] = []
  const follow = async (mine: (typeof state)[number]): Promise<WebSocket> => {
    const ws = open()
    ws.on('message', data => {
      const text = (data as Buffer).toString('latin1')
      const seq = Number(SEQ.exec(text)?.[1] ?? 0)
      // A heartbeat has no number.
      if (seq === 0) return
      if (!text.startsWith('{"type":"snapshot"')) {
        mine.events += 1
        if (seq !== mine.last + 1) mine.gaps += 1
        latencies.push(wallMs() - Number(EMITTED.exec(text)?.[1]))
      }
      mine.last = seq
    })
    await once(ws, 'message')
    return ws
  }
  const sockets: WebSocket[] = []
  for (let start = 0; start < clients; start += AT_ONCE) {
    sockets.push(...(await Promise.all(state.slice(start, start + AT_ONCE).map(follow))))
  }
  const deaf = open()
  await once(deaf, 'open')
  deaf.pause()
  report('ready')
  const [events] = (await once(process, 'message')) as [number]
  // What is under way arrives, or it counts as lost.
  for (let wait = 0; wait < 50 && state.some(each => each.events < events); wait += 1) {
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  const sorted = Float64Array.from(latencies).toSorted()
  const latencyMs = { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: sorted.at(-1) ?? 0 }
  report({ complete: state.filter(each => each.gaps === 0 && each.events === events).length, latencyMs })
  for (const each of [...sockets, deaf]) each.terminate()
  process.disconnect()
}

const play = (...words: string[]) =>
  fork(import.meta.filename, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

/** `clients` that all follow `accounts` accounts, and one more that never reads. */
export const measureStreams = async (
  clients: number,
  accounts: number,
  perSecond: number,
): Promise<StreamsRow> => {
  const server = play('serve', `${accounts}`, `${clients}`, `${perSecond}`)
  const [{ url, token }] = (await once(server, 'message')) as [{ url: string; token: string }]
  const listeners = play('listen', url, token, `${clients}`)
  await once(listeners, 'message')
  server.send('go')
  type Served = Pick<StreamsRow, 'events' | 'loopLagMs' | 'cutWith' | 'cpu' | 'rssBytes'>
  const [served] = (await once(server, 'message')) as [Served]
  listeners.send(served.events)
  const [heard] = (await once(listeners, 'message')) as [Pick<StreamsRow, 'complete' | 'latencyMs'>]
  server.send('end')
  await Promise.all([once(server, 'exit'), once(listeners, 'exit')])
  if (heard.complete !== clients)
    throw new Error(`${heard.complete} of ${clients} clients were told everything`)
  if (served.cutWith === null) throw new Error('the client that never reads was not cut')
  return { clients, accounts, eventsPerSecond: perSecond, ...served, ...heard }
}

if (import.meta.main) {
  const [role, ...words] = process.argv.slice(2)
  if (role === 'serve') await serve(Number(words[0]), Number(words[1]), Number(words[2]))
  else await listen(words[0] ?? '', words[1] ?? '', Number(words[2]))
}
