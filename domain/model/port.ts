/**
 * The model port: one question, one answer. Whatever goes wrong is a value of a closed set; nothing is thrown, and nothing
 * is asked again behind the asker's back.
 */
import type { Answer } from '../ports.ts'

/** JSON Schema as plain data. */
export type JsonSchema = { readonly [key: string]: unknown }

export type ToolCall = { id: string; name: string; arguments: string }

export type ModelMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls?: readonly ToolCall[] }
  | { role: 'tool'; toolCallId: string; content: string }

export type ToolSpec = { name: string; description: string; parameters: JsonSchema }

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

/** Everything that decides what a model is asked. Keys, addresses and deadlines are not part of it. */
export type ModelRequest = {
  model: string
  messages: readonly ModelMessage[]
  /** The answer has to fit it, as far as the endpoint can be told so; `null`: free text. */
  format: { name: string; schema: JsonSchema } | null
  tools: readonly ToolSpec[]
  temperature: number | null
  reasoningEffort: ReasoningEffort | null
  tokensMax: number
}

export type ModelUsage = {
  promptTokens: number
  completionTokens: number
  reasoningTokens: number
  cachedTokens: number
  /** In USD as the endpoint says, or by the price table; `null`: neither knows, which is not the same as free. */
  costUsd: string | null
}

export const MODEL_FAILURES = [
  /** No answer within the deadline, or a stream that only keeps alive. */
  'timeout',
  'unreachable',
  'rate_limited',
  /** 5xx, overloaded, or the provider behind a router failed. */
  'unavailable',
  'unauthorised',
  'no_credit',
  'forbidden',
  'model_not_found',
  /** The endpoint cannot do what was asked (response format, tools, a parameter), and no weaker form is left. */
  'not_supported',
  'context_too_long',
  'bad_request',
  /** The model or a content filter declined. */
  'refused',
  /** Ended by its token limit. */
  'cut_off',
  'empty',
  /** A body that is no chat completion: HTML, another JSON, no choices. */
  'unreadable',
  'too_large',
  /** HTTP 200 with an error inside, after the model had begun. */
  'failed_midway',
  /** Only from a cassette: this question is not on it. */
  'not_recorded',
] as const
export type ModelFailure = (typeof MODEL_FAILURES)[number]

type Common = {
  /** The model that answered, as the endpoint names it; else the one asked. */
  model: string
  provider: string | null
  /** The endpoint's own id of the answer. */
  id: string | null
  usage: ModelUsage | null
  latencyMs: number
}
export type ModelReply =
  | (Common & { ok: true; text: string; toolCalls: readonly ToolCall[]; finish: string })
  | (Common & {
      ok: false
      failure: ModelFailure
      /** For people; without keys and addresses. */
      message: string
      /** HTTP status; `null`: none was heard. */
      status: number | null
      /** What of an answer was there, for the log. */
      text: string
      retryAfterMs: number | null
    })

export type AskOptions = { deadlineMs: number; bytesMax: number }

export interface Model {
  /** Never throws and never rejects. Settles at once from a cassette. */
  ask(request: ModelRequest, options: AskOptions): Answer<ModelReply>
}

/** The same question to the same or another endpoint may be answered. */
export const RETRYABLE: ReadonlySet<ModelFailure> = new Set([
  'timeout',
  'unreachable',
  'rate_limited',
  'unavailable',
  'empty',
  'unreadable',
  'failed_midway',
])
/** No question will be answered until a person has done something: the model is switched off, with an alert. */
export const DISABLING: ReadonlySet<ModelFailure> = new Set(['unauthorised', 'no_credit', 'model_not_found'])
