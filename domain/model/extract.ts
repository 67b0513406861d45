/**
 * From what a model wrote to the one JSON object in it. Marks of order, fences and prose around it are left away; inside
 * it nothing is repaired: a repaired decision is a changed decision.
 */
import { repeatedKey } from './json-keys.ts'
import { sameJson } from './same-json.ts'
import { shortly } from './words.ts'

/** Longer answers are not read: decisions on a hundred assets are a fifth of it. */
export const ANSWER_CHARACTERS_MAX = 200_000

export type ExtractCode =
  | 'empty'
  | 'too_large'
  | 'no_json'
  | 'invalid_json'
  | 'not_an_object'
  | 'too_deep'
  | 'duplicate_key'
  | 'several_objects'

export type Extracted = { ok: true; value: unknown } | { ok: false; code: ExtractCode; problem: string }

const refuse = (code: ExtractCode, problem: string): Extracted => ({ ok: false, code, problem })

/** Never throws. Linear in the length of the text, which is bounded. */
export const extractJson = (text: string): Extracted => {
  if (text.length > ANSWER_CHARACTERS_MAX) {
    return refuse(
      'too_large',
      `the answer has ${text.length} characters, at most ${ANSWER_CHARACTERS_MAX} are read`,
    )
  }
  // A byte order mark is white space to `trim`.
  const plain = text.trim()
  if (plain === '') return refuse('empty', 'the answer is empty')
  const whole = parse(plain)
  return whole.ok ? accept(plain, whole.value) : search(plain)
}

/** An opening that can only be JSON: `{see below}` and `[1]` are prose. */
const OPENING = /\{\s*["}]|\[\s*[{[]/g

/** The object among prose. More than one is accepted only where they say the same, as a draft and its copy do. */
const search = (text: string): Extracted => {
  const opening = new RegExp(OPENING)
  let found: Extracted | null = null
  for (let start = opening.exec(text); start !== null; start = opening.exec(text)) {
    const end = endOf(text, start.index)
    if (end === null)
      return refuse('invalid_json', 'a bracket or a quote is never closed: the answer is incomplete')
    const slice = text.slice(start.index, end)
    const parsed = parse(slice)
    if (!parsed.ok) return refuse('invalid_json', parsed.problem)
    const next = accept(slice, parsed.value)
    if (!next.ok) return next
    if (found?.ok && !sameJson(found.value, next.value)) {
      return refuse('several_objects', 'two different JSON objects: answer with exactly one')
    }
    found = next
    opening.lastIndex = end
  }
  return found ?? refuse('no_json', 'no JSON object in the answer')
}

const accept = (slice: string, value: unknown): Extracted => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('not_an_object', 'the root has to be an object')
  }
  const fault = repeatedKey(slice)
  if (fault === null) return { ok: true, value }
  if (fault.code === 'too_deep') return refuse('too_deep', 'nested deeper than any decision is')
  return refuse('duplicate_key', `the key ${shortly(fault.key)} stands twice in one object`)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unreadable')

type Parsed = { ok: true; value: unknown } | { ok: false; problem: string }

const parse = (text: string): Parsed => {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    return { ok: false, problem: `not valid JSON: ${shortly(messageOf(error), 160)}` }
  }
}

/** Behind the bracket that closes the one at `start`; `null` when none does. Brackets in strings do not count. */
const endOf = (text: string, start: number): number | null => {
  let depth = 0
  let inString = false
  for (let index = start; index < text.length; index += 1) {
    const mark = text[index]
    if (inString) {
      if (mark === '\\') index += 1
      else if (mark === '"') inString = false
    } else if (mark === '"') {
      inString = true
    } else if (mark === '{' || mark === '[') {
      depth += 1
    } else if (mark === '}' || mark === ']') {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  return null
}
