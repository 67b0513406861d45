/**
 * The way out for notices: https to public addresses only, no redirect, bounded in time and size. A name is resolved once,
 * and the connection goes to the address that was checked, so that a name cannot mean another machine a moment later.
 */
import { lookup } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { BlockList, isIP } from 'node:net'

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 65_536

const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4')
  // The same address, written as one of version 6.
  PRIVATE.addSubnet(`::ffff:${network}`, 96 + prefix, 'ipv6')
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6')
}

export const isPrivateAddress = (address: string): boolean => {
  const family = isIP(address)
  return family === 0 || PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** The address may not be sent to; nothing was. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused'
}

const hostPort = (url: URL): string =>
  `${url.hostname}:${url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : url.port}`

/**
 * Checks an address before anything is asked of it. `allowLocal` names those on this machine or network, as `host:port`.
 * @throws EgressRefused that says why, without the address, which may hold a token.
 */
export const checkedUrl = (text: string, allowLocal: readonly string[]): URL => {
  if (!URL.canParse(text)) throw new EgressRefused('it is no address such as https://host/path')
  const url = new URL(text)
  if (`${url.username}${url.password}` !== '') throw new EgressRefused('it has a user or a password in it')
  if (allowLocal.includes(hostPort(url)) && /^https?:$/.test(url.protocol)) return url
  if (url.protocol !== 'https:') throw new EgressRefused('it is not https')
  if (url.port !== '' && url.port !== '443') throw new EgressRefused('its port is not 443')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) !== 0 && isPrivateAddress(host)) {
    throw new EgressRefused('it is an address of this machine or network; ALERT_ALLOW_LOCAL can name it')
  }
  return url
}

/** Resolves a name to addresses of the outside only. */
export const publicLookup: NonNullable<RequestOptions['lookup']> = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 4)
    const [first] = addresses
    if (first === undefined || addresses.some(each => isPrivateAddress(each.address))) {
      return callback(new EgressRefused('its name leads to this machine or network'), '', 4)
    }
    if (options.all === true) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

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
