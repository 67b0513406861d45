/** Notices by mail: plain text over TLS. A server on this machine or network has to be allowed in words. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import type { Notifier } from '../../domain/alert.ts'
import type { Secret } from '../../domain/secret.ts'
import { EgressRefused, isPrivateAddress } from '../egress/address.ts'
import { plainText, titleOf } from './notice-text.ts'

const TIMEOUT_MS = 10_000
const PORTS: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 }

export type EmailSettings = { smtpUrl: Secret; to: string; from: string }

type Server = { host: string; port: number; isSecure: boolean; isLocal: boolean; name: string; url: URL }

/** @throws EgressRefused without the address, which holds a password. */
const serverOf = async ({ smtpUrl }: EmailSettings, allowLocal: readonly string[]): Promise<Server> => {
  const text = smtpUrl.reveal()
  const url = URL.canParse(text) ? new URL(text) : null
  const usual = url === null ? undefined : PORTS[url.protocol]
  if (url === null || usual === undefined || url.hostname === '') {
    throw new EgressRefused('SMTP_URL is no address such as smtps://user:password@host:465')
  }
  const port = url.port === '' ? usual : Number(url.port)
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isSecure = url.protocol === 'smtps:'
  if (allowLocal.includes(`${url.hostname}:${port}`)) {
    return { host: name, port, isSecure, isLocal: true, name, url }
  }
  const addresses = isIP(name) === 0 ? await lookup(name, { all: true }) : [{ address: name }]
  const [first] = addresses
  if (first === undefined || addresses.some(each => isPrivateAddress(each.address))) {
    throw new EgressRefused('the mail server is on this machine or network; ALERT_ALLOW_LOCAL can name it')
  }
  return { host: first.address, port, isSecure, isLocal: false, name, url }
}

/** One line, so that nothing in a notice can become a header. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 150)

export const emailNotifier = (settings: EmailSettings, allowLocal: readonly string[]): Notifier => ({
  name: 'email',
  async send(notice) {
    const { host, port, isSecure, isLocal, name, url } = await serverOf(settings, allowLocal)
    const user = decodeURIComponent(url.username)
    const transport = createTransport({
      host,
      port,
      secure: isSecure,
      // A password is never sent in the clear, but to a server that was allowed by name.
      requireTLS: !isSecure && !isLocal,
      tls: { servername: name },
      ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      const { to, from } = settings
      const mail = { from, to, subject: oneLine(titleOf(notice)), text: plainText(notice) }
      const fault = await transport.sendMail(mail).then(
        () => null,
        (error: { code?: string }) => error.code ?? 'unknown',
      )
      // The words of the server may repeat the user; its code does not.
      if (fault !== null) throw new Error(`the mail server did not take it (${fault})`)
    } finally {
      transport.close()
    }
  },
})
