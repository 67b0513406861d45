/** Text from outside made safe to show. */

/** Control and format characters (ANSI escapes, zero width, bidirectional marks) and Unicode line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Whether a database takes it: without NUL, and without halves of a character (lone surrogates). */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** Replaces each such character by its escape, e.g. `\u{1b}`, so that data can neither colour nor rewrite a terminal. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, mark => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`)

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`

/** As `visible`, for a line of JSON: it still says the same to who parses it. */
export const escaped = (line: string): string =>
  line.replace(UNSEEN, mark =>
    Array.from({ length: mark.length }, (_, at) => unit(mark.charCodeAt(at))).join(''),
  )

export const NAME_LENGTH_MAX = 64

/** Whether a text can be the name that people see of something: short, of characters that are seen as they are. */
export const isName = (text: string): boolean =>
  /\S/.test(text) &&
  text.isWellFormed() &&
  visible(text) === text &&
  Array.from(text).length <= NAME_LENGTH_MAX
