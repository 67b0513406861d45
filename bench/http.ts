/**
 * Reads over HTTP from an engine with many accounts, each with an open position: requests per second and how long they take,
 * and what 100 clients that stay connected cost in memory.
 *
 * Roles of this file, each a process of its own: `serve` has the engine, its app and its server; the asking is done here.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { Engine } from '../actors/engine.ts'
import { MemoryStore } from '../adapters/store/memory-store.ts'
import { createApp } from '../http/app.ts'
import { createAuthenticator, mintToken } from '../http/auth.ts'
import { startServer } from '../http/server.ts'
import { crowdOf, START } from './crowd.ts'

export type HttpRow = {
  path: string
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  bytes: number
}
export type HttpFigures = {
  accounts: number
  rows: HttpRow[]
  clients: number
  /** Of the serving process, before anybody is connected and with all of them. */
  rssBytes: { alone: number; withClients: number }
}

const PATHS = ['/status', '/positions?limit=500', '/actors?limit=500', '/accounts/account-7/status']
const CLIENTS = 100
const AT_ONCE = 8
const SECONDS = 4
/** Enough for every account to open its position and rest behind its stop. */
const CANDLES = 4

const serve = async (accounts: number): Promise<void> => {
  const { settings, source, strategies } = crowdOf(accounts, CANDLES)
  const engine = await Engine.open({
    settings: { ...settings, speed: 'max' },
    source,
    strategies,
    store: Object.assign(new MemoryStore(), { kind: 'pglite' as const }),
    startAt: START,
    warmSteps: 0,
    wall: { now: () => START },
    onError: error => console.error(error),
  })
  await engine.run()
  const { token, stored } = mintToken('bench', { scopes: ['read'], accounts: '*' }, 0)
  const app = createApp({
    engine,
    auth: createAuthenticator([stored]),
    now: () => Math.round(performance.now()),
    log: { warn: () => {}, error: error => console.error(error) },
    exposure: { ratePerMinute: null },
  })
  const server = await startServer({ app, host: '127.0.0.1', port: 0 })
  process.on('message', message => {
    if (message === 'memory') {
      globalThis.gc?.()
      process.send?.(process.memoryUsage().rss)
      return
    }
    void server.close().then(() => process.disconnect())
  })
  process.send?.({ url: server.url, token, positions: engine.positions().length })
}

const ask = (url: string, token: string, agent: Agent): Promise<number> =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers: { Authorization: `Bearer ${token}` } }, response => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${url}: ${response.statusCode}`)),
      )
    }).on('error', reject)
  })

const measurePath = async (url: string, token: string, path: string): Promise<HttpRow> => {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const bytes = await ask(url + path, token, agent)
  const times: number[] = []
  const from = performance.now()
  const until = from + SECONDS * 1_000
  const client = async () => {
    while (performance.now() < until) {
      const start = performance.now()
      await ask(url + path, token, agent)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
  const seconds = (performance.now() - from) / 1_000
  agent.destroy()
  times.sort((one, other) => one - other)
  const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? Number.NaN
  return { path, requestsPerSecond: times.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), bytes }
}

export const measureHttp = async (accounts: number): Promise<HttpFigures> => {
  const child = fork(import.meta.filename, ['serve', `${accounts}`], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  type Ready = { url: string; token: string; positions: number }
  const [{ url, token, positions }] = (await once(child, 'message')) as [Ready]
  if (positions !== accounts) throw new Error(`${positions} of ${accounts} accounts have a position`)
  const memory = async (): Promise<number> => {
    child.send('memory')
    const [rss] = (await once(child, 'message')) as [number]
    return rss
  }
  const rows: HttpRow[] = []
  for (const path of PATHS) rows.push(await measurePath(url, token, path))
  const alone = await memory()
  const agents = Array.from({ length: CLIENTS }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  await Promise.all(agents.map(agent => ask(`${url}/status`, token, agent)))
  const withClients = await memory()
  for (const agent of agents) agent.destroy()
  child.send('end')
  await once(child, 'exit')
  return { accounts, rows, clients: CLIENTS, rssBytes: { alone, withClients } }
}

if (import.meta.main) await serve(Number(process.argv[3] ?? 1_000))
