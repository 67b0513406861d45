/**
 * What an inspector is shown of contexts and events: plain JSON, bounded, without secrets.
 *
 * Contexts hold no secrets by rule. Should one slip in, its name or its form gives it away; and of errors only the name is
 * told, because their messages may quote what was sent to somebody.
 */
const SECRET_NAME =
  /secret|password|passphrase|mnemonic|private.?key|api.?key|token|credential|authorization|cookie|database.?url/i
const SECRET_VALUE =
  /latch_[\w-]{20,}|\bsk-[\w-]{16,}|\bBearer\s+\S{12,}|\w+:\/\/[^\s/:@]*:[^\s/@]+@|-----BEGIN/

const DEPTH_MAX = 8
const TEXT_MAX = 300
const ITEMS_MAX = 50
const NODES_MAX = 4_000

export const REDACTED = '[redacted]'

/** Looked through a little beyond the cut, where a secret may end, and no further: the search is not linear. */
const shortened = (text: string): string => {
  if (SECRET_VALUE.test(text.slice(0, 2 * TEXT_MAX))) return REDACTED
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}… (${text.length} characters)`
}

/** A copy that is safe to show; what is beyond the bounds is replaced by a word that says so. */
export const sanitised = (value: unknown): unknown => {
  let nodes = 0

  const copy = (each: unknown, depth: number): unknown => {
    nodes += 1
    if (typeof each === 'string') return shortened(each)
    if (each === null || typeof each === 'boolean') return each
    if (typeof each === 'number') return Number.isFinite(each) ? each : String(each)
    if (typeof each !== 'object') return `[${typeof each}]`
    if (each instanceof Error) return `[${each.name}]`
    // An actor would lead to its whole system.
    if ('sessionId' in each && 'send' in each) return `[actor ${String(each.sessionId)}]`
    if (depth >= DEPTH_MAX || nodes > NODES_MAX) return Array.isArray(each) ? '[list]' : '[object]'
    return Array.isArray(each) ? list(each, depth) : object(each, depth)
  }
  const list = (items: readonly unknown[], depth: number): unknown[] => [
    ...items.slice(0, ITEMS_MAX).map(item => copy(item, depth + 1)),
    ...(items.length > ITEMS_MAX ? [`… ${items.length - ITEMS_MAX} more`] : []),
  ]
  const object = (given: object, depth: number): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(given)
        .slice(0, 4 * ITEMS_MAX)
        .map(([name, item]) => [name, SECRET_NAME.test(name) ? REDACTED : copy(item, depth + 1)]),
    )
  return copy(value, 0)
}
