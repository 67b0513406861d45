/**
 * Query parameters: read strictly, refused with their name, value and what they must be.
 *
 * Every message reads after "must be": that is how the refusal is put together.
 */
import { z } from '@hono/zod-openapi'
import { canonicalSymbol } from '../domain/symbol.ts'
import type { HttpContext } from './context.ts'
import { Problem } from './problem.ts'

/** The parameters of a path; any other key is refused. */
export const query = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: issue => (issue.code === 'unrecognized_keys' ? knownKeys(Object.keys(shape)) : undefined),
  })

const knownKeys = (keys: string[]): string => (keys.length === 0 ? 'none' : keys.sort().join(', '))

/** For paths that take no parameters. */
export const noQuery = query({})

/** The account of a path. */
export const accountParams = z.object({
  account_id: z.string().openapi({ description: 'Id of the account.', example: 'default' }),
})

export const limit = (fallback: number, max: number) => {
  const must = `a whole number from 1 to ${max}`
  return z
    .string(must)
    .regex(/^[1-9]\d{0,5}$/, must)
    .transform(Number)
    .refine(value => value <= max, must)
    .optional()
    .transform(value => value ?? fallback)
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: max,
      default: fallback,
      description: 'Most rows to answer with.',
      example: Math.min(fallback, 50),
    })
}

export const cursor = z
  .string('one cursor')
  .min(1, 'the next of an earlier answer')
  .max(300, 'the next of an earlier answer')
  .optional()
  .openapi({ description: 'The `next` of the answer before, for the page after it.' })

const OFFSET_MUST = 'a whole number from 0 to 9999999'
export const offset = z
  .string(OFFSET_MUST)
  .regex(/^(0|[1-9]\d{0,6})$/, OFFSET_MUST)
  .transform(Number)
  .optional()
  .openapi({
    type: 'integer',
    minimum: 0,
    maximum: 9_999_999,
    description:
      'Rows to pass over first; not together with a cursor, which does not slip when rows are added.',
    example: 200,
  })

const ONE_OR_MORE = z.union([z.string(), z.array(z.string())])

const VALUES_MAX = 100

/** A parameter that may be repeated, and may hold several values parted by commas. `read` gives `null` for none of them. */
const several = <Value extends string>(must: string, read: (text: string) => Value | null) =>
  ONE_OR_MORE.transform((value, context): Value[] => {
    const values = [value].flat().flatMap(each => each.split(','))
    const known = values.slice(0, VALUES_MAX).flatMap(each => read(each) ?? [])
    if (known.length !== values.length) context.addIssue({ code: 'custom', message: must })
    return [...new Set(known)]
  }).optional()

const MORE = 'May be repeated, and parted by commas.'

const ofLength =
  (most: number) =>
  (text: string): string | null =>
    text.length > 0 && text.length <= most ? text : null

const list = (description: string, example: string) => ({
  type: 'array' as const,
  items: { type: 'string' as const },
  description: `${description} ${MORE}`,
  example: [example],
})

export const accountIds = several('the id of an account', ofLength(100)).openapi(
  list('Only these accounts.', 'default'),
)

const ASSET_MUST = 'the name of an asset or a pair, e.g. BTC or BTC-USDT'

/** By any name of theirs: `BTC-USD` is `BTC`. */
const assetsAs = (description: string) =>
  several(ASSET_MUST, text => (text.length <= 40 ? canonicalSymbol(text) : null)).openapi(
    list(description, 'BTC'),
  )
export const asset = assetsAs('Only these assets, by their names or as pairs.')
export const assets = assetsAs('Only these assets, and what is of no single asset.')

/** Names that only the engine's owner knows the list of. */
export const names = (description: string, example: string) =>
  several('a name of 1 to 200 characters', ofLength(200)).openapi(list(description, example))

export const choices = <const Value extends string>(
  values: readonly Value[],
  description: string,
  example = values[0],
) =>
  several(`one of ${values.join(', ')}`, text => values.find(each => each === text) ?? null).openapi({
    type: 'array',
    items: { type: 'string', enum: [...values] },
    description: `${description} ${MORE}`,
    ...(example === undefined ? {} : { example: [example] }),
  })

export const choice = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) =>
  z
    .enum(values, `one of ${values.join(', ')}`)
    .optional()
    .openapi({ description, example: values[0] })

export const model = z
  .string('one name')
  .min(1, 'a name of 1 to 200 characters')
  .max(200, 'a name of 1 to 200 characters')
  .optional()
  .openapi({
    description: 'Only accounts with this model: its name, or the id or label of the account that asks it.',
    example: 'openai/gpt-5',
  })

export const moment = (description: string) => {
  const must = 'a UTC time such as 2026-01-02T03:00:00Z, or a date such as 2026-01-02'
  return z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], must)
    .transform(value => Date.parse(value))
    .optional()
    .openapi({ type: 'string', format: 'date-time', description, example: '2026-01-02T03:00:00Z' })
}

export const period = {
  from: moment('Only from this time on.'),
  to: moment('Only before this time.'),
}

export const paging = { limit: limit(50, 500), cursor }

/** The hook of every validator: turns the first issue into a refusal. */
export const refuseInvalid = (
  result: { success: true } | { success: false; error: z.core.$ZodError },
  c: HttpContext,
): undefined => {
  if (result.success) return undefined
  const issue = result.error.issues[0]
  if (issue === undefined) throw new Error('Invariant: a refused query has an issue')
  if (issue.code === 'unrecognized_keys') throw unknownKey(String(issue.keys[0]), issue.message, c.req.path)
  const name = String(issue.path[0])
  const given = c.req.queries(name) ?? [c.req.param(name)].filter(each => each !== undefined)
  const value = given.join(', ').slice(0, 100)
  if (!issue.message.startsWith(NEEDED)) throw invalid(name, value, issue.message)
  throw needed(name, given.length === 0 ? null : value, issue.message.slice(NEEDED.length))
}

/** Begins the message of a parameter that its path cannot do without. */
export const NEEDED = 'given: '

/** `null`: it was left out. */
const needed = (parameter: string, value: string | null, must: string): Problem =>
  new Problem('query_invalid', {
    detail:
      value === null ? `${parameter} must be given.` : `${parameter} is '${value}', but must be ${must}.`,
    remedy: `Set ${parameter} to ${must}.`,
    parameter,
    value,
  })

/** One filter that goes by two names. @throws Problem when they are given different values. */
export const either = <Value extends string | readonly string[]>(
  [name, value]: readonly [string, Value | undefined],
  [otherName, other]: readonly [string, Value | undefined],
): Value | undefined => {
  if (value !== undefined && other !== undefined && String(value) !== String(other)) {
    throw invalid(otherName, String(other), `the same as ${name}, which means the same`)
  }
  return value ?? other
}

/** For what only the handler can know to be wrong. `must` reads after "must be". */
export const invalid = (parameter: string, value: string, must: string): Problem =>
  new Problem('query_invalid', {
    detail: `${parameter} is '${value}', but must be ${must}.`,
    remedy: `Set ${parameter} to ${must}, or leave it out.`,
    parameter,
    value,
  })

/** The value is not told back: under an unknown name it may be anything, a token too. */
const unknownKey = (key: string, known: string, path: string): Problem =>
  new Problem('query_invalid', {
    detail: `'${key.slice(0, 50)}' is not a parameter of ${path.slice(0, 100)}.`,
    remedy:
      known === 'none' ? 'Leave it out: this path takes no parameters.' : `Its parameters are: ${known}.`,
    parameter: key.slice(0, 50),
    value: null,
  })
