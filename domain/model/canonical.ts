/** One text for one question: keys in order, nothing between them. Its SHA-256 is the request hash. */
import type { ModelRequest } from './port.ts'

/**
 * Canonical JSON of plain data: the order in which keys were written makes no difference, the order of a list does, and
 * a key without a value is not there.
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(each => canonicalJson(each ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const pairs = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${pairs.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`
}

/** The text whose hash identifies a question. Fields the port does not know are no part of it. */
export const canonicalRequest = (request: ModelRequest): string => {
  const { model, messages, format, tools, temperature, reasoningEffort, tokensMax } = request
  return canonicalJson({ model, messages, format, tools, temperature, reasoningEffort, tokensMax })
}
