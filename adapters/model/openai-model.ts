/**
 * A model behind any endpoint that speaks the OpenAI protocol. One question, one answer: nothing is sent twice except in
 * a weaker form after the endpoint has refused a stronger one, which costs no tokens, and all within one deadline.
 */
import type OpenAI from 'openai'
import type { AskOptions, Model, ModelFailure, ModelReply, ModelRequest } from '../../domain/model/port.ts'
import type { ModelSecrets, ModelSettings } from '../../domain/model/settings.ts'
import { EgressRefused } from '../egress/address.ts'
import { BodyTooLarge, boundedFetch } from './bounded-fetch.ts'
import { type Capability, CapabilityMemory, isAboutForm, weakened } from './capability.ts'
import { isOpenRouter } from './endpoint.ts'
import { connectionCode, failureOf, retryAfterMs, type Told } from './failure-of.ts'
import { readReply, type Reading } from './read-reply.ts'
import { redacted, redactor } from './redact.ts'
import { requestBody } from './request-body.ts'

type Library = typeof import('openai')
let library: Promise<Library> | null = null
/** A quarter of a second and much memory, which nobody pays who asks no model. */
const loadLibrary = (): Promise<Library> => {
  library ??= import('openai')
  return library
}

/** Refused forms cost a round each; there are fewer forms than this. */
const FORMS_MAX = 8

/** Failures that may be about the form of the question rather than the question. */
const FORMAL: ReadonlySet<ModelFailure> = new Set([
  'bad_request',
  'not_supported',
  'unavailable',
  'model_not_found',
])

const headersOf = (settings: ModelSettings, { apiKey, headers }: ModelSecrets): Record<string, string> => {
  const sent: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'latch',
  }
  if (apiKey !== null) sent['authorization'] = `Bearer ${apiKey.reveal()}`
  for (const [name, value] of Object.entries(headers)) {
    const isAttribution = ATTRIBUTION.has(name.toLowerCase())
    if (!isAttribution || isOpenRouter(settings.baseUrl)) sent[name.toLowerCase()] = value.reveal()
  }
  return sent
}
/** Who is asking, which is OpenRouter's business alone. */
const ATTRIBUTION = new Set(['http-referer', 'x-title', 'x-openrouter-title'])

type Failed = { failure: ModelFailure; message: string; status: number | null; retryAfterMs: number | null }
type Outcome = { read: Reading } | { failed: Failed; told: Told | null }

const plainFailure = (failure: ModelFailure, message: string, status: number | null = null): Outcome => ({
  failed: { failure, message, status, retryAfterMs: null },
  told: null,
})

/** The client library wraps what went wrong below it. */
const causeOf = <Kind extends Error>(
  error: unknown,
  kind: abstract new (...given: never[]) => Kind,
): Kind | null => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth += 1) {
    if (cause instanceof kind) return cause
  }
  return null
}

const outcomeOf = (
  { APIError }: Library,
  error: unknown,
  signal: AbortSignal,
  deadlineMs: number,
): Outcome => {
  const large = causeOf(error, BodyTooLarge)
  if (large !== null) return plainFailure('too_large', large.message, large.status)
  const refused = causeOf(error, EgressRefused)
  if (refused !== null) {
    return plainFailure('unreachable', `not asked there: ${refused.message}; check model.base_url`)
  }
  if (signal.aborted) return plainFailure('timeout', `no answer within ${deadlineMs} ms`)
  if (error instanceof SyntaxError) return plainFailure('unreadable', 'the body is no valid JSON', 200)
  if (!(error instanceof APIError) || error.status === undefined) {
    const code = connectionCode(error)
    return plainFailure(
      'unreachable',
      `no connection${code === '' ? '' : ` (${code})`}; check model.base_url`,
    )
  }
  // The library calls it `any`; the body is read like everything else from outside.
  const { status, message, headers } = error as InstanceType<typeof APIError>
  const told = {
    status: Number(status),
    code: `${error.code ?? ''} ${error.type ?? ''}`,
    message,
    retryAfterMs: retryAfterMs(headers),
  }
  const failed = { failure: failureOf(told), message, status: told.status, retryAfterMs: told.retryAfterMs }
  return { failed, told }
}

class OpenAiModel implements Model {
  readonly #settings: ModelSettings
  readonly #headers: Record<string, string>
  readonly #redact: (text: string) => string
  readonly #memory: CapabilityMemory

  constructor(settings: ModelSettings, secrets: ModelSecrets, memory: CapabilityMemory) {
    this.#settings = settings
    this.#headers = headersOf(settings, secrets)
    this.#redact = redactor(secrets)
    this.#memory = memory
  }

