/**
 * The one way out to an endpoint: exactly the headers it is given, no redirect followed, and no more of the answer read
 * than allowed. The client library would add headers from variables of its own, which may belong to another endpoint.
 */

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

const readBody = async (response: Response, bytesMax: number): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels the body, and with it the connection.
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > bytesMax) throw new BodyTooLarge(response.status, bytesMax)
    parts.push(part)
  }
  return Buffer.concat(parts, bytes)
}

export const boundedFetch =
  (headers: Readonly<Record<string, string>>, bytesMax: number): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, {
      method: init?.method ?? 'POST',
      body: init?.body ?? null,
      signal: init?.signal ?? null,
      headers,
      redirect: 'manual',
    })
    const body = await readBody(response, bytesMax)
    const { status, headers: answered } = response
    // Told by the length of the text itself from here on.
    const kept = new Headers(answered)
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name)
    return new Response(BODILESS.has(status) ? null : body, { status, headers: kept })
  }
