/** How far the interface reaches: who is near, which way is private, which names are ours. */
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { HttpContext } from './context.ts'

export type Exposure = {
  /** `none` is for this machine alone: the configuration refuses it on any other address. */
  auth: 'token' | 'none'
  /** Name or address the server listens on. */
  host: string
  /** Proxies whose X-Forwarded-* headers are believed: addresses, or nets such as `10.0.0.0/8`. */
  trustedProxies: readonly string[]
  /** Further names this engine goes by, besides addresses, localhost and names without a dot. */
  hosts: readonly string[]
  /** Origins whose pages may call, e.g. `https://desk.example.com`. */
  corsOrigins: readonly string[]
  /** Requests per minute and token, and as many commands; `null`: no limit. */
  ratePerMinute: number | null
  /** Whether anybody may read, without a token, what `isPublicRead` names. */
  publicRead: boolean
}

export const EXPOSURE: Exposure = {
  auth: 'token',
  host: '0.0.0.0',
  trustedProxies: [],
  hosts: [],
  corsOrigins: [],
  ratePerMinute: 6_000,
  publicRead: false,
}

/** Where a request came from. */
export type Way = {
  /** Address of who asks, told by a trusted proxy or by the socket; `local` for a call inside this process. */
  peer: string
  /** Encrypted all the way to us or to a trusted proxy. */
  isSecure: boolean
  /** From this machine or a private network. */
  isNear: boolean
  /** Host the asker named, with its port. */
  host: string
}

const netList = (nets: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const each of nets) {
    const [address = '', bits] = each.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** Loopback, RFC 1918, link-local and unique local addresses. */
const NEAR = netList([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
])

/** IPv4 in the clothes of IPv6 is IPv4; a zone says only which cable. */
const plainAddress = (address: string): string =>
  address
    .trim()
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/%.*$/, '')

const isIn = (list: BlockList, address: string): boolean => {
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** The name in a Host header, lower case and without its port. */
const hostName = (host: string): string => {
  const lower = host.trim().toLowerCase()
  return lower.startsWith('[') ? lower.slice(0, lower.indexOf(']') + 1) : lower.replace(/:\d*$/, '')
}

const firstOf = (header: string | undefined): string | null => {
  const first = header?.split(',')[0]?.trim() ?? ''
  return first === '' ? null : first
}

/** Every hop that is told of: the first may have been written by the asker, to a proxy that adds its own behind it. */
const isAllHttps = (header: string | undefined): boolean =>
  header !== undefined && header.split(',').every(each => each.trim().toLowerCase() === 'https')

export const createExposure = (settings: Exposure) => {
  const proxies = netList(settings.trustedProxies)
  const names = new Set([settings.host, ...settings.hosts].map(each => each.toLowerCase()))

  /** The nearest address that is not a trusted proxy: what is left of it in the header anybody may have written. */
  const clientOf = (peer: string, forwarded: string | undefined): string => {
    const hops = (forwarded ?? '')
      .split(',')
      .map(plainAddress)
      .filter(each => each !== '')
    return hops.findLast(each => !isIn(proxies, each)) ?? hops[0] ?? peer
  }

  return {
    settings,
    wayOf(c: HttpContext): Way {
      const socket = c.env?.incoming?.socket
      const ownHost = c.req.header('Host') ?? new URL(c.req.url).host
      // Called inside this process, as tests do: nobody is nearer.
      if (socket === undefined) return { peer: 'local', isSecure: false, isNear: true, host: ownHost }
      const direct = plainAddress(socket.remoteAddress ?? 'unknown')
      const isTls = (socket as Partial<TLSSocket>).encrypted === true
      if (!isIn(proxies, direct)) {
        return { peer: direct, isSecure: isTls, isNear: isIn(NEAR, direct), host: ownHost }
      }
      const peer = clientOf(direct, c.req.header('X-Forwarded-For'))
      return {
        peer,
        isSecure: isAllHttps(c.req.header('X-Forwarded-Proto')),
        isNear: isIn(NEAR, peer),
        host: firstOf(c.req.header('X-Forwarded-Host')) ?? ownHost,
      }
    },
    /**
     * Whether we go by this name. A page that has its own name point at us (DNS rebinding) needs a name of the public
     * DNS: addresses, localhost and names without a dot are none.
     */
    isOurName(host: string): boolean {
      const name = hostName(host)
      if (names.has(name) || name === 'localhost' || name.endsWith('.localhost')) return true
      return isIP(name) !== 0 || /^\[[0-9a-f:.]+\]$/.test(name) || /^[a-z0-9_-]+$/.test(name)
    },
    /** Pages at this origin may call. */
    isListedOrigin: (origin: string): boolean => settings.corsOrigins.includes(origin),
  }
}

export type ExposureRules = ReturnType<typeof createExposure>
