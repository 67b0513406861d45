/**
 * JSON bodies of commands, read strictly: a field that is not known is refused, never passed over.
 *
 * The content type is not asked for: a body that was sent counts, so that `curl -d` closes the part that it says. No page
 * of another site can use that, because only a bearer token is taken here.
 */
import { z } from '@hono/zod-openapi'
import type { HttpContext } from './context.ts'
import { Problem } from './problem.ts'

const idsText = 'the id of an account, or a list of 1 to 1000 ids'
const idOfAccount = z.string(idsText).min(1, idsText).max(100, idsText)

/** The field that chooses accounts in a body, one or more. */
export const bodyAccountIds = z
  .union([idOfAccount, z.array(idOfAccount, idsText).min(1, idsText).max(1_000, idsText)], idsText)
  .optional()
  .openapi({ description: 'Only these accounts; every account of the token when left out.' })

/** As `readBody`, for what means nothing without a body. @throws Problem `body_invalid`, without one, too. */
export const readGivenBody = async <Schema extends z.ZodType>(
  c: HttpContext,
  schema: Schema,
): Promise<z.infer<Schema>> => {
  if ((await c.req.text()).trim() !== '') return readBody(c, schema)
  throw new Problem('body_invalid', {
    detail: 'There is no body.',
    remedy: 'Send a JSON object with what is to change; /docs has its fields. Nothing was changed.',
  })
}

/** An empty body is an empty object. @throws Problem `body_invalid` that names the field. */
export const readBody = async <Schema extends z.ZodType>(
  c: HttpContext,
  schema: Schema,
): Promise<z.infer<Schema>> => {
  const text = await c.req.text()
  const parsed = schema.safeParse(text.trim() === '' ? {} : parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  if (issue === undefined) throw new Error('Invariant: a refused body has an issue')
  const field = issue.path.length === 0 ? null : pathText(issue.path)
  const unknown = issue.code === 'unrecognized_keys' ? String(issue.keys[0]).slice(0, 50) : null
  throw new Problem('body_invalid', {
    detail:
      unknown === null
        ? `${field ?? 'The body'} must be ${issue.message}.`
        : `'${unknown}' is not a field of this body.`,
    remedy: 'See /docs for the fields of this path. Nothing was changed.',
    ...(field === null && unknown === null ? {} : { parameter: unknown ?? field ?? '' }),
  })
}

/** `assets[0]`, as it is written in a program. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Problem('body_invalid', {
      detail: 'The body is not JSON.',
      remedy: 'Send a JSON object, e.g. {"reason":"news"}, or no body. Nothing was changed.',
    })
  }
}
