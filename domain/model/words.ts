/** Text of a model made fit to be kept and shown: bounded, on one line, without what cannot be seen. */
import { visible } from '../text.ts'

const BREAKS = /[\n\r\t\u2028\u2029]+/g
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Breaks become spaces, other control and format characters go, and what is beyond `charactersMax` ends in an ellipsis. */
export const plainWords = (text: string, charactersMax: number): string => {
  const plain = text.toWellFormed().replace(BREAKS, ' ').replace(UNSEEN, '').trim()
  if (plain.length <= charactersMax) return plain
  // A cut through a surrogate pair would leave half a character.
  return `${plain.slice(0, charactersMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A value somebody else wrote, quoted in a problem: short, with what cannot be seen made visible. */
export const shortly = (text: string, charactersMax = 80): string => {
  const head = text.slice(0, charactersMax).toWellFormed()
  return visible(text.length > charactersMax ? `${head}…` : head)
}
