/**
 * JSON for a model to read: numbers without exponents and with as many digits as mean something, strings in which
 * nothing is hidden. The same value is always the same text.
 */
import { dec } from '../units.ts'

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/** Longest string of the document, in code points; the blocks set shorter ones for what others wrote. */
const CHARACTERS_MAX = 2_000

/** Most strings: nothing in them needs a second look. */
const PLAIN = /^[\w .,:;%()+\-/]*$/
/** Control and format characters (ANSI escapes, zero width, bidirectional marks), line separators, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu
/** What could look like the end of the place this text is shown in: a tag, or a fence of code. */
const FENCES = /[<>`]/g

/** Text from outside as data: what cannot be seen becomes one space, and too much of it is cut off and said so. */
export const bounded = (text: string, charactersMax: number): string => {
  const seen = (PLAIN.test(text) ? text : text.replace(UNSEEN, ' ')).trim()
  if (seen.length <= charactersMax) return seen
  const characters = Array.from(seen)
  return characters.length <= charactersMax ? seen : `${characters.slice(0, charactersMax - 1).join('')}…`
}

const quoted = (text: string): string =>
  text.length <= CHARACTERS_MAX && PLAIN.test(text) ? `"${text.trim()}"` : escaped(text)

const escaped = (text: string): string =>
  JSON.stringify(bounded(text, CHARACTERS_MAX)).replace(
    FENCES,
    mark => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Powers of ten that are exact. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Decimal places that leave this many significant digits; below zero: so many digits before the point become 0. */
const placesOf = (magnitude: number, digits: number): number => {
  let shift = 0
  if (magnitude >= 1) {
    while (magnitude >= (POWERS[shift] as number)) shift += 1
    return digits - shift
  }
  while (magnitude * (POWERS[shift + 1] as number) < 1) shift += 1
  return digits + shift
}

/** Rounded by one exact power of ten, which is many times faster than by its text; the rare sizes go by their text. */
const rounded = (value: number, digits: number): number => {
  const magnitude = Math.abs(value)
  if (magnitude < 1e-8 || magnitude >= 1e15) return Number(value.toPrecision(digits))
  const places = placesOf(magnitude, digits)
  const power = POWERS[Math.abs(places)] as number
  return places < 0 ? Math.round(value / power) * power : Math.round(value * power) / power
}

/** A number of at most this many significant digits, up to 12; `null` where there is none (a value that is not finite). */
export const figure = (value: number | string | null, digits = 8): number | null => {
  if (value === null) return null
  const near = rounded(Number(value), digits)
  return Number.isFinite(near) ? near : null
}

/** Money to the hundredth, for reading. */
export const amount = (value: string | number | null): number | null => {
  if (value === null) return null
  const hundredths = dec(value).toDecimalPlaces(2).toNumber()
  return hundredths === 0 ? 0 : hundredths
}

const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return 'null'
  const text = String(value === 0 ? 0 : value)
  return text.includes('e') ? dec(value).toFixed() : text
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value)

/** Compact, keys in the order they were written down. */
export const jsonText = (value: Plain): string => {
  if (value === null) return 'null'
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(jsonText).join(',')}]`
  const fields = Object.entries(value).map(([key, each]) => `${quoted(key)}:${jsonText(each)}`)
  return `{${fields.join(',')}}`
}
