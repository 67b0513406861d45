/**
 * JSON bodies of commands, read strictly: a field that is not known is refused, never passed over.
 *
 * The content type is not asked for: a body that was sent counts, so that `curl -d` closes the part that it says. No page
 * of another site can use that, because only a bearer token is taken here.
 */
import type { z } from '@hono/zod-openapi'
import type { HttpContext } from './context.ts'
import { Problem } from './problem.ts'

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
  const field = issue.path.length === 0 ? null : issue.path.join('.')
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
