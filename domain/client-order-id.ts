/**
 * Client order ids: a pure function of (account, position, leg, attempt), so that a retry, a restart or a replay makes
 * the same id and one intent can never become two orders (P1).
 */
import type { Leg } from './order.ts'

const LENGTH_MAX = 36
const LEG_LETTER: Record<Leg, string> = { entry: 'e', exit: 'x', stop: 's', target: 't' }

/** 32-bit FNV-1a of `text` in base 36; shortens names, protects nothing. */
const shortHash = (text: string): string => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash.toString(36).padStart(7, '0')
}

/** Letters, digits and dashes only; a name that is too long or has other characters keeps its start and gets a hash. */
const tag = (name: string, lengthMax: number): string => {
  const clean = name.replace(/[^A-Za-z0-9]/g, '')
  return clean === name && name.length <= lengthMax
    ? name
    : `${clean.slice(0, lengthMax - 7)}${shortHash(name)}`
}

/** `main-BTC-12`: the twelfth life of the BTC position of account `main`. */
export const positionIdOf = (accountId: string, symbol: string, life: number): string =>
  `${tag(accountId, 12)}-${tag(symbol, 10)}-${life.toString(36)}`

/** `main-BTC-12-s2`: the second stop order of that position. At most 36 characters, `[A-Za-z0-9-]`. */
export const clientOrderIdOf = (positionId: string, leg: Leg, attempt: number): string => {
  const id = `${positionId}-${LEG_LETTER[leg]}${attempt.toString(36)}`
  if (id.length > LENGTH_MAX) throw new Error(`Invariant: client order id ${id} is longer than ${LENGTH_MAX}`)
  return id
}

/** Reads a client order id of ours; `null` for any other text. */
export const parseClientOrderId = (id: string): { positionId: string; leg: Leg } | null => {
  const match = /^(.+)-([exst])([0-9a-z]+)$/.exec(id)
  if (match === null) return null
  const leg = (Object.keys(LEG_LETTER) as Leg[]).find(each => LEG_LETTER[each] === match[2])
  return leg === undefined ? null : { positionId: match[1] as string, leg }
}

/** True for a client order id that this account makes: what it finds at its venue by such an id, it has placed. */
export const isOrderIdOf = (accountId: string, id: string): boolean =>
  id.startsWith(`${tag(accountId, 12)}-`) && parseClientOrderId(id) !== null