  async ask(request: ModelRequest, options: AskOptions): Promise<ModelReply> {
    const startedAt = performance.now()
    const aborter = new AbortController()
    const timer = setTimeout(() => aborter.abort(), Math.max(options.deadlineMs, 0))
    let outcome: Outcome
    try {
      outcome =
        options.deadlineMs > 0
          ? await this.#inForms(request, options, aborter.signal)
          : plainFailure('timeout', 'the deadline had passed before the question was sent')
    } catch {
      outcome = plainFailure(
        'unreachable',
        'the question could not be sent; check model.base_url and its headers',
      )
    } finally {
      clearTimeout(timer)
    }
    const latencyMs = Math.round(performance.now() - startedAt)
    return redacted(this.#redact, replyOf(request, outcome, latencyMs))
  }

  /** In the strongest form known to be understood, and after each refusal in the next weaker one. */
  async #inForms(request: ModelRequest, options: AskOptions, signal: AbortSignal): Promise<Outcome> {
    const { baseUrl } = this.#settings
    let capability = this.#memory.of(baseUrl, request.model)
    if (request.tools.length > 0 && !capability.tools)
      return plainFailure('not_supported', 'this model has no tools at this endpoint')
    for (let form = 1; ; form += 1) {
      const outcome = await this.#once(request, capability, options, signal)
      if ('read' in outcome) {
        // Only what was answered is known to work; a refusal alone may have meant something else.
        if (outcome.read.ok) this.#memory.remember(baseUrl, request.model, capability)
        return outcome
      }
      const { failed, told } = outcome
      if (told === null || !FORMAL.has(failed.failure)) return outcome
      const asked = {
        format: request.format !== null,
        tools: request.tools.length > 0,
        temperature: request.temperature !== null,
        reasoning: request.reasoningEffort !== null,
      }
      const weaker = weakened(capability, asked, {
        status: told.status,
        message: `${told.code} ${failed.message}`,
      })
      if (weaker === null || form >= FORMS_MAX) {
        const isLast = failed.failure === 'bad_request' && isAboutForm(failed.message)
        return isLast ? { failed: { ...failed, failure: 'not_supported' }, told } : outcome
      }
      if (capability.tools && !weaker.tools) {
        // Without its tools it is another question, which is the asker's to put.
        this.#memory.remember(baseUrl, request.model, weaker)
        return { failed: { ...failed, failure: 'not_supported' }, told }
      }
      capability = weaker
    }
  }

  async #once(
    request: ModelRequest,
    capability: Capability,
    { bytesMax, deadlineMs }: AskOptions,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const openai = await loadLibrary()
    const { baseUrl, mayBeLocal, prices } = this.#settings
    try {
      const client: OpenAI = new openai.OpenAI({
        baseURL: baseUrl,
        // What is sent is decided in `boundedFetch`; the library refuses to start without one.
        apiKey: 'unused',
        adminAPIKey: null,
        organization: null,
        project: null,
        maxRetries: 0,
        // The signal ends it first: it also covers the body.
        timeout: Math.ceil(deadlineMs) + 60_000,
        logLevel: 'off',
        fetch: boundedFetch(this.#headers, { bytesMax, mayBeLocal: mayBeLocal === true }),
      })
      const body: unknown = await client.chat.completions.create(requestBody(request, capability, baseUrl), {
        signal,
      })
      return { read: readReply(body, prices) }
    } catch (error) {
      return outcomeOf(openai, error, signal, deadlineMs)
    }
  }
}

const replyOf = (request: ModelRequest, outcome: Outcome, latencyMs: number): ModelReply => {
  if ('failed' in outcome) {
    const { failure, message, status, retryAfterMs } = outcome.failed
    const nothing = { model: request.model, provider: null, id: null, usage: null, text: '' }
    return { ok: false, ...nothing, latencyMs, failure, message, status, retryAfterMs }
  }
  const { read } = outcome
  const common = {
    model: read.model ?? request.model,
    provider: read.provider,
    id: read.id,
    usage: read.usage,
    latencyMs,
    text: read.text,
  }
  if (read.ok) return { ok: true, ...common, toolCalls: read.toolCalls, finish: read.finish }
  return {
    ok: false,
    ...common,
    failure: read.failure,
    message: read.message,
    status: 200,
    retryAfterMs: null,
  }
}

/**
 * The model of one account's settings, asked with that account's secrets only. `memory` may be shared between accounts:
 * it holds what endpoints can do, and nothing of what they were asked.
 */
export const openaiModel = (
  settings: ModelSettings,
  secrets: ModelSecrets,
  memory: CapabilityMemory = new CapabilityMemory(null),
): Model => new OpenAiModel(settings, secrets, memory)
