/** Keys that stand twice in one object. `JSON.parse` keeps the last silently, and a decision must not hang on that. */

/** Deeper than this is no decision, and recursive readers further on stay shallow. */
export const DEPTH_MAX = 16

export type KeyFault = { code: 'duplicate_key'; key: string } | { code: 'too_deep' }

/** `text` is valid JSON. */
export const repeatedKey = (text: string): KeyFault | null => {
  /** Keys of each open object; `null` for an array. */
  const open: (Set<string> | null)[] = []
  for (let index = 0; index < text.length; index += 1) {
    const mark = text[index]
    if (mark === '{' || mark === '[') {
      open.push(mark === '{' ? new Set() : null)
      if (open.length > DEPTH_MAX) return { code: 'too_deep' }
    } else if (mark === '}' || mark === ']') {
      open.pop()
    } else if (mark === '"') {
      const end = stringEnd(text, index)
      const keys = open.at(-1)
      if (keys && isKey(text, end)) {
        // Escapes are undone first: `"\u0061"` is `"a"`.
        const key = JSON.parse(text.slice(index, end)) as string
        if (keys.has(key)) return { code: 'duplicate_key', key }
        keys.add(key)
      }
      index = end - 1
    }
  }
  return null
}

const stringEnd = (text: string, start: number): number => {
  let index = start + 1
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1
  return index + 1
}

const isKey = (text: string, from: number): boolean => {
  let index = from
  while (index < text.length && ' \t\n\r'.includes(text[index] as string)) index += 1
  return text[index] === ':'
}
