/**
 * Where anything may be sent: https to public addresses only, and what is named beside. A name is resolved once, and the
 * connection goes to the address that was checked, so that a name cannot mean another machine a moment later.
 */
import { lookup } from 'node:dns'
import type { RequestOptions } from 'node:https'
import { BlockList, isIP } from 'node:net'

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
  ['64:ff9b:1::', 48],
  ['2002::', 16],
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

export const hostPort = (url: URL): string =>
  `${url.hostname}:${url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : url.port}`

/** An address of version 6 without its brackets. */
const nameOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

/**
 * Checks an address before anything is asked of it: https, port 443, and not of this machine or network, unless
 * `allowLocal` names it as `host:port`; `variable` is told as the one that does.
 * @throws EgressRefused that says why, without the address, which may hold a token.
 */
export const checkedUrl = (
  text: string,
  allowLocal: readonly string[],
  variable = 'ALERT_ALLOW_LOCAL',
): URL => {
  if (!URL.canParse(text)) throw new EgressRefused('it is no address such as https://host/path')
  const url = new URL(text)
  if (`${url.username}${url.password}` !== '') throw new EgressRefused('it has a user or a password in it')
  if (allowLocal.includes(hostPort(url)) && /^https?:$/.test(url.protocol)) return url
  if (url.protocol !== 'https:') throw new EgressRefused('it is not https')
  if (url.port !== '' && url.port !== '443') throw new EgressRefused('its port is not 443')
  const host = nameOf(url)
  if (isIP(host) !== 0 && isPrivateAddress(host)) {
    throw new EgressRefused(`it is an address of this machine or network; ${variable} can name it`)
  }
  return url
}

/** This machine, by an address or a name that never leads elsewhere. */
export const isLoopback = (url: URL): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(nameOf(url))

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
