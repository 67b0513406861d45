/** Text from outside made safe to show. */

/** Control and format characters (ANSI escapes, zero width, bidirectional marks) and Unicode line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Replaces each such character by its escape, e.g. `\u{1b}`, so that data can neither colour nor rewrite a terminal. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, mark => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`)
