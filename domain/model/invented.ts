/** Numbers that a sanitizer put into a decision although the model it tidies up never wrote them. */
import { dec } from '../units.ts'

/** A minus behind a digit or letter is a dash: `60-65` are two positive numbers. */
const NUMBER = /(?<![\w.])-?\d[\d,_]*(?:\.\d+)?(?:e[+-]?\d{1,4})?|(?<=[A-Za-z-])\d[\d,_]*(?:\.\d+)?/gi
const THOUSANDS = /^-?\d{1,3}(?:[,_]\d{3})+(?:\.\d+)?$/
const PLAIN = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i
const DIGITS_MAX = 40

/**
 * Numbers of `value`, in fields and in texts, that do not occur in `raw`, each once, as they stand. Compared by value:
 * `65,000.0` in the text covers 65000. An `allocation_usd` of 0 is nothing, which nobody has to have said.
 */
export const inventedNumbers = (raw: string, value: unknown): string[] => {
  const known = new Set(numbersIn(raw).map(each => each.canonical))
  const invented = new Set<string>()
  for (const { text, canonical } of numbersOf(value)) if (!known.has(canonical)) invented.add(text)
  return [...invented]
}

type Found = { text: string; canonical: string }

const numbersIn = (text: string): Found[] =>
  [...text.matchAll(NUMBER)].flatMap(([written]) => {
    const trimmed = written.replace(/[,_]+$/, '')
    if (!/[,_]/.test(trimmed)) return canonical(trimmed)
    // `1,000` is one number, `1,2` is a list.
    return THOUSANDS.test(trimmed)
      ? canonical(trimmed.replace(/[,_]/g, ''), trimmed)
      : trimmed.split(/[,_]+/).flatMap(each => canonical(each))
  })

/** Exponent form, because the plain form of `1e9999` has ten thousand digits. What is left of a list may be no number. */
const canonical = (text: string, shown = text): Found[] => {
  if (!PLAIN.test(text)) return []
  if (text.length > DIGITS_MAX) return [{ text: shown.slice(0, DIGITS_MAX), canonical: shown }]
  return [{ text: shown, canonical: dec(text).toString() }]
}

/** Values as parsed from JSON, of bounded depth. */
const numbersOf = (value: unknown, key: string | null = null): Found[] => {
  if (typeof value === 'number') {
    return value === 0 && key === 'allocation_usd'
      ? []
      : [{ text: `${value}`, canonical: dec(value).toString() }]
  }
  if (typeof value === 'string') return numbersIn(value)
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(each => numbersOf(each))
  return Object.entries(value).flatMap(([name, each]) => numbersOf(each, name))
}
