/**
 * Answers from a recording. A cassette is a text file with one call per line, as the interaction log writes them; of each
 * line only `request` and `reply` count. A question is found by the hash of its request, not by its place.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import {
  type AskOptions,
  DISABLING,
  type Model,
  MODEL_FAILURES,
  type ModelReply,
  type ModelRequest,
  RETRYABLE,
} from '../../domain/model/port.ts'
import type { Answer } from '../../domain/ports.ts'
import { requestHash } from './request-hash.ts'

/** The file is not a cassette. */
export class CassetteError extends Error {
  override readonly name = 'CassetteError'
}

const common = {
  model: z.string(),
  provider: z.string().nullable(),
  id: z.string().nullable(),
  usage: z
    .object({
      promptTokens: z.number(),
      completionTokens: z.number(),
      reasoningTokens: z.number(),
      cachedTokens: z.number(),
      costUsd: z.string().nullable(),
    })
    .nullable(),
  latencyMs: z.number(),
  text: z.string(),
}
const toolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() })
const replySchema: z.ZodType<ModelReply> = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), ...common, toolCalls: z.array(toolCall), finish: z.string() }),
  z.object({
    ok: z.literal(false),
    ...common,
    failure: z.enum(MODEL_FAILURES),
    message: z.string(),
    status: z.number().nullable(),
    retryAfterMs: z.number().nullable(),
  }),
])
const requestSchema = z.looseObject({ model: z.string(), messages: z.array(z.unknown()) })
const lineSchema = z.object({
  requestHash: z.string().optional(),
  request: requestSchema,
  reply: replySchema,
})

type Recorded = { replies: ModelReply[]; played: number }

const readLine = (text: string, place: string): { hash: string; reply: ModelReply } => {
  const fail = (problem: string): never => {
    throw new CassetteError(
      `${place}: ${problem}. Remove the line, or record the cassette again; nothing of it was used.`,
    )
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return fail('this is no JSON; each line holds one call')
  }
  const read = lineSchema.safeParse(json)
  if (!read.success) {
    const [issue] = read.error.issues
    return fail(`this is no call of a model: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
  }
  // The hash is that of what was asked; a changed question under an old hash would answer something else.
  const hash = requestHash(read.data.request as unknown as ModelRequest)
  if (read.data.requestHash !== undefined && read.data.requestHash !== hash)
    return fail('requestHash is not the hash of request')
  return { hash, reply: read.data.reply }
}

/** What another time may end otherwise is no answer to keep. */
const isWorthKeeping = (reply: ModelReply): boolean =>
  reply.ok || !(RETRYABLE.has(reply.failure) || DISABLING.has(reply.failure))

/**
 * What is recorded in one file. Models that share it must share one of these: where two of them ask the same question, each
 * gets the answer it got when it was recorded.
 */
export class Cassette {
  readonly #file: string
  readonly #recorded = new Map<string, Recorded>()

  /** Reads the whole file; one that is not there is empty. Throws `CassetteError` with the line that cannot be read. */
  constructor(file: string) {
    this.#file = file
    if (!existsSync(file)) return
    for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
      if (line.trim() === '') continue
      const { hash, reply } = readLine(line, `${file}:${index + 1}`)
      this.#add(hash, reply)
    }
  }

  /** Asked again, a question gets its answers in their order, and then the last one; `null`: it is not recorded. */
  play(hash: string): ModelReply | null {
    const found = this.#recorded.get(hash)
    if (found === undefined) return null
    const reply = found.replies[Math.min(found.played, found.replies.length - 1)]
    found.played += 1
    return reply ?? null
  }

  /** The answer counts as played. One that cannot be written is still there for the rest of this life. */
  keep(hash: string, request: ModelRequest, reply: ModelReply): void {
    this.#add(hash, reply).played += 1
    try {
      appendFileSync(this.#file, `${JSON.stringify({ requestHash: hash, request, reply })}\n`)
    } catch {
      // The answer is here and was paid for; that it could not be kept costs asking it again.
    }
  }

  #add(hash: string, reply: ModelReply): Recorded {
    const recorded = this.#recorded.get(hash) ?? { replies: [], played: 0 }
    recorded.replies.push(reply)
    this.#recorded.set(hash, recorded)
    return recorded
  }
}

export class CassetteModel implements Model {
  readonly #cassette: Cassette
  readonly #inner: Model | null
  /** Questions that were answered from the recording. */
  hits = 0

  /**
   * `inner` is asked what is not on the cassette, and its answers are added to it; `null`: nobody is. A file's name opens
   * it for this model alone, and throws as `Cassette` does.
   */
  constructor(cassette: Cassette | string, inner: Model | null) {
    this.#cassette = typeof cassette === 'string' ? new Cassette(cassette) : cassette
    this.#inner = inner
  }

  /** At once when it is recorded. */
  ask(request: ModelRequest, options: AskOptions): Answer<ModelReply> {
    const hash = requestHash(request)
    const recorded = this.#cassette.play(hash)
    if (recorded !== null) {
      this.hits += 1
      return recorded
    }
    if (this.#inner === null) return notRecorded(request)
    const answer = this.#inner.ask(request, options)
    return answer instanceof Promise
      ? answer.then(reply => this.#kept(hash, request, reply))
      : this.#kept(hash, request, answer)
  }

  #kept(hash: string, request: ModelRequest, reply: ModelReply): ModelReply {
    if (isWorthKeeping(reply)) this.#cassette.keep(hash, request, reply)
    return reply
  }
}

/** The answer of a recording that has none. */
export const notRecorded = (request: ModelRequest): ModelReply => ({
  ok: false,
  model: request.model,
  provider: null,
  id: null,
  usage: null,
  latencyMs: 0,
  text: '',
  failure: 'not_recorded',
  message: 'this question is not on the cassette, and nothing else may be asked',
  status: null,
  retryAfterMs: null,
})
