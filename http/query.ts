/**
 * Query parameters: read strictly, refused with their name, value and what they must be.
 *
 * Every message reads after "must be": that is how the refusal is put together.
 */
import { z } from '@hono/zod-openapi'
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

const ONE_OR_MORE = z.union([z.string(), z.array(z.string())])

/** A parameter that may be repeated, and may hold several values parted by commas. */
const repeated = (must: string) =>
  ONE_OR_MORE.transform(value =>
    (typeof value === 'string' ? [value] : value).flatMap(each => each.split(',')),
  )
    .refine(
      values => values.length <= 100 && values.every(each => each.length > 0 && each.length <= 100),
      must,
    )
    .optional()

export const accountIds = repeated('the id of an account').openapi({
  type: 'array',
  items: { type: 'string' },
  description: 'Only these accounts. May be repeated.',
  example: ['default'],
})

export const assets = repeated('the name of an asset, e.g. BTC').openapi({
  type: 'array',
  items: { type: 'string' },
  description: 'Only these assets, and what is of no single asset. May be repeated.',
  example: ['BTC'],
})

export const choices = (values: readonly string[], description: string, example: string) =>
  repeated(`one of ${values.join(', ')}`)
    .refine(
      given => given === undefined || given.every(each => values.includes(each)),
      `one of ${values.join(', ')}`,
    )
    .openapi({ type: 'array', items: { type: 'string', enum: [...values] }, description, example: [example] })

export const choice = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) =>
  z
    .enum(values, `one of ${values.join(', ')}`)
    .optional()
    .openapi({ description, example: values[0] })

export const asset = z
  .string('one asset')
  .regex(/^[A-Za-z0-9._-]{1,30}$/, 'the name of an asset, e.g. BTC')
  .transform(value => value.toUpperCase())
  .optional()
  .openapi({ type: 'string', description: 'Only this asset.', example: 'BTC' })

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
  const value = (c.req.queries(name) ?? []).join(', ').slice(0, 100)
  throw invalid(name, value, issue.message)
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
