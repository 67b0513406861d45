/**
 * Takes secrets out of text on its way to a log, a fact, an error or an event: by value, in each form that text may
 * carry it in, and by the looks of what is not known.
 *
 * This is the last net. `Secret` keeps a value from being shown; what is told by others (an endpoint that repeats a
 * request, an address with a password in it) comes as plain text, and is caught here.
 */

export const MASK = '***'
/** A shorter value would blot out ordinary words, and is no secret worth its name. */
const LENGTH_MIN = 8

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)]
const hexOf = (text: string): string =>
  bytesOf(text)
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
const base64Of = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes))

/** The base64 of a value inside a longer text depends on where it begins: the characters that are the same for each. */
const base64Cores = (text: string): string[] =>
  [0, 1, 2].map(offset => {
    const bytes = [...Array.from({ length: offset }, () => 0), ...bytesOf(text)]
    const begin = Math.ceil((offset * 8) / 6)
    const end = Math.floor((bytes.length * 8) / 6)
    return base64Of(bytes).slice(begin, end)
  })

/** Every form in which a value is looked for: plain, as in an address or in JSON, in hex, and in base64. */
export const formsOf = (value: string): string[] => {
  const cores = base64Cores(value)
  const forms = [
    value,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    hexOf(value),
    hexOf(value).toUpperCase(),
    ...cores,
    ...cores.map(core => core.replaceAll('+', '-').replaceAll('/', '_')),
  ]
  return [...new Set(forms)].filter(each => each.length >= LENGTH_MIN)
}

/**
 * What a secret looks like: keys of models, tokens of ours, authorization headers, signatures, passwords in addresses,
 * private keys. Each is looked for in time that grows with the length of the text and no faster: a part that may be
 * repeated without end begins behind a word of its own, or is bounded.
 */
const LOOKS: readonly [RegExp, string][] = [
  [/\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g, MASK],
  [/\blatch_[A-Za-z0-9_-]{43}/g, MASK],
  [/\b(Bearer|Basic)(\s+)(?=[^\s\d]*\d)[A-Za-z0-9._~+/=-]{12,}/gi, `$1$2${MASK}`],
  [/\b(signature|api_?key|api_?secret|access_?token)=[^&\s"']{8,}/gi, `$1=${MASK}`],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"']*:)[^\s@/"']+@/gi, `$1${MASK}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
]
/** One cheap look tells most text, which has none of these, apart. */
const MAYBE = /sk-|pk-|rk-|latch_|bearer|basic|signature|key|secret|token|:\/\/|-----BEGIN/i

/** The shortest text any of them matches. */
const LOOKS_LENGTH_MIN = 19

/** Place of a pair of characters in a table; others may share it, which costs a look and no more. */
const pairAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) & 127) << 7) | (text.charCodeAt(at + 1) & 127)

export class Scrubber {
  readonly #values = new Set<string>()
  /** Forms by their first characters, the longest first; found in one pass however many there are. */
  readonly #byStart = new Map<string, string[]>()
  readonly #pairs = new Uint8Array(1 << 14)

  /** From now on this value is taken out of all text. Values too short to be secret are passed over. */
  watch(value: string): void {
    if (value.length < LENGTH_MIN || this.#values.has(value)) return
    this.#values.add(value)
    for (const form of formsOf(value)) {
      const start = form.slice(0, LENGTH_MIN)
      const known = this.#byStart.get(start) ?? []
      this.#byStart.set(
        start,
        [...known, form].toSorted((a, b) => b.length - a.length),
      )
      this.#pairs[pairAt(form, 0)] = 1
    }
  }

  /** The text without secrets; the same text when it has none. */
  scrub(text: string): string {
    const clean = this.#withoutForms(text)
    if (clean.length < LOOKS_LENGTH_MIN || !MAYBE.test(clean)) return clean
    return LOOKS.reduce((rest, [look, mask]) => rest.replace(look, mask), clean)
  }

  /** A plain value with its texts scrubbed; the same value when there was nothing to take out. Keys are ours. */
  scrubValue<Value>(value: Value): Value {
    return this.#walk(value) as Value
  }

  #formAt(text: string, at: number): string | undefined {
    if (this.#pairs[pairAt(text, at)] !== 1) return undefined
    return this.#byStart.get(text.slice(at, at + LENGTH_MIN))?.find(form => text.startsWith(form, at))
  }

  #withoutForms(text: string): string {
    if (this.#values.size === 0) return text
    let clean = ''
    let taken = 0
    for (let at = 0; at <= text.length - LENGTH_MIN; at += 1) {
      const form = this.#formAt(text, at)
      if (form === undefined) continue
      clean += text.slice(taken, at) + MASK
      taken = at + form.length
      at = taken - 1
    }
    return taken === 0 ? text : clean + text.slice(taken)
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return value.length < LENGTH_MIN ? value : this.scrub(value)
    if (typeof value !== 'object' || value === null) return value
    const given = value as Record<string, unknown>
    let clean: Record<string, unknown> | null = null
    // Facts are many and secrets in them are few: nothing is copied until there is something to take out.
    for (const key of Object.keys(given)) {
      const each = this.#walk(given[key])
      if (each === given[key]) continue
      clean ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...given }) as Record<string, unknown>
      clean[key] = each
    }
    return clean ?? value
  }
}

/** The secrets of this process: one registry, because a secret that is known anywhere must not show anywhere. */
const live = new Scrubber()
export const watchSecret = (value: string): void => live.watch(value)
export const scrub = (text: string): string => live.scrub(text)
export const scrubValue = <Value>(value: Value): Value => live.scrubValue(value)
