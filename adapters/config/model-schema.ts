/** What may be said of the model an account asks: the words of `model:`. */
import { z } from 'zod'
import { choice, flag, number, numberOrOff, text, time, whole, wholeOrOff } from './fields.ts'

const KEY = /^[\x21-\x7e]+$/
/** Hidden wherever the configuration is shown; `null` is nothing, as `config show` writes it. */
const secret = () => {
  const error = 'expected a key without spaces, best as ${NAME} of a variable'
  return z.string({ error }).regex(KEY, { error }).nullable()
}

/** What the endpoint itself decides, or what would give the request another shape. */
const RESERVED = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'transfer-encoding',
  'accept',
])
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

const headers = () => {
  const error = 'expected headers by name, such as {cf-aig-authorization: "Bearer ${GATEWAY_KEY}"}'
  const value = z.string({ error }).regex(HEADER_VALUE, { error }).nullable()
  return z.record(
    z
      .string()
      .regex(HEADER_NAME, { error })
      .refine(name => !RESERVED.has(name.toLowerCase()), { error }),
    value,
    { error },
  )
}

const baseUrl = () => {
  const error = 'expected an address such as https://host/v1, without user, password and query'
  const isPlain = (value: string): boolean => {
    if (!URL.canParse(value)) return false
    const { protocol, username, password, search, hash } = new URL(value)
    return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ''
  }
  return z.string({ error }).refine(isPlain, { error })
}

const usd = () => numberOrOff({ from: 0, to: 1e6 })
const modelName = () => text('the name of a model, such as x-ai/grok-4 or scripted/trend')
const pathOrOff = (what: string) => text(`${what}, or the word off`)

const openrouter = z
  .strictObject({
    api_key: secret().describe('Sent to OpenRouter only.'),
    base_url: baseUrl(),
    referer: text('an address').nullable().describe('Who asks; sent to OpenRouter only.'),
    app_title: text('a name').nullable().describe('What asks; sent to OpenRouter only.'),
  })
  .partial()

export const modelSchema = z
  .strictObject({
    name: modelName().describe('Sent unchanged; scripted/… is the built-in offline model.'),
    fallbacks: z
      .array(modelName(), { error: 'expected a list of models' })
      .describe('Asked in this order when the model cannot answer.'),
    base_url: baseUrl().describe('Any endpoint of the OpenAI protocol. Default: OpenRouter.'),
    api_key: secret().describe('Sent to base_url only.'),
    headers: headers().describe('Sent with each request, such as for a gateway; never shown.'),
    openrouter,
    temperature: numberOrOff({ from: 0, to: 2 }).describe('off: what the model does by itself.'),
    reasoning_effort: choice(['off', 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']),
    tokens_max: whole({ from: 16, to: 1_000_000 }).describe('Of one answer, reasoning included.'),
    timeout_s: number({ above: 0, to: 3_600 }).describe(
      'For the whole decision, all its questions together.',
    ),
    answer_bytes_max: whole({ from: 1_000, to: 50_000_000 }).describe('Longest body that is read.'),
    schema: z.union([z.literal(1), z.literal(2)], { error: 'expected 1 or 2' }).describe('Of the decision.'),
    prompt: text('the path of a template, or the word built-in'),
    tool_rounds_max: whole({ from: 0, to: 20 }).describe('0: no tools.'),
    tool_calls_max: whole({ from: 0, to: 100 }).describe('Of one decision.'),
    sanitizer: text('the name of a model, or the word off').describe(
      'Puts a rejected answer into the schema, inventing nothing.',
    ),
    context_characters_max: whole({ from: 1_000, to: 2_000_000 }),
    budget: z.strictObject({ cycle_usd: usd(), day_usd: usd(), month_usd: usd() }).partial(),
    prices: z
      .union(
        [
          z.literal('off'),
          z.strictObject({ input_usd: number({ from: 0 }), output_usd: number({ from: 0 }) }),
        ],
        { error: 'expected a group such as {input_usd: 0.5, output_usd: 1.5}, or the word off' },
      )
      .describe('USD per million tokens, where the endpoint tells no cost.'),
    otherwise: choice(['hold', 'signals']).describe('What the account does while no model can be asked.'),
    random_symbol_seed: wholeOrOff({ from: 0, to: 2 ** 32 - 1 }).describe(
      'Decides on one random asset per cycle, by this seed.',
    ),
    cassette: pathOrOff('the path of a cassette').describe('Answers are read from it and written to it.'),
    cassette_only: flag().describe('What is not on the cassette is not asked.'),
    trained_until: z
      .union([z.literal('off'), time()], { error: 'expected a day such as 2025-06-30, or the word off' })
      .describe('End of the training data; earlier candles prove little.'),
  })
  .partial()
