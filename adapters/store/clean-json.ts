/**
 * PostgreSQL stores no NUL character and no half of a surrogate pair, in `text` or `jsonb`. Words of models and venues may
 * hold either, and one such character must not stop the journal: it becomes U+FFFD, the replacement character.
 */
const UNSTORABLE = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i

/** The value itself where everything in it can be stored, else a cleaned copy. `undefined` fields are dropped. */
export const cleanJson = <Value>(value: Value): Value => {
  const text = JSON.stringify(value)
  return text === undefined || !UNSTORABLE.test(text) ? value : (clean(value) as Value)
}

const cleanText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed()

const clean = (value: unknown): unknown => {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleanText(key), clean(part)]))
}
