/** From what an endpoint or the client library says went wrong to one of the port's failures. */
import type { ModelFailure } from '../../domain/model/port.ts'

/** An error as told by the endpoint: by status, or inside a body of status 200. */
export type Told = { status: number; code: string; message: string; retryAfterMs: number | null }

type Words = { failure: ModelFailure; pattern: RegExp }

/** What is said outright counts more than a status that many things share. First match wins. */
const WORDS: readonly Words[] = [
  {
    failure: 'context_too_long',
    pattern:
      /context_length_exceeded|context (length|window|size)|maximum context|prompt (is )?too long|too many (input )?tokens|exceeds? (the )?(available )?context/i,
  },
  {
    failure: 'no_credit',
    pattern: /insufficient_quota|insufficient (credits?|balance|funds)|payment_required/i,
  },
  {
    failure: 'unauthorised',
    pattern: /(invalid|incorrect|missing|no|expired) api[ _-]?key|api key not valid|invalid_api_key/i,
  },
  {
    failure: 'refused',
    pattern:
      /content_(policy|filter)|content policy|content management policy|moderation|flagged|guardrail|prompt[ _]injection/i,
  },
  {
    failure: 'model_not_found',
    pattern:
      /model_not_found|not a valid model|(model|deployment)\b.{0,80}\b(does not exist|not found|is not available)|(unknown|no such|invalid) model|no endpoints found for/i,
  },
]
/** Statuses whose words may say more than they do. */
const WORDY = new Set([400, 403, 404, 422])

const BY_STATUS: Readonly<Record<number, ModelFailure>> = {
  401: 'unauthorised',
  403: 'forbidden',
  404: 'model_not_found',
  408: 'timeout',
  409: 'unavailable',
  413: 'context_too_long',
  425: 'unavailable',
  429: 'rate_limited',
  501: 'not_supported',
}

/** Routers answer 404 when no provider keeps to what was asked of it; the model itself is there. */
const UNMET =
  /no (endpoints|providers?|allowed providers).{0,60}(support|handle|parameter|match|available for)/i
const POLICY = /data policy|privacy|guardrail restrictions/i

export const failureOf = ({ status, code, message, retryAfterMs }: Told): ModelFailure => {
  const said = `${code} ${message}`
  // A budget that is in flight comes back by itself, and the endpoint says when (OpenRouter).
  if (status === 402) return retryAfterMs === null ? 'no_credit' : 'rate_limited'
  if (status === 404 && POLICY.test(said)) return 'forbidden'
  if (status === 404 && UNMET.test(said)) return 'not_supported'
  if (status === 429 && /insufficient_quota/i.test(said)) return 'no_credit'
  if (WORDY.has(status)) {
    const words = WORDS.find(({ pattern }) => pattern.test(said))
    if (words !== undefined) return words.failure
  }
  const known = BY_STATUS[status]
  if (known !== undefined) return known
  if (status >= 500) return 'unavailable'
  return status >= 400 ? 'bad_request' : 'unreadable'
}

/** Failures that are as final inside a body as they are by status; all others mean: it began and broke off. */
const FINAL: ReadonlySet<ModelFailure> = new Set([
  'unauthorised',
  'no_credit',
  'forbidden',
  'model_not_found',
  'context_too_long',
  'refused',
  'rate_limited',
])

/** The failure of an error that came with status 200, after the endpoint had said that all is well. */
export const failureInside = (told: Told): ModelFailure => {
  const failure = failureOf(told)
  return FINAL.has(failure) ? failure : 'failed_midway'
}

const MAX_WAIT_MS = 24 * 3_600_000

/** `Retry-After` in seconds or as a date, which is compared with the endpoint's own clock; `null`: none to be used. */
export const retryAfterMs = (headers: Headers | undefined): number | null => {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  const told = headers?.get('retry-after') ?? ''
  const seconds = /^\d+(\.\d+)?$/.test(told.trim()) ? Number(told) : Number.NaN
  const date = Date.parse(told) - Date.parse(headers?.get('date') ?? '')
  const wait = [exact, seconds * 1000, date].find(each => Number.isFinite(each))
  return wait === undefined ? null : Math.round(Math.min(Math.max(wait, 0), MAX_WAIT_MS))
}

/** Code of a failed connection, such as ECONNREFUSED, from anywhere down the chain of causes. */
export const connectionCode = (error: unknown): string => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth += 1) {
    const { code } = cause as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code
  }
  return ''
}
