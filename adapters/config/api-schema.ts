/** What may be said of the HTTP interface. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { choice, flag, number, text, whole, wholeOrOff } from './fields.ts'

/** An address, or a net with its length: `10.0.0.0/8`. */
const isNet = (value: string): boolean => {
  const [address = '', bits, ...more] = value.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  if (bits === undefined) return true
  // A net of length 0 is everybody, who then could say to be anybody.
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 6 ? 128 : 32)
}

const isOrigin = (value: string): boolean =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value

const HOST = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i

const listOf = (fits: (value: string) => boolean, what: string) => {
  const error = `expected a list of ${what}`
  return z.array(z.string({ error }).refine(fits, { error }), { error })
}

export const apiSchema = z
  .strictObject({
    enabled: flag(),
    host: text('an address to listen on'),
    port: whole({ from: 0, to: 65_535 }).describe('0: any free port.'),
    auth: choice(['token', 'none']).describe('none: whoever reaches it may do everything; on loopback only.'),
    tls_cert: text('the path of a PEM file, or off').describe('Certificate, relative to this file; or off.'),
    tls_key: text('the path of a PEM file, or off').describe('Its key; or off.'),
    trusted_proxies: listOf(isNet, 'addresses or nets, such as [10.0.0.0/8]').describe(
      'Proxies whose X-Forwarded-* headers are believed.',
    ),
    hosts: listOf(value => HOST.test(value), 'names, such as [latch.example.com]').describe(
      'Further names it goes by; addresses, localhost and names without a dot always do.',
    ),
    cors_origins: listOf(
      isOrigin,
      'origins, such as [https://desk.example.com]; every one is named, * is none',
    ).describe('Origins whose pages may call; none but its own when empty.'),
    rate_per_minute: wholeOrOff({ from: 10, to: 1_000_000 }).describe(
      'Requests per minute of one token, and as many commands.',
    ),
    streams: z
      .strictObject({
        clients_max: whole({ from: 1, to: 100_000 }).describe('WebSocket clients at once.'),
        sse_clients_max: whole({ from: 1, to: 100_000 }).describe('Clients of /events at once.'),
        messages_per_s: whole({ from: 1, to: 10_000 }).describe('Of one WebSocket client; one more ends it.'),
        buffered_kb_max: whole({ from: 64, to: 1_048_576 }).describe(
          'What may wait for one WebSocket client before it is cut as too slow.',
        ),
        heartbeat_s: number({ from: 1, to: 3_600 }).describe('Two missed ones end a WebSocket client.'),
      })
      .partial(),
    allow_public_read: flag().describe('Accounts, positions, trades and prices are read without a token.'),
  })
  .partial()
