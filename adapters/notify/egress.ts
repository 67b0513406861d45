/** The way out for notices: no redirect, bounded in time and size, to where `checkedUrl` and `publicLookup` let it. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { checkedUrl, EgressRefused, hostPort, publicLookup } from '../egress/address.ts'

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 65_536

export type Poster = (url: string, body: object) => Promise<void>

/** Posts JSON. @throws EgressRefused, or Error with the status or the kind of failure, never with the address. */
export const poster =
  (allowLocal: readonly string[]): Poster =>
  async (text, body) => {
    const url = checkedUrl(text, allowLocal)
    const isLocal = allowLocal.includes(hostPort(url))
    const bytes = Buffer.from(JSON.stringify(body), 'utf8')
    const status = await send(url, bytes, isLocal)
    if (status < 200 || status > 299) throw new Error(`it answered with status ${status}`)
  }

const send = (url: URL, body: Buffer, isLocal: boolean): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length, 'User-Agent': 'latch' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(isLocal ? {} : { lookup: publicLookup }),
    })
    request.on('error', error => reject(failureOf(error)))
    request.on('response', response => {
      let read = 0
      response.on('data', (part: Buffer) => {
        read += part.length
        if (read > ANSWER_BYTES_MAX) response.destroy()
      })
      response.on('error', error => reject(failureOf(error)))
      response.on('close', () => resolve(response.statusCode ?? 0))
    })
    request.end(body)
  })

/** Messages of the system may name the address; codes do not. */
const failureOf = (error: Error): Error => {
  if (error instanceof EgressRefused) return error
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return new Error(`no answer within ${TIMEOUT_MS / 1000} s`)
  return new Error(`no connection (${(error as NodeJS.ErrnoException).code ?? error.name})`)
}
