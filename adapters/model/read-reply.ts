/** Reads a body that came with status 200: a chat completion, or one of the many things that are none. */
import type { ModelFailure, ModelUsage, ToolCall } from '../../domain/model/port.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import { readUsage } from './cost.ts'
import { failureInside } from './failure-of.ts'

export type Reading = {
  model: string | null
  provider: string | null
  id: string | null
  usage: ModelUsage | null
  text: string
} & (
  | { ok: true; toolCalls: ToolCall[]; finish: string }
  | { ok: false; failure: ModelFailure; message: string }
)

type Plain = { readonly [key: string]: unknown }

/** As much of a body that is no completion as the log needs. */
const TEXT_LENGTH_MAX = 2_000

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOr = <Other>(value: unknown, other: Other): string | Other =>
  typeof value === 'string' && value !== '' ? value : other

/** Some servers call JSON plain text; the client library then hands over the text. */
const opened = (body: unknown): unknown => {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** Text of a message: one string, or parts of which some are text. */
const contentOf = (message: Plain): string => {
  const { content } = message
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map(part => (isPlain(part) ? textOr(part['text'], '') : '')).join('')
}

/** `null` for a call without a name: nothing can be done with it. */
const toolCallOf = (given: unknown, index: number): ToolCall | null => {
  const call = isPlain(given) ? given : {}
  const asked = isPlain(call['function']) ? call['function'] : {}
  const name = textOr(asked['name'], null)
  if (name === null) return null
  const { arguments: args } = asked
  // Arguments are a text by the protocol; some servers send the object itself.
  const text = typeof args === 'string' ? args : JSON.stringify(args ?? {})
  return { id: textOr(call['id'], `call_${index}`), name, arguments: text }
}

const errorText = (error: unknown): string => {
  if (typeof error === 'string') return error
  if (!isPlain(error)) return 'no reason given'
  return textOr(error['message'], 'no reason given')
}

const errorFailure = (error: unknown): ModelFailure => {
  const code = isPlain(error) ? (error['code'] ?? error['type']) : null
  const status = Number(code)
  const said = typeof code === 'string' || typeof code === 'number' ? `${code}` : ''
  const { metadata } = isPlain(error) ? error : {}
  const type = isPlain(metadata) ? textOr(metadata['error_type'], '') : ''
  return failureInside({
    // An error without a status of its own is read by its words, as a refused request would be.
    status: Number.isInteger(status) && status >= 400 && status < 600 ? status : 400,
    code: `${said} ${type}`,
    message: errorText(error),
    retryAfterMs: null,
  })
}

type Common = Omit<Reading, 'ok' | 'text'>

const failed = (common: Common, failure: ModelFailure, message: string, text = ''): Reading => ({
  ...common,
  ok: false,
  failure,
  message,
  text,
})

const NOTHING: Common = { model: null, provider: null, id: null, usage: null }

const readChoice = (common: Common, choice: Plain): Reading => {
  const message = isPlain(choice['message']) ? choice['message'] : null
  if (message === null) return failed(common, 'unreadable', 'the choice has no message')
  const text = contentOf(message)
  const finish = textOr(choice['finish_reason'], 'unknown')
  const error = choice['error'] ?? message['error']
  if (error != null) return failed(common, errorFailure(error), `it broke off: ${errorText(error)}`, text)
  if (finish === 'error') return failed(common, 'failed_midway', 'it broke off without a reason', text)
  const refusal = textOr(message['refusal'], null)
  if (refusal !== null) return failed(common, 'refused', `the model declined: ${refusal}`, text)
  if (finish === 'content_filter')
    return failed(common, 'refused', 'a content filter stopped the answer', text)
  if (finish === 'length') {
    return failed(common, 'cut_off', 'the answer reached its token limit; raise model.tokens_max', text)
  }
  const given = Array.isArray(message['tool_calls']) ? message['tool_calls'] : []
  const toolCalls = given.map(toolCallOf).filter(call => call !== null)
  if (toolCalls.length > 0 || text.trim() !== '') return { ...common, ok: true, text, toolCalls, finish }
  const thought = textOr(message['reasoning'] ?? message['reasoning_content'], null)
  const why = thought === null ? 'the answer has no text' : 'it only reasoned and then said nothing'
  return failed(common, 'empty', why)
}

/** What the body says. Never throws, whatever it is. */
export const readReply = (given: unknown, prices: ModelSettings['prices']): Reading => {
  const body = opened(given)
  if (typeof body === 'string') {
    const what = body.trim() === '' ? 'nothing' : /^\s*</.test(body) ? 'a web page' : 'text that is no JSON'
    const message = `it answered with ${what}; check model.base_url`
    return failed(NOTHING, 'unreadable', message, body.slice(0, TEXT_LENGTH_MAX))
  }
  if (!isPlain(body)) return failed(NOTHING, 'unreadable', 'the body is no chat completion')
  const common: Common = {
    model: textOr(body['model'], null),
    provider: textOr(body['provider'], null),
    id: textOr(body['id'], null),
    usage: readUsage(body['usage'], prices),
  }
  const { error, choices } = body
  if (error != null) return failed(common, errorFailure(error), `it broke off: ${errorText(error)}`)
  if (!Array.isArray(choices)) {
    const text = JSON.stringify(body).slice(0, TEXT_LENGTH_MAX)
    return failed(
      common,
      'unreadable',
      'the body is JSON, but no chat completion; check model.base_url',
      text,
    )
  }
  const [choice] = choices as unknown[]
  if (choice === undefined) return failed(common, 'empty', 'the answer has no choices')
  return isPlain(choice)
    ? readChoice(common, choice)
    : failed(common, 'unreadable', 'the choice is no object')
}
