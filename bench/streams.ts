/**
 * Many WebSocket clients on the event stream of many accounts: whether each is told everything in order, how late, and
 * what that does to the event loop of the engine's process; and that a client which never reads is cut.
 *
 * Roles of this file, each a process of its own: `serve` has an engine whose accounts trade, its app and its server, and
 * sends probes among the events that carry the time they were emitted; `listen` has all the clients.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { createApp } from '../http/app.ts'
import { createAuthenticator, mintToken } from '../http/auth.ts'
import { startServer } from '../http/server.ts'
import { tradingEngine, wallMs } from './trading.ts'

export type StreamsRow = {
  clients: number
  accounts: number
  /** Each client was told so many. */
  events: number
  eventsPerSecond: number
  /** Clients that were told all of them, each number one above the last. */
  complete: number
  /** From the emission of a probe to its arrival at a client, all clients and probes. */
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
/** Real time between two probes. */
const PROBE_MS = 50
/** The last event that is told. */
const END = 'end'
const RESOLUTION_MS = 5
/** Shorter than by default, so that a client that never reads is found out within the run. */
const HEARTBEAT_MS = 5_000
/** Clients that connect at the same time. */
const AT_ONCE = 25

const percentile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

const report = (message: unknown): void => void process.send?.(message)

const serve = async (accounts: number, clients: number): Promise<void> => {
  const { engine, probe } = await tradingEngine(accounts)
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
    websocket: { clientsMax: 2 * clients + 2, heartbeatMs: HEARTBEAT_MS },
    exposure: { ratePerMinute: null },
  })
  const server = await startServer({ app, host: '127.0.0.1', port: 0 })
  report({ url: server.url, token })
  await once(process, 'message')
  const run = engine.run()
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  lag.enable()
  const [from, cpu] = [performance.now(), process.cpuUsage()]
  const probes = setInterval(() => probe(), PROBE_MS)
  await setTimeout(SECONDS * 1_000)
  clearInterval(probes)
  lag.disable()
  const { user, system } = process.cpuUsage(cpu)
  const share = (user + system) / 1000 / (performance.now() - from)
  engine.stop()
  await run
  probe(END)
  const ms = (nanos: number) => Math.max(0, nanos / 1e6 - RESOLUTION_MS)
  const loopLagMs = { p50: ms(lag.percentile(50)), p99: ms(lag.percentile(99)), max: ms(lag.max) }
  report({ loopLagMs, cutWith: cut.code, cpu: share, rssBytes: process.memoryUsage().rss })
  await once(process, 'message')
  await server.close()
  engine.close()
  process.disconnect()
}

const SEQ = /"seq":(\d+)/
const EMITTED = /"reason":"([\d.]+|end)"/

const listen = async (url: string, token: string, clients: number): Promise<void> => {
  const headers = { Authorization: `Bearer ${token}` }
  const open = () => new WebSocket(`${url.replace('http', 'ws')}/ws/trading-events`, { headers })
  const state = Array.from({ length: clients }, () => ({ last: 0, events: 0, gaps: 0, hasEnd: false }))
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
        const emitted = EMITTED.exec(text)?.[1]
        if (emitted === END) mine.hasEnd = true
        else if (emitted !== undefined) latencies.push(wallMs() - Number(emitted))
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
  await once(process, 'message')
  // What is under way arrives, or it counts as lost.
  for (let wait = 0; wait < 50 && !state.every(each => each.hasEnd); wait += 1) await setTimeout(100)
  const sorted = Float64Array.from(latencies).toSorted()
  const latencyMs = { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: sorted.at(-1) ?? 0 }
  const complete = state.filter(each => each.gaps === 0 && each.hasEnd).length
  report({ complete, latencyMs, events: Math.min(...state.map(each => each.events)) })
  for (const each of [...sockets, deaf]) each.terminate()
  process.disconnect()
}

const play = (...words: string[]) =>
  fork(import.meta.filename, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

/** `clients` that all follow `accounts` accounts, and one more that never reads. */
export const measureStreams = async (clients: number, accounts: number): Promise<StreamsRow> => {
  const server = play('serve', `${accounts}`, `${clients}`)
  const [{ url, token }] = (await once(server, 'message')) as [{ url: string; token: string }]
  const listeners = play('listen', url, token, `${clients}`)
  await once(listeners, 'message')
  server.send('go')
  type Served = Pick<StreamsRow, 'loopLagMs' | 'cutWith' | 'cpu' | 'rssBytes'>
  const [served] = (await once(server, 'message')) as [Served]
  listeners.send('end')
  const [heard] = (await once(listeners, 'message')) as [
    Pick<StreamsRow, 'complete' | 'latencyMs' | 'events'>,
  ]
  server.send('end')
  await Promise.all([once(server, 'exit'), once(listeners, 'exit')])
  if (heard.complete !== clients)
    throw new Error(`${heard.complete} of ${clients} clients were told everything`)
  if (served.cutWith === null) throw new Error('the client that never reads was not cut')
  return { clients, accounts, eventsPerSecond: heard.events / SECONDS, ...served, ...heard }
}

if (import.meta.main) {
  const [role, ...words] = process.argv.slice(2)
  if (role === 'serve') await serve(Number(words[0]), Number(words[1]))
  else await listen(words[0] ?? '', words[1] ?? '', Number(words[2]))
}
