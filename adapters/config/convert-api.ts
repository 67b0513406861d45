/** The settings of the HTTP interface, from the words of the file to those of the engine. */
import type { ApiSettings } from '../../domain/settings.ts'
import type { EngineValues } from './values.ts'

const orNull = <Value>(value: Value | 'off'): Value | null => (value === 'off' ? null : value)

export const apiSettings = (values: EngineValues['api']): ApiSettings => ({
  enabled: values.enabled,
  host: values.host,
  port: values.port,
  auth: values.auth,
  tlsCert: orNull(values.tls_cert),
  tlsKey: orNull(values.tls_key),
  trustedProxies: [...values.trusted_proxies],
  hosts: [...values.hosts],
  corsOrigins: [...values.cors_origins],
  ratePerMinute: orNull(values.rate_per_minute),
  publicRead: values.allow_public_read,
  streams: {
    clientsMax: values.streams.clients_max,
    sseClientsMax: values.streams.sse_clients_max,
    messagesPerSecond: values.streams.messages_per_s,
    bufferedBytesMax: values.streams.buffered_kb_max * 1_024,
    heartbeatMs: Math.round(values.streams.heartbeat_s * 1_000),
  },
})
