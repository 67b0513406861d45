/** Takes keys and addresses out of what an endpoint sent back: some repeat the request in their errors. */
import type { ModelSecrets } from '../../domain/model/settings.ts'
import type { ModelReply, ToolCall } from '../../domain/model/port.ts'
import { formsOf } from '../../domain/scrub.ts'

const MASK = '***'
/** A secret shorter than this would blot out ordinary words. */
const LENGTH_MIN = 6
const MESSAGE_LENGTH_MAX = 400
/**
 * Of an endpoint's message no more is looked at: it may be as long as an endpoint likes, and is shown cut anyway. Secrets
 * are taken out before the cut, so that none is cut in two.
 */
const LOOKED_AT_MAX = 4_096
/** The scheme is bounded: without a bound each letter of a long word would be tried as the beginning of one. */
const ADDRESS = /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>]+/gi

export type Redactor = (text: string) => string

/** `Bearer x` in a header is told by its `x` too. */
const partsOf = (value: string): string[] => [value, ...value.split(/\s+/)]

/** Replaces every secret of this endpoint, in each form that text may carry it in, longest first. */
export const redactor = ({ apiKey, headers }: ModelSecrets): Redactor => {
  const values = [apiKey, ...Object.values(headers)].flatMap(each =>
    each === null ? [] : partsOf(each.reveal()),
  )
  const secrets = [...new Set(values.flatMap(each => [each, ...formsOf(each)]))]
    .filter(each => each.length >= LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length)
  return text => secrets.reduce((clean, secret) => clean.replaceAll(secret, MASK), text)
}

/** A failure's message on one line, bounded, without addresses. */
export const messageText = (redact: Redactor, text: string): string => {
  const plain = redact(text)
    .slice(0, LOOKED_AT_MAX)
    .replaceAll(ADDRESS, '<address>')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
  return plain.length > MESSAGE_LENGTH_MAX ? `${plain.slice(0, MESSAGE_LENGTH_MAX)}…` : plain.trim()
}

const orNull = (redact: Redactor, text: string | null): string | null => (text === null ? null : redact(text))

/** The whole reply, as it may be stored. */
export const redacted = (redact: Redactor, reply: ModelReply): ModelReply => {
  const common = {
    model: redact(reply.model),
    provider: orNull(redact, reply.provider),
    id: orNull(redact, reply.id),
    text: redact(reply.text),
  }
  if (!reply.ok) return { ...reply, ...common, message: messageText(redact, reply.message) }
  const toolCalls = reply.toolCalls.map(
    (call): ToolCall => ({
      id: redact(call.id),
      name: redact(call.name),
      arguments: redact(call.arguments),
    }),
  )
  return { ...reply, ...common, toolCalls, finish: redact(reply.finish) }
}
