/** What every documented path has in common: its good answer, its refusals, and who may ask. */
import { z } from '@hono/zod-openapi'
import { kindOf, ProblemBody, type ProblemCode, type ProblemStatus } from '../problem.ts'

export const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemBody } },
})

/** Refusals of a path beside the common ones, by what they are; several of one status are told together. */
export const problems = <Code extends ProblemCode>(...codes: Code[]) => {
  const told = new Map<number, string[]>()
  for (const code of codes) {
    const [status, title] = kindOf(code)
    told.set(status, [...(told.get(status) ?? []), `\`${code}\`: ${title.toLowerCase()}.`])
  }
  const entries = [...told].map(([status, lines]) => [status, refusal(lines.join(' '))])
  return Object.fromEntries(entries) as Record<ProblemStatus<Code>, ReturnType<typeof refusal>>
}

/** Answered by any path: the doors in front of it, its parameters, or a fault of ours. */
const refusals = {
  401: refusal('No token, or a wrong one.'),
  403: refusal('The token lacks the scope, or the request comes from a page of another site.'),
  404: refusal('Nothing by that id that this token may see.'),
  422: refusal('A parameter, or a field of the body, is not valid; the answer names it.'),
  429: refusal(
    'Too many requests of this token, or wrong tokens from this address; `Retry-After` says how long to wait.',
  ),
  500: refusal('Our fault; the log has the details under the request id.'),
}

/** As `refusals`, for what is neither asked for by name nor takes parameters. */
const { 404: _unknown, 422: _invalid, ...refusalsOfDoors } = refusals
export { refusalsOfDoors }

/** A JSON answer with its schema and an example of it. */
export const answers = <Schema extends z.ZodType>(
  description: string,
  schema: Schema,
  example: z.infer<Schema>,
) => ({
  200: { description, content: { 'application/json': { schema, example } } },
  ...refusals,
})

/** An answer that is not JSON. */
export const answersText = <Content extends Record<string, { schema: z.ZodString; example: string }>>(
  description: string,
  content: Content,
) => ({ 200: { description, content }, ...refusals })

/** As `answers`, for what may still be on its way: 202 has the same form. */
export const answersCommand = <Schema extends z.ZodType>(
  description: string,
  later: string,
  schema: Schema,
  examples: { done: z.infer<Schema>; later: z.infer<Schema> },
) => ({
  ...answers(description, schema, examples.done),
  202: { description: later, content: { 'application/json': { schema, example: examples.later } } },
})

/** Every path but the public ones asks for a token with this scope. */
export const READ_ACCESS: Record<string, string[]>[] = [{ bearer: ['read'] }]
export const TRADE_ACCESS: Record<string, string[]>[] = [{ bearer: ['trade'] }]
export const ADMIN_ACCESS: Record<string, string[]>[] = [{ bearer: ['admin'] }]
/** Pages a browser opens take the token as a password too. */
export const PAGE_ACCESS: Record<string, string[]>[] = [{ bearer: ['read'] }, { basic: ['read'] }]
export const NO_ACCESS_NEEDED: Record<string, string[]>[] = []
