/**
 * The one way out to an endpoint: exactly the headers it is given, no redirect followed, and no more of the answer read
 * than allowed. The client library would add headers from variables of its own, which may belong to another endpoint.
 */
import type { IncomingMessage } from 'node:http'
import { type Duplex, pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { send } from './way-out.ts'

/** The body was longer than asked for; the rest was not read. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly status: number
  constructor(status: number, bytesMax: number) {
    super(`The answer is longer than ${bytesMax} bytes`)
    this.status = status
  }
}

/** Statuses whose responses cannot be made with a body. */
const BODILESS = new Set([204, 205, 304])

const UNPACKERS: Record<string, () => Duplex> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** Endpoints are asked for plain text; what some pack nevertheless is unpacked as it is read. */
const unpacked = (response: IncomingMessage): Readable => {
  const unpacker = UNPACKERS[response.headers['content-encoding']?.trim().toLowerCase() ?? '']?.()
  if (unpacker === undefined) return response
  // Whoever reads is told of a failure by what they read.
  return pipeline(response, unpacker, () => {})
}

const readBody = async (response: IncomingMessage, bytesMax: number): Promise<Buffer> => {
  const parts: Buffer[] = []
  let bytes = 0
  // Leaving the loop destroys what is read, and with it the connection.
  for await (const part of unpacked(response) as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > bytesMax) throw new BodyTooLarge(response.statusCode ?? 0, bytesMax)
    parts.push(part)
  }
  return Buffer.concat(parts, bytes)
}

const addressOf = (input: Parameters<typeof fetch>[0]): string =>
  input instanceof URL ? input.href : typeof input === 'string' ? input : input.url

export type Bounds = {
  bytesMax: number
  /** The configuration names this place: it may be on this network. */
  mayBeLocal: boolean
}

export const boundedFetch =
  (headers: Readonly<Record<string, string>>, { bytesMax, mayBeLocal }: Bounds): typeof fetch =>
  async (input, init) => {
    const response = await send(addressOf(input), mayBeLocal, {
      method: init?.method ?? 'POST',
      body: typeof init?.body === 'string' ? init.body : null,
      signal: init?.signal ?? null,
      headers: { ...headers, 'accept-encoding': 'identity' },
    })
    const body = await readBody(response, bytesMax)
    const status = response.statusCode ?? 0
    const kept = new Headers()
    for (const [name, value] of Object.entries(response.headersDistinct)) {
      // Told by the length of the text itself from here on.
      if (!TRANSPORT.has(name)) kept.set(name, value?.join(', ') ?? '')
    }
    return new Response(BODILESS.has(status) ? null : new Uint8Array(body), { status, headers: kept })
  }
const TRANSPORT = new Set(['content-length', 'content-encoding', 'transfer-encoding', 'connection'])
