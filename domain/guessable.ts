/** Secrets that somebody could guess: typed, copied from an example, or made by a hand that counts. */

const PLACEHOLDER =
  /change.?(?:me|this)|replace.?(?:me|this)|your.?(?:own.?)?(?:token|secret|key)|placeholder|example|<.*>/i
const WORDS = /pass.?word|passphrase|secret|admin|qwerty|letmein|welcome|deadbeef|cafebabe/i
/** As many different characters has every random text of 32 characters, in hex too. */
const CHARACTERS_MIN = 8

/** Length of the shortest part that the whole text is a repetition of; the last one may be cut. Knuth–Morris–Pratt. */
const periodOf = (text: string): number => {
  const border: number[] = [0]
  for (let at = 1; at < text.length; at += 1) {
    let length = border[at - 1] ?? 0
    while (length > 0 && text[at] !== text[length]) length = border[length - 1] ?? 0
    border.push(text[at] === text[length] ? length + 1 : 0)
  }
  return text.length - (border.at(-1) ?? 0)
}

/** Whether most characters follow the one before at the same distance, as in 0123… or zyxw…. */
const isSequence = (text: string): boolean => {
  const counts = new Map<number, number>()
  for (let at = 1; at < text.length; at += 1) {
    const step = text.charCodeAt(at) - text.charCodeAt(at - 1)
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values()) > (text.length - 1) / 2
}

/** Whether it repeats itself, counts, or has few different characters. Bytes may be given as a text of their codes. */
export const isPattern = (text: string): boolean =>
  new Set(text).size < CHARACTERS_MIN || periodOf(text) <= text.length / 2 || isSequence(text)

/** Why a text could be guessed, after "it is"; `null`: it looks random. */
export const guessable = (text: string): string | null => {
  if (PLACEHOLDER.test(text)) return 'a placeholder'
  if (WORDS.test(text)) return 'made of words that are tried first'
  return isPattern(text) ? 'a pattern, not random' : null
}
