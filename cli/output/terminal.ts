/** What the place we write to can show. */
import { styleText } from 'node:util'

export type Terminal = {
  /** A person is looking at it now. */
  isTty: boolean
  colour: boolean
  /** Block and braille characters arrive as such. */
  unicode: boolean
  /** Width in characters. */
  columns: number
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

const COLUMNS = 100

const speaksUtf8 = (env: Readonly<Record<string, string | undefined>>, platform: string): boolean => {
  // The first of these that is set decides, as in the C library.
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(each => each !== undefined && each !== '')
  if (locale !== undefined) return /utf-?8/i.test(locale)
  return platform === 'darwin' || env['WT_SESSION'] !== undefined
}

/** Colour only for a person, and never when NO_COLOR is set (no-color.org) or the terminal is dumb. */
export const terminalOf = (
  stream: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): Terminal => {
  const isTty = stream.isTTY === true
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return {
    isTty,
    colour: isTty && !plain,
    unicode: speaksUtf8(env, platform),
    columns: stream.columns ?? COLUMNS,
  }
}

export const paint = (terminal: Terminal, style: Style | null, text: string): string =>
  style === null || !terminal.colour ? text : styleText(style, text, { validateStream: false })

/** The text in at most `width` characters; what is missing is marked. */
export const shorten = (text: string, width: number, terminal: Terminal): string => {
  const characters = Array.from(text)
  if (characters.length <= width) return text
  return characters.slice(0, width - 1).join('') + (terminal.unicode ? '…' : '~')
}
