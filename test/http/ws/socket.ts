/** A server over the fake engine, and clients that keep what they are told. */
import { WebSocket } from 'ws'
import { type RunningServer, startServer } from '../../../http/server.ts'
import type { Timers } from '../../../http/ws/bounds.ts'
import { createTestApp } from '../setup.ts'

export type Told = {
  type: string
  seq: number | null
  ts: string
  account_id: string | null
  data: Record<string, unknown>
}

export type Client = {
  ws: WebSocket
  told: Told[]
  /** Resolves with the next message for which `wanted` holds, past ones included. */
  first(wanted: (message: Told) => boolean): Promise<Told>
  say(message: unknown): void
  /** Resolves when it is closed. */
  closed: Promise<{ code: number; reason: string }>
  pings: number
}

const watch = (ws: WebSocket): Client => {
  const told: Told[] = []
  const waiting = new Set<() => void>()
  ws.on('message', data => {
    told.push(JSON.parse((data as Buffer).toString()) as Told)
    for (const look of waiting) look()
  })
  ws.on('error', () => {})
  const client: Client = {
    ws,
    told,
    pings: 0,
    first: wanted =>
      new Promise(resolve => {
        const look = () => {
          const found = told.find(wanted)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    say: message => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
    closed: new Promise(resolve => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    }),
  }
  ws.on('ping', () => {
    client.pings += 1
  })
  return client
}

export type Refusal = { status: number; body: Record<string, unknown> }

type Options = {
  token?: string | null
  headers?: Record<string, string>
  protocols?: string[]
  pong?: boolean
}

const running: RunningServer[] = []
const sockets: WebSocket[] = []

/** To be called after each test. */
export const closeAll = async (): Promise<void> => {
  for (const each of sockets.splice(0)) each.terminate()
  await Promise.all(running.splice(0).map(each => each.close()))
}

type Made = Parameters<typeof createTestApp>

export const startWs = async (
  websocket: NonNullable<Made[2]> = {},
  stream: NonNullable<Made[0]> = {},
  operations?: Made[3],
) => {
  const test = createTestApp(stream, {}, { pulseMs: 5, ...websocket }, operations)
  const server = await startServer({ app: test.app, host: '127.0.0.1', port: 0 })
  running.push(server)
  const { url } = server

  const open = (
    path: string,
    { token = test.tokens.owner, headers = {}, protocols = [], pong = true }: Options = {},
  ) => {
    const all = token === null ? headers : { Authorization: `Bearer ${token}`, ...headers }
    const ws = new WebSocket(url.replace('http', 'ws') + path, protocols, { headers: all, autoPong: pong })
    sockets.push(ws)
    return ws
  }

  /** Connects and waits for the first message. */
  const connect = async (path: string, options: Options = {}): Promise<Client> => {
    const ws = open(path, options)
    const client = watch(ws)
    await new Promise<void>((resolve, reject) => {
      ws.once('open', () => resolve())
      ws.once('unexpected-response', (_request, response) =>
        reject(new Error(`answered ${response.statusCode}`)),
      )
    })
    await client.first(() => true)
    return client
  }

  /** What is answered in the place of an upgrade. */
  const refused = (path: string, options: Options = {}): Promise<Refusal> =>
    new Promise((resolve, reject) => {
      const ws = open(path, options)
      ws.on('error', () => {})
      ws.once('open', () => reject(new Error('it was let in')))
      ws.once('unexpected-response', (_request, response) => {
        let text = ''
        response.on('data', (part: Buffer) => {
          text += part.toString()
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
        )
      })
    })

  return { ...test, url, server, connect, refused }
}

/** Time that goes on when it is told to. */
export const handTimers = () => {
  let now = 0
  const due: { at: number; every: number | null; call: () => void }[] = []
  const add = (ms: number, every: number | null, call: () => void) => {
    const entry = { at: now + ms, every, call }
    due.push(entry)
    return () => {
      const index = due.indexOf(entry)
      if (index >= 0) due.splice(index, 1)
    }
  }
  const timers: Timers = {
    every: (ms, call) => add(ms, ms, call),
    after: (ms, call) => add(ms, null, call),
  }
  const advance = (ms: number): void => {
    const until = now + ms
    for (;;) {
      const next = due.filter(each => each.at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      now = next.at
      if (next.every === null) due.splice(due.indexOf(next), 1)
      else next.at += next.every
      next.call()
    }
    now = until
  }
  return { timers, advance, now: () => now, waiting: () => due.length }
}
