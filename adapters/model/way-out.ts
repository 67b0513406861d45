/**
 * Where a model may be: behind https and port 443 of a public address; on this machine, since its owner wrote that into the
 * configuration, and nothing else can; and where ALLOW_LOCAL_LLM names it.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { checkedUrl, EgressRefused, isLoopback, publicLookup } from '../egress/address.ts'

const VARIABLE = 'ALLOW_LOCAL_LLM'

/** @throws EgressRefused that says why. */
const checkedModelUrl = (text: string, allowLocal: readonly string[]): URL => {
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url !== null && `${url.username}${url.password}` === ''
  if (isPlain && /^https?:$/.test(url.protocol) && isLoopback(url)) return url
  return checkedUrl(text, allowLocal, VARIABLE)
}

/** Why a model is not asked at this address; `null`: it may be. */
export const faultOf = (address: string, allowLocal: readonly string[]): string | null => {
  try {
    checkedModelUrl(address, allowLocal)
    return null
  } catch (error) {
    if (error instanceof EgressRefused) return error.message
    throw error
  }
}

export type Sent = {
  method: string
  headers: Readonly<Record<string, string>>
  body: string | null
  signal: AbortSignal | null
}

/** Refuses a place that was not allowed, and connects to the address that was looked at. No redirect is followed. */
export const send = (address: string, mayBeLocal: boolean, sent: Sent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const url = mayBeLocal ? new URL(address) : checkedModelUrl(address, [])
    const { method, headers, body, signal } = sent
    const bytes = Buffer.from(body ?? '', 'utf8')
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, {
      method,
      // Nothing is kept open: a connection that its other end has closed meanwhile would cost a decision.
      headers: { ...headers, connection: 'close', 'content-length': String(bytes.length) },
      ...(signal === null ? {} : { signal }),
      ...(mayBeLocal || isLoopback(url) ? {} : { lookup: publicLookup }),
    })
    request.on('error', reject)
    request.on('response', resolve)
    request.end(bytes)
  })
