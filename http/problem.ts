/** Every error this side answers, in one form: problem+json (RFC 9457) with a code, a request id and what to do. */
import { z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { QueryRefused } from '../domain/ports.ts'
import { scrub } from '../domain/scrub.ts'
import type { HttpContext, Log } from './context.ts'

const CATALOGUE = {
  query_invalid: [422, 'A query parameter is not valid'],
  body_invalid: [422, 'The request body is not valid'],
  token_missing: [401, 'A token is needed'],
  token_unknown: [401, 'The token is not known'],
  scope_missing: [403, 'The token may not do this'],
  csrf_refused: [403, 'A session needs more to change something'],
  host_refused: [403, 'The engine does not go by this name'],
  transport_refused: [403, 'Commands need an encrypted way'],
  inspector_off: [403, 'The inspector is off'],
  inspector_local: [403, 'The inspector answers this machine only'],
  origin_refused: [403, 'Requests from other sites are refused'],
  account_unknown: [404, 'No such account'],
  asset_unknown: [404, 'No such market'],
  actor_unknown: [404, 'No such actor'],
  call_unknown: [404, 'No such call of a model'],
  machine_unknown: [404, 'No such machine'],
  model_unknown: [404, 'No account asks this model'],
  position_unknown: [404, 'No such open position'],
  token_not_found: [404, 'No such token'],
  path_unknown: [404, 'No such path'],
  method_not_allowed: [405, 'The path does not answer this method'],
  bot_unknown: [404, 'No such bot'],
  bot_holding: [409, 'The bot has an open position'],
  account_exists: [409, 'The id is in use'],
  account_busy: [409, 'The account is being changed'],
  account_last: [409, 'The last account stays'],
  account_needed: [409, 'Another account needs this one'],
  account_fixed: [409, 'The deposit cannot be changed'],
  account_resting: [409, 'The account makes no decisions now'],
  token_taken: [409, 'The name is in use'],
  token_last: [409, 'The last token of the owner stays'],
  credential_unusable: [409, 'The account has no use for it'],
  model_ambiguous: [409, 'Several accounts go by this name'],
  body_too_large: [413, 'The request body is too large'],
  attempts_exceeded: [429, 'Too many failed attempts'],
  rate_exceeded: [429, 'Too many requests'],
  internal_error: [500, 'The engine failed to answer'],
  tokens_busy: [503, 'The tokens cannot be changed now'],
  credentials_unavailable: [503, 'Credentials cannot be kept'],
  streams_exceeded: [503, 'Too many event streams'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>

export type ProblemCode = keyof typeof CATALOGUE

export const ProblemBody = z
  .strictObject({
    type: z.string().openapi({ description: 'Names the kind of problem, `urn:latch:problem:<code>`.' }),
    title: z
      .string()
      .openapi({ description: 'The kind of problem in words; the same for every one of its kind.' }),
    status: z.int().openapi({ description: 'HTTP status.' }),
    code: z.enum(Object.keys(CATALOGUE) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().openapi({ description: 'What was wrong this time, with the value that was.' }),
    request_id: z.string().openapi({ description: 'Finds this request in the log.' }),
    remedy: z.string().openapi({ description: 'What to do about it.' }),
    parameter: z
      .string()
      .optional()
      .openapi({ description: 'The query parameter or the field of the body.' }),
    value: z.string().nullable().optional().openapi({ description: 'Its value as it was given.' }),
  })
  .openapi('Problem')

export type ProblemDetail = {
  detail: string
  remedy: string
  parameter?: string
  value?: string | null
  headers?: Record<string, string>
}

/** Thrown by middleware and handlers; turned into an answer by `answerError` and nowhere else. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly told: ProblemDetail
  constructor(code: ProblemCode, told: ProblemDetail) {
    super(told.detail)
    this.name = 'Problem'
    this.code = code
    this.told = told
  }
}

export const answerProblem = (c: HttpContext, code: ProblemCode, told: ProblemDetail): Response => {
  const [status, title] = CATALOGUE[code]
  const body: z.infer<typeof ProblemBody> = {
    type: `urn:latch:problem:${code}`,
    title,
    status,
    code,
    detail: told.detail,
    request_id: c.get('requestId'),
    remedy: told.remedy,
    ...(told.parameter === undefined ? {} : { parameter: told.parameter, value: told.value ?? null }),
  }
  return c.body(scrub(JSON.stringify(body)), status, {
    ...told.headers,
    'Content-Type': 'application/problem+json',
  })
}

/** The app's error handler. What is not a `Problem` is ours: the log gets it whole, the client gets an id. */
export const answerError =
  (log: Log) =>
  (error: Error, c: HttpContext): Response => {
    if (error instanceof Problem) return answerProblem(c, error.code, error.told)
    if (error instanceof QueryRefused) {
      return answerProblem(c, 'query_invalid', {
        detail: error.message,
        remedy: 'Change or leave out that parameter; without a cursor the list begins at its first page.',
      })
    }
    // What the libraries refuse of a request: malformed JSON, another content type.
    if (error instanceof HTTPException && error.status < 500) {
      return answerProblem(c, 'body_invalid', {
        detail: 'The body is not JSON, or is not said to be.',
        remedy: 'Send a JSON object with the header Content-Type: application/json. Nothing was changed.',
      })
    }
    log.error(
      { err: error, request_id: c.get('requestId'), method: c.req.method, path: c.req.path },
      'request failed',
    )
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
    return answerProblem(c, 'internal_error', {
      detail: isRead
        ? 'The request could not be answered. Nothing was changed.'
        : 'The command could not be answered, and may have been carried out: GET /accounts shows how things stand.',
      remedy: 'Try again; if it keeps happening, look for the request id in the log of the engine.',
    })
  }

export const answerUnknownPath = (c: HttpContext): Response =>
  answerProblem(c, 'path_unknown', {
    detail: `Nothing is served at ${c.req.path.slice(0, 200)}.`,
    remedy: 'See /openapi.json or /docs for every path.',
  })

export const answerMethodNotAllowed = (c: HttpContext, methods: string[]): Response =>
  answerProblem(c, 'method_not_allowed', {
    detail: `${c.req.path.slice(0, 200)} does not answer ${c.req.method}.`,
    remedy: `Use ${methods.join(' or ')}.`,
    headers: { Allow: methods.join(', ') },
  })

export const bodyTooLarge = (bytesMax: number): Problem =>
  new Problem('body_too_large', {
    detail: `The body is larger than ${bytesMax} bytes.`,
    remedy: `Send at most ${bytesMax} bytes.`,
  })
