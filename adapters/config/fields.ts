/** The kinds of value a setting can have. Every message says what is expected, in the words of the file. */
import { z } from 'zod'
import type { TrailingDistance } from '../../domain/exit-plan/condition.ts'
import { INTERVALS } from '../../domain/interval.ts'
import { canonicalSymbol } from '../../domain/symbol.ts'
import { isName, NAME_LENGTH_MAX } from '../../domain/text.ts'
import { dec } from '../../domain/units.ts'

/** `above` excludes its bound, `from` and `to` include theirs. */
type Range = { above?: number; from?: number; to?: number }

const rangeText = ({ above, from, to }: Range): string => {
  if (above !== undefined) return to === undefined ? ` above ${above}` : ` above ${above} and up to ${to}`
  if (from !== undefined) return to === undefined ? ` of ${from} or more` : ` from ${from} to ${to}`
  return to === undefined ? '' : ` up to ${to}`
}

const numeric = (noun: string, range: Range, whole: boolean) => {
  const error = `expected ${noun}${rangeText(range)}`
  let schema = whole ? z.int({ error }) : z.number({ error })
  if (range.above !== undefined) schema = schema.gt(range.above)
  if (range.from !== undefined) schema = schema.gte(range.from)
  if (range.to !== undefined) schema = schema.lte(range.to)
  return schema
}

const orOff = <Schema extends z.ZodType>(schema: Schema, expects: string) =>
  z.union([schema, z.literal('off')], { error: `expected ${expects}, or the word off` })

export const number = (range: Range) => numeric('a number', range, false)
export const whole = (range: Range) => numeric('a whole number', range, true)
export const percent = (range: Range) => numeric('a percentage', range, false)

export const numberOrOff = (range: Range) => orOff(number(range), `a number${rangeText(range)}`)
export const wholeOrOff = (range: Range) => orOff(whole(range), `a whole number${rangeText(range)}`)
export const percentOrOff = (range: Range) => orOff(percent(range), `a percentage${rangeText(range)}`)

export const choice = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `expected one of ${values.join(', ')}` })

/** As logs write them. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const
/** What the logger calls two of them is understood, too. */
export const LOG_LEVEL_WORDS = [...LOG_LEVELS, 'warn', 'fatal'] as const
export type LogLevelWord = (typeof LOG_LEVEL_WORDS)[number]

const DISTANCE = /^(\d+(?:\.\d+)?)\s*(%|atr|r)$/
/** A distance that a stop trails by, with its unit. */
export const trailingDistance = () => {
  const error = 'expected a distance above 0 with its unit, such as 1.5 %, 3 atr or 1 r'
  return z.string({ error }).refine(value => readDistance(value) !== null, { error })
}

/** `null` when it is none. */
export const readDistance = (text: string): TrailingDistance | null => {
  const [, digits, unit] = DISTANCE.exec(text.trim().toLowerCase()) ?? []
  const size = Number(digits)
  if (!(size > 0) || (unit === '%' && size >= 100)) return null
  return unit === '%'
    ? { ratio: dec(size).div(100).toNumber() }
    : unit === 'atr'
      ? { atr: size }
      : { r: size }
}

export const flag = () => z.boolean({ error: 'expected true or false' })

export const interval = () =>
  z.enum(INTERVALS as [(typeof INTERVALS)[number]], { error: `expected one of ${INTERVALS.join(', ')}` })

export const text = (noun: string) => {
  const error = `expected ${noun}, not empty`
  return z.string({ error }).regex(/\S/, { error })
}

/** A name that is shown: in lists, terminals and logs, so that it must be seen as it is. */
export const label = () => {
  const error = `expected a name of up to ${NAME_LENGTH_MAX} visible characters, without control or direction characters`
  return z.string({ error }).refine(isName, { error })
}

const AMOUNT = /^(?=.*[1-9])\d{1,15}(\.\d{1,18})?$/
/** A positive amount: quoted when it has more digits than a computer number keeps. */
export const amount = () => {
  const error = 'expected an amount above 0, such as 1000 or "1000.50"'
  return z.union([z.number({ error }).gt(0).lt(1e15), z.string({ error }).regex(AMOUNT, { error })], {
    error,
  })
}

const asset = () => {
  const error = 'expected the name of an asset, such as BTC (numbers in quotes)'
  return z.string({ error }).refine(name => canonicalSymbol(name) !== null, { error })
}

const areAssets = (value: string): boolean => {
  const names = splitList(value)
  return names.length > 0 && names.every(name => canonicalSymbol(name) !== null)
}

/** A list, or one text with spaces or commas: `[BTC, ETH]`, `BTC ETH`, `BTC,ETH`. */
export const assets = () =>
  z.union([z.array(asset()).min(1, 'expected at least one asset'), z.string().refine(areAssets)], {
    error: 'expected a list of assets, such as [BTC, ETH]',
  })

export const splitList = (value: string): string[] => value.split(/[\s,]+/).filter(each => each !== '')

export const accountId = () => {
  const error = 'expected an id of up to 32 letters, digits, - or _, starting with a letter or digit'
  return z.string({ error }).regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, { error })
}

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/
/** A UTC day or an instant with its zone. */
export const time = () => {
  const error = 'expected a day or time in UTC, such as 2025-04-03 or 2025-04-03T17:05:00Z'
  return z
    .string({ error })
    .regex(TIME, { error })
    .refine(value => !Number.isNaN(Date.parse(value)), { error })
}

/** Places on the network, each with its port. */
export const hostPorts = (example: string) =>
  z.array(z.string().regex(/^[\w.:[\]-]+:\d{1,5}$/, { error: `expected host:port, such as ${example}` }), {
    error: 'expected a list of host:port',
  })
