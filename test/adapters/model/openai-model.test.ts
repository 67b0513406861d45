import { describe, expect, test } from 'vitest'
import type { ModelFailure, ModelRequest } from '../../../domain/model/port.ts'
import {
  type Behaviour,
  completion,
  drips,
  fails,
  floods,
  inTurn,
  json,
  resets,
  resetsMidway,
  says,
  sends,
  stalls,
  stallsAfterHeaders,
  understands,
  USAGE,
} from '../../model-server.ts'
import { CANARY, modelAt, PATIENT, question, rowOf, secretsOf, serverWith } from './given.ts'

type Case = [name: string, behaviour: Behaviour, expected: string, deadlineMs?: number]

const call = (args: unknown) => ({ id: 'c1', type: 'function', function: { name: 'rsi', arguments: args } })
const with200Error =
  (code: number | string, message: string, metadata?: object): Behaviour =>
  response =>
    json(response, 200, { id: 'gen-1', error: { code, message, metadata }, usage: USAGE })
const OPENAI_CONTEXT = "This model's maximum context length is 8192 tokens."
const echo: Behaviour = (response, _body, _count, headers) =>
  json(response, 400, { error: { message: `bad header ${headers.authorization} at https://u:p@h/x` } })

const CASES: Case[] = [
  ['a plain answer', says('{"ok":true}'), 'ok {"ok":true}'],
  [
    'an answer in parts',
    says([
      { type: 'text', text: '{"ok"' },
      { type: 'text', text: ':true}' },
    ]),
    'ok {"ok":true}',
  ],
  [
    'an answer after white space',
    sends(200, 'application/json', `\n \n${JSON.stringify(completion('x'))}`),
    'ok x',
  ],
  ['JSON that is called text', sends(200, 'text/plain', JSON.stringify(completion('x'))), 'ok x'],
  ['an answer without a finish reason', says('x', {}, { finish_reason: null }), 'ok x'],
  ['an answer with `error: null`', says('x', { error: null }), 'ok x'],
  ['nothing at all', stalls, 'timeout -', 80],
  ['headers and then nothing', stallsAfterHeaders, 'timeout -', 80],
  ['a body that only keeps alive', drips, 'timeout -', 80],
  ['a deadline that has passed', says('x'), 'timeout -', 0],
  ['fifty megabytes', floods, 'too_large 200'],
  ['a web page', sends(200, 'text/html', '<html><body>Sign in</body></html>'), 'unreadable 200'],
  ['a web page called JSON', sends(200, 'application/json', '<html></html>'), 'unreadable 200'],
  ['JSON cut in the middle', sends(200, 'application/json', '{"choices": [{'), 'unreadable 200'],
  ['an empty body', sends(200, 'application/json', ''), 'unreadable 200'],
  ['no content', sends(204, 'application/json', ''), 'unreadable 200'],
  ['another JSON', sends(200, 'application/json', '{"models": []}'), 'unreadable 200'],
  ['a list', sends(200, 'application/json', '[]'), 'unreadable 200'],
  ['a redirect', response => void response.writeHead(302, { location: '/else' }).end(), 'unreadable 302'],
  ['an error with status 200', with200Error(502, 'Upstream broke'), 'failed_midway 200'],
  ['an error without a code with status 200', with200Error('oops', 'Overloaded'), 'failed_midway 200'],
  ['no credit with status 200', with200Error(402, 'Pay'), 'no_credit 200'],
  ['too long with status 200', with200Error(400, OPENAI_CONTEXT), 'context_too_long 200'],
  ['too many requests with status 200', with200Error(429, 'Slow down'), 'rate_limited 200'],
  [
    'an error in the choice',
    says('{"ok"', {}, { error: { code: 502, message: 'lost' } }),
    'failed_midway 200',
  ],
  ['an error as finish reason', says('{"ok"', {}, { finish_reason: 'error' }), 'failed_midway 200'],
  ['no choices', says('x', { choices: [] }), 'empty 200'],
  ['choices that are no list', says('x', { choices: 'x' }), 'unreadable 200'],
  ['a choice that is none', says('x', { choices: [null] }), 'unreadable 200'],
  ['a choice without a message', says('x', { choices: [{}] }), 'unreadable 200'],
  ['no text', says(null), 'empty 200'],
  ['white space', says(' \n '), 'empty 200'],
  ['reasoning and no answer', says(null, {}, { message: { content: '', reasoning: 'Hmm' } }), 'empty 200'],
  ['a refusal', says(null, {}, { message: { content: null, refusal: 'I cannot help' } }), 'refused 200'],
  ['a content filter', says('{"o', {}, { finish_reason: 'content_filter' }), 'refused 200'],
  ['the token limit', says('{"o', {}, { finish_reason: 'length' }), 'cut_off 200'],
  ['the token limit while reasoning', says('', {}, { finish_reason: 'length' }), 'cut_off 200'],
  ['400', fails(400, 'Something is wrong'), 'bad_request 400'],
  ['400, too long', fails(400, OPENAI_CONTEXT, { code: 'context_length_exceeded' }), 'context_too_long 400'],
  [
    '400, too long for llama.cpp',
    fails(400, 'the request exceeds the available context size'),
    'context_too_long 400',
  ],
  ['400, content policy', fails(400, 'flagged by content policy'), 'refused 400'],
  ['400, no such model', fails(400, 'x/y is not a valid model ID'), 'model_not_found 400'],
  ['400, bad key', fails(400, 'API key not valid. Please pass a valid API key.'), 'unauthorised 400'],
  ['401', fails(401, 'User not found'), 'unauthorised 401'],
  ['402', fails(402, 'Insufficient credits'), 'no_credit 402'],
  ['402 with a time', fails(402, 'In-flight budget', {}, { 'retry-after': '3' }), 'rate_limited 402'],
  ['403', fails(403, 'Country not supported'), 'forbidden 403'],
  ['403 of a guardrail', fails(403, 'Blocked by prompt injection guardrail'), 'refused 403'],
  ['404', fails(404, 'not here'), 'model_not_found 404'],
  ['404, no such model', fails(404, 'The model `gpt-9` does not exist'), 'model_not_found 404'],
  ['404, nobody there', fails(404, 'No endpoints found for x-ai/grok-9.'), 'model_not_found 404'],
  ['404, data policy', fails(404, 'No endpoints found matching your data policy'), 'forbidden 404'],
  ['408', fails(408, 'Timed out'), 'timeout 408'],
  ['413', fails(413, 'Too large'), 'context_too_long 413'],
  ['415', fails(415, 'Unsupported media type'), 'bad_request 415'],
  ['422', fails(422, 'Unprocessable'), 'bad_request 422'],
  ['429', fails(429, 'Slow down'), 'rate_limited 429'],
  [
    '429, quota used up',
    fails(429, 'You exceeded your quota', { code: 'insufficient_quota' }),
    'no_credit 429',
  ],
  ['500', fails(500, 'Oops'), 'unavailable 500'],
  ['501', fails(501, 'Not implemented'), 'not_supported 501'],
  ['502, a web page', sends(502, 'text/html', '<h1>Bad gateway</h1>'), 'unavailable 502'],
  ['503', fails(503, 'Overloaded'), 'unavailable 503'],
  ['504', fails(504, 'Gateway timeout'), 'unavailable 504'],
  ['529', fails(529, 'Overloaded'), 'unavailable 529'],
  ['an error that is a text', response => json(response, 400, { error: 'bad things' }), 'bad_request 400'],
  ['a request repeated with its key', echo, 'bad_request 400'],
  ['a connection that is cut', resets, 'unreachable -'],
  ['a connection cut in the body', resetsMidway, 'unreachable -'],
  ['only JSON mode', understands(['json_object', 'text'], 'x'), 'ok x'],
  ['only plain text', understands(['text'], 'x'), 'ok x'],
  [
    'LM Studio',
    understands(['json_schema', 'text'], 'x', "'response_format.type' must be 'json_schema' or 'text'"),
    'ok x',
  ],
  ['no format, not even none', fails(400, 'response_format is broken'), 'not_supported 400'],
]

