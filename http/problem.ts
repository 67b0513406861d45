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
  confirmation_missing: [422, 'A confirmation is needed'],
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
  order_unknown: [404, 'No such order'],
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
  account_deciding: [409, 'The account is at another decision'],
  request_reused: [409, 'The name of the request was given to another'],
  order_abandoned: [409, 'The order was given up before anything was sent'],
  protects_position: [409, 'The order protects a position'],
  order_filled: [409, 'The order has filled'],
  order_unheld: [409, 'No position holds the order'],
  token_taken: [409, 'The name is in use'],
  token_last: [409, 'The last token of the owner stays'],
  credential_unusable: [409, 'The account has no use for it'],
  model_ambiguous: [409, 'Several accounts go by this name'],
  body_too_large: [413, 'The request body is too large'],
  path_too_long: [414, 'The path is too long'],
  upgrade_refused: [426, 'Nothing to upgrade'],
  attempts_exceeded: [429, 'Too many failed attempts'],
  rate_exceeded: [429, 'Too many requests'],
  internal_error: [500, 'The engine failed to answer'],
  tokens_busy: [503, 'The tokens cannot be changed now'],
  credentials_unavailable: [503, 'Credentials cannot be kept'],
  streams_exceeded: [503, 'Too many event streams'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>

export type ProblemCode = keyof typeof CATALOGUE
export type ProblemStatus<Code extends ProblemCode> = (typeof CATALOGUE)[Code][0]

export const PROBLEM_CODES = Object.keys(CATALOGUE) as [ProblemCode, ...ProblemCode[]]

/** Status and title of every problem of this kind. */
export const kindOf = (code: ProblemCode): readonly [ContentfulStatusCode, string] => CATALOGUE[code]

export const ProblemBody = z
  .strictObject({
    type: z.string().openapi({ description: 'Names the kind of problem, `urn:latch:problem:<code>`.' }),
    title: z
      .string()
      .openapi({ description: 'The kind of problem in words; the same for every one of its kind.' }),
    status: z.int().openapi({ description: 'HTTP status.' }),
    code: z.enum(PROBLEM_CODES),
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

export const problemBody = (
  code: ProblemCode,
  told: Pick<ProblemDetail, 'detail' | 'remedy'> & { requestId: string },
) => {
  const [status, title] = CATALOGUE[code]
  return {
    type: `urn:latch:problem:${code}`,
    title,
    status,
    code,
    detail: told.detail,
    request_id: told.requestId,
    remedy: told.remedy,
  }
}

export const answerProblem = (c: HttpContext, code: ProblemCode, told: ProblemDetail): Response => {
  const [status] = CATALOGUE[code]
  const body: z.infer<typeof ProblemBody> = {
    ...problemBody(code, { ...told, requestId: c.get('requestId') }),
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
    if (isHungUp(error, c)) return new Response(null, { status: 499 })
    log.error(
      {
        component: 'http',
        err: error,
        request_id: c.get('requestId'),
        method: c.req.method,
        path: c.req.path,
      },
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

/** The client went away while its body was read: nobody is there to be answered, and nothing of ours went wrong. */
const isHungUp = (error: Error, c: HttpContext): boolean =>
  c.req.raw.signal.aborted && (error.name === 'AbortError' || error.message === 'aborted')

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

export const pathTooLong = (length: number, most: number): Problem =>
  new Problem('path_too_long', {
    detail: `The path is ${length} characters long.`,
    remedy: `Ask for a path of at most ${most} characters; /openapi.json has every path.`,
  })

export const bodyTooLarge = (bytesMax: number): Problem =>
  new Problem('body_too_large', {
    detail: `The body is larger than ${bytesMax} bytes.`,
    remedy: `Send at most ${bytesMax} bytes.`,
  })
