/** An endpoint that speaks the OpenAI protocol on this machine, and misbehaves as it is told to. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RequestBody = { readonly [key: string]: unknown }
export type Recorded = { path: string; method: string; headers: IncomingHttpHeaders; body: RequestBody }

/** Answers one request; `body` is what was asked, `count` how many came before it. */
export type Behaviour = (
  response: ServerResponse,
  body: RequestBody,
  count: number,
  headers: IncomingHttpHeaders,
) => void

export const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }

export const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

type Choice = { message?: unknown; finish_reason?: unknown; error?: unknown }

/** A chat completion; `more` lies over it. */
export const completion = (content: unknown, more: object = {}, choice: Choice = {}): object => ({
  id: 'gen-1',
  object: 'chat.completion',
  model: 'stub/answered',
  provider: 'Stub',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content }, ...choice }],
  usage: USAGE,
  ...more,
})

export const says =
  (content: unknown, more: object = {}, choice: Choice = {}): Behaviour =>
  response =>
    json(response, 200, completion(content, more, choice))

export const fails =
  (status: number, message: string, more: object = {}, headers: Record<string, string> = {}): Behaviour =>
  response =>
    json(response, status, { error: { message, code: status, ...more } }, headers)

/** Any body, of any kind. */
export const sends =
  (status: number, type: string, text: string): Behaviour =>
  response => {
    response.writeHead(status, { 'content-type': type })
    response.end(text)
  }

/** Accepts the request and says nothing. */
export const stalls: Behaviour = () => {}
/** Says that all is well, and then nothing. */
export const stallsAfterHeaders: Behaviour = response => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
}
/** A space every few milliseconds, for ever. */
export const drips: Behaviour = response => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 10)
  response.on('close', () => clearInterval(timer))
}
/** Fifty megabytes, as fast as they are taken. */
export const floods: Behaviour = response => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const part = 'x'.repeat(1_000_000)
  let left = 50
  const more = (): void => {
    while (left > 0) {
      left -= 1
      if (!response.write(part)) return void response.once('drain', more)
    }
    response.end()
  }
  more()
}
export const resets: Behaviour = response => void response.socket?.destroy()
/** Begins an answer and hangs up in the middle of it. */
export const resetsMidway: Behaviour = response => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"id":"gen-1","choi', () => response.socket?.destroy())
}

const formatOf = (body: RequestBody): string => {
  const { type } = (body['response_format'] ?? {}) as { type?: unknown }
  return typeof type === 'string' ? type : 'text'
}

/** Understands only these response formats, and says so as the given kind of server does. */
export const understands =
  (
    formats: readonly string[],
    content: string,
    refusal = "'response_format.type' is not supported",
  ): Behaviour =>
  (response, body, count, headers) =>
    (formats.includes(formatOf(body)) ? says(content) : fails(400, refusal))(response, body, count, headers)

/** The first for the first request, the second for the second, and so on; the last again and again. */
export const inTurn =
  (...behaviours: Behaviour[]): Behaviour =>
  (response, body, count, headers) =>
    behaviours[Math.min(count, behaviours.length - 1)]?.(response, body, count, headers)

export type ModelServer = {
  /** `http://127.0.0.1:<port>/v1`. */
  url: string
  /** The same server under another path, such as `/openrouter/v1`. */
  at: (path: string) => string
  requests: Recorded[]
  behave: (behaviour: Behaviour) => void
  close: () => Promise<void>
}

const parsed = (text: string): RequestBody => {
  try {
    return JSON.parse(text) as RequestBody
  } catch {
    return {}
  }
}

/** Listens on a free port of this machine until closed. */
export const startModelServer = async (first: Behaviour = says('{}')): Promise<ModelServer> => {
  const requests: Recorded[] = []
  let behaviour = first
  let count = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = parsed(Buffer.concat(parts).toString())
      requests.push({ path: request.url ?? '', method: request.method ?? '', headers: request.headers, body })
      behaviour(response, body, count, request.headers)
      count += 1
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const at = (path: string): string => `http://127.0.0.1:${port}${path}`
  return {
    url: at('/v1'),
    at,
    requests,
    behave: next => {
      behaviour = next
      count = 0
      requests.length = 0
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