describe('every answer is text or one of the port’s failures', () => {
  test.each(CASES)('%s', async (_name, behaviour, expected, deadlineMs = 20_000) => {
    const server = await serverWith(behaviour)
    const reply = await modelAt(server).ask(question(), { deadlineMs, bytesMax: 1_000_000 })
    expect(rowOf(reply)).toBe(expected)
    expect(JSON.stringify(reply)).not.toContain(CANARY)
    expect(JSON.stringify(reply)).not.toMatch(/https?:\/\//)
    expect(reply.latencyMs).toBeGreaterThanOrEqual(0)
    if (!reply.ok) expect(reply.message).not.toBe('')
  })

  test('a port nobody listens on is unreachable', async () => {
    const server = await serverWith(says('x'))
    const model = modelAt(server)
    await server.close()
    const reply = await model.ask(question(), PATIENT)
    expect(reply).toMatchObject({ ok: false, failure: 'unreachable', status: null })
    expect(!reply.ok && reply.message).toContain('ECONNREFUSED')
  })

  test('a key that no header can hold is told without it', async () => {
    const server = await serverWith(says('x'))
    const reply = await modelAt(server, {}, secretsOf(`${CANARY}\nx`)).ask(question(), PATIENT)
    expect(reply).toMatchObject({ ok: false, failure: 'unreachable' })
    expect(JSON.stringify(reply)).not.toContain(CANARY)
  })
})

describe('of an answer', () => {
  test('model, provider, id, usage and cost are kept', async () => {
    const usage = {
      ...USAGE,
      cost: 0.00125,
      completion_tokens_details: { reasoning_tokens: 7 },
      prompt_tokens_details: { cached_tokens: 64 },
    }
    const server = await serverWith(says('x', { usage }))
    expect(await modelAt(server).ask(question(), PATIENT)).toMatchObject({
      ok: true,
      model: 'stub/answered',
      provider: 'Stub',
      id: 'gen-1',
      finish: 'stop',
      usage: {
        promptTokens: 100,
        completionTokens: 20,
        reasoningTokens: 7,
        cachedTokens: 64,
        costUsd: '0.00125',
      },
    })
  })

  test.each<[string, ModelFailure, Behaviour]>([
    ['a refusal', 'refused', says(null, {}, { message: { refusal: 'no' } })],
    ['a cut answer', 'cut_off', says('{', {}, { finish_reason: 'length' })],
    ['a broken one', 'failed_midway', with200Error(502, 'lost')],
  ])('%s has used tokens too', async (_name, failure, behaviour) => {
    const server = await serverWith(behaviour)
    const reply = await modelAt(server, { prices: { inputUsd: 3, outputUsd: 15 } }).ask(question(), PATIENT)
    expect(reply).toMatchObject({ ok: false, failure, usage: { promptTokens: 100, costUsd: '0.0006' } })
  })

  test('without usage none is made up', async () => {
    const server = await serverWith(says('x', { usage: undefined }))
    expect(await modelAt(server).ask(question(), PATIENT)).toMatchObject({ ok: true, usage: null })
  })

  test.each<[string, unknown, string]>([
    ['as text', '{"length":14}', '{"length":14}'],
    ['as an object', { length: 14 }, '{"length":14}'],
    ['left out', undefined, '{}'],
  ])('tool calls are handed over, arguments %s', async (_name, args, expected) => {
    const server = await serverWith(
      says(null, {}, { message: { content: null, tool_calls: [call(args)] }, finish_reason: 'tool_calls' }),
    )
    const reply = await modelAt(server).ask(question(), PATIENT)
    const toolCalls = [{ id: 'c1', name: 'rsi', arguments: expected }]
    expect(reply).toMatchObject({ ok: true, text: '', toolCalls, finish: 'tool_calls' })
  })

  test.each([
    ['seconds', { 'retry-after': '12' }, 12_000],
    ['milliseconds', { 'retry-after-ms': '250', 'retry-after': '12' }, 250],
    [
      'a date',
      { 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT', date: 'Fri, 20 Nov 2026 10:00:00 GMT' },
      30_000,
    ],
    ['a year', { 'retry-after': '31536000' }, 86_400_000],
    ['nonsense', { 'retry-after': 'soon' }, null],
    ['nothing', {}, null],
  ])('the time to wait is read: %s', async (_name, headers, expected) => {
    const server = await serverWith(fails(429, 'Slow down', {}, headers))
    expect(await modelAt(server).ask(question(), PATIENT)).toMatchObject({ retryAfterMs: expected })
  })
})

describe('nothing is asked twice behind the asker’s back', () => {
  test.each([408, 429, 500, 502, 503])('status %i is one request', async status => {
    const server = await serverWith(fails(status, 'no', {}, { 'retry-after': '0' }))
    await modelAt(server).ask(question(), PATIENT)
    expect(server.requests).toHaveLength(1)
  })

  test('the deadline covers all forms together', async () => {
    const server = await serverWith(inTurn(fails(400, 'no response_format'), stalls))
    const reply = await modelAt(server).ask(question(), { deadlineMs: 120, bytesMax: 1_000 })
    expect(rowOf(reply)).toBe('timeout -')
    expect(server.requests).toHaveLength(2)
  })
})

test('a question is sent unchanged, tool calls and results included', async () => {
  const server = await serverWith(says('x'))
  const messages: ModelRequest['messages'] = [
    { role: 'user', content: 'Decide.' },
    { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'rsi', arguments: '{"length":14}' }] },
    { role: 'tool', toolCallId: 'c1', content: '61.2' },
  ]
  const tools = [{ name: 'rsi', description: 'RSI', parameters: SCHEMA_OF_RSI }]
  const asked = question({
    model: 'any/name:free',
    messages,
    tools,
    temperature: 0.2,
    reasoningEffort: 'low',
  })
  await modelAt(server).ask({ ...asked, format: null }, PATIENT)
  expect(server.requests[0]?.path).toBe('/v1/chat/completions')
  expect(server.requests[0]?.body).toEqual({
    model: 'any/name:free',
    messages: [
      { role: 'user', content: 'Decide.' },
      { role: 'assistant', content: null, tool_calls: [call('{"length":14}')] },
      { role: 'tool', tool_call_id: 'c1', content: '61.2' },
    ],
    stream: false,
    max_tokens: 1_000,
    temperature: 0.2,
    reasoning_effort: 'low',
    tools: [{ type: 'function', function: { name: 'rsi', description: 'RSI', parameters: SCHEMA_OF_RSI } }],
    tool_choice: 'auto',
  })
})
const SCHEMA_OF_RSI = { type: 'object', properties: { length: { type: 'number' } } }
