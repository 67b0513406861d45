/**
 * Turns a request into a WebSocket, after the app has let it pass.
 *
 * The request goes through every door of the app like any other; only a route that asks for it is upgraded, and whatever
 * else the app answers is written back as plain HTTP, before any byte of the other protocol.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { problemBody } from '../problem.ts'
import { WS_BOUNDS } from './bounds.ts'

export type Upgrade = {
  accept: (ws: WebSocket, socket: Duplex) => void
  /** The client went away before it was accepted. */
  abandon: () => void
}

/** What a route is given to ask for the upgrade; what it returns is to be answered. */
export type AskUpgrade = (upgrade: Upgrade) => Response

type Fetch = (
  request: Request,
  bindings: { incoming: IncomingMessage; upgrade: AskUpgrade },
) => Response | Promise<Response>

export const isUpgrade = (headers: { upgrade?: string | undefined }): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket'

/** The listener of a server's `upgrade` event. */
export const createUpgrader = (fetch: Fetch, payloadBytesMax = WS_BOUNDS.payloadBytesMax) => {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: payloadBytesMax,
    // Every client would be compressed for anew, and a compressed secret can be guessed by its length.
    perMessageDeflate: false,
    clientTracking: false,
    // The ticket beside it is never echoed.
    handleProtocols: protocols => (protocols.has('bearer') ? 'bearer' : false),
  })

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const asked: { upgrade: Upgrade | null } = { upgrade: null }
    const ask: AskUpgrade = upgrade => {
      asked.upgrade = upgrade
      // A Response cannot have status 101.
      return new Response(null)
    }
    const reason = refusalOf(request)
    if (reason !== null) return refuse(socket, notUpgraded(reason, randomUUID()))
    const response = await fetch(requestOf(request), { incoming: request, upgrade: ask })
    const { upgrade: accepted } = asked
    if (accepted === null || !response.ok) {
      accepted?.abandon()
      return refuse(socket, response.ok ? await nothingThere(response) : response)
    }
    if (socket.destroyed) return accepted.abandon()
    // A handshake that the library refuses ends with the socket.
    socket.once('close', accepted.abandon)
    server.handleUpgrade(request, socket, head, ws => {
      socket.off('close', accepted.abandon)
      accepted.accept(ws, socket)
    })
  }

  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client that hangs up here is no error of ours.
    socket.on('error', () => socket.destroy())
    upgrade(request, socket, head).catch(() => socket.destroy())
  }
}

const requestOf = (request: IncomingMessage): Request => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) headers.append(name, each)
  }
  const scheme = 'encrypted' in request.socket ? 'https' : 'http'
  // A path that begins with two slashes, or a whole URL, must not name another host than the header does.
  const path = `/${(request.url ?? '/').replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/^\/+/, '')}`
  return new Request(`${scheme}://${request.headers.host ?? 'localhost'}${path}`, { headers })
}

/** Why a request cannot become a WebSocket, whatever its path; `null`: it may. */
const refusalOf = ({ method, headers }: IncomingMessage): string | null => {
  if (!isUpgrade(headers)) return 'Only WebSocket connections are upgraded.'
  return method === 'GET' ? null : `A WebSocket is opened with GET, not ${method}. Nothing was done.`
}

/** What was answered instead may never end, as the stream of /events does. */
const nothingThere = async (response: Response): Promise<Response> => {
  await response.body?.cancel()
  const detail = 'This path is no WebSocket.'
  return notUpgraded(detail, response.headers.get('X-Request-Id') ?? randomUUID())
}

const notUpgraded = (detail: string, requestId: string): Response => {
  const body = problemBody('upgrade_refused', {
    detail,
    remedy:
      'Leave the header Upgrade out, or open one of the streams that docs/websocket.md lists with GET and Upgrade: websocket.',
    requestId,
  })
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Request-Id': requestId,
      // RFC 9110 §15.5.22: an answer of 426 says to what.
      Upgrade: 'websocket',
    },
  })
}

const SKIPPED = ['connection', 'content-length', 'transfer-encoding']

const refuse = async (socket: Duplex, response: Response): Promise<void> => {
  const body = Buffer.from(await response.arrayBuffer())
  const { status } = response
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, 'Connection: close']
  response.headers.forEach((value, name) => {
    if (!SKIPPED.includes(name)) lines.push(`${name}: ${value}`)
  })
  socket.end(
    Buffer.concat([
      Buffer.from(`${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n`),
      body,
    ]),
  )
}
