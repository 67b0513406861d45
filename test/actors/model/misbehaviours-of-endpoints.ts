/** What goes wrong between the engine and a model: connections, statuses, forms, bodies (fault 28). */
import { gzipSync } from 'node:zlib'
import {
  type Behaviour,
  completion,
  drips,
  fails,
  floods,
  json,
  resets,
  resetsMidway,
  says,
  sends,
  stalls,
  stallsAfterHeaders,
} from '../../model-server.ts'
import { answers, documentFor } from './given-endpoint.ts'
import { choice, failing, good, type Misbehaviour, repaired, used } from './given-misbehaviour.ts'

const QUICK = { timeoutMs: 300 }
const OFF = { next: 'model_off' }
const begun = (error: object): Behaviour => sends(200, 'application/json', JSON.stringify({ error }))
const raw =
  (more: object): Behaviour =>
  response =>
    json(response, 200, { ...completion(''), ...more })

/** As large as it is after it is unpacked. */
const bomb: Behaviour = response => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  response.end(gzipSync(Buffer.alloc(20_000_000, 32)))
}
const redirect: Behaviour = response => {
  response.writeHead(307, { location: 'http://127.0.0.1:9/elsewhere' }).end()
}
/** Refuses every body with this in it. */
const without =
  (key: string, refusal: string): Behaviour =>
  (response, body, count, headers) =>
    (body[key] === undefined ? good : fails(400, refusal))(response, body, count, headers)

const TRANSPORT: Misbehaviour[] = [
  failing('hangs up', resets, 'unreachable'),
  failing('hangs up in the middle', resetsMidway, 'unreachable'),
  failing('says nothing', stalls, 'timeout', { settings: QUICK }),
  failing('says nothing after its headers', stallsAfterHeaders, 'timeout', { settings: QUICK }),
  failing('drips spaces for ever', drips, 'timeout', { settings: QUICK }),
  failing('sends fifty megabytes', floods, 'too_large'),
  failing('sends a bomb', bomb, 'too_large'),
  failing('redirects elsewhere', redirect, 'unreadable'),
  failing('has too much to do', fails(429, 'slow down'), 'rate_limited'),
  failing(
    'has too much to do for an hour',
    fails(429, 'slow down', {}, { 'retry-after': '3600' }),
    'rate_limited',
  ),
  failing('has used up a quota', fails(429, 'no', { code: 'insufficient_quota' }), 'no_credit', OFF),
  failing('fails', fails(500, 'internal error'), 'unavailable'),
  failing('is behind a broken gateway', sends(502, 'text/html', '<h1>502</h1>'), 'unavailable'),
  failing('is overloaded', fails(503, 'overloaded'), 'unavailable'),
  failing('is behind a slow gateway', fails(504, 'gateway timeout'), 'unavailable'),
  failing('is overloaded in another way', fails(529, 'overloaded_error'), 'unavailable'),
  failing('waited too long', fails(408, 'request timeout'), 'timeout'),
  failing(
    'finds the prompt too long',
    fails(400, 'maximum context length is 8192 tokens'),
    'context_too_long',
  ),
  failing('finds the body too long', fails(413, 'too large'), 'context_too_long'),
  failing('knows no such key', fails(401, 'User not found.'), 'unauthorised', OFF),
  failing('wants money', fails(402, 'Insufficient credits'), 'no_credit', OFF),
  failing('wants money soon', fails(402, 'in flight', {}, { 'retry-after': '5' }), 'rate_limited'),
  failing('forbids it', fails(403, 'region not allowed'), 'forbidden'),
  failing('suspects an injection', fails(403, 'blocked by prompt injection guardrail'), 'refused'),
  failing('knows no such model', fails(404, 'The model `first` does not exist'), 'model_not_found', OFF),
  failing(
    'has nobody for a schema',
    fails(404, 'No endpoints found that support the parameters'),
    'not_supported',
  ),
  failing('finds the request bad', fails(400, 'no'), 'bad_request'),
]

const FORMS: Misbehaviour[] = [
  used('knows no schema', without('response_format', "'response_format.type' is not supported")),
  used('knows no temperature', without('temperature', "'temperature' does not support 0 with this model.")),
  used('has another name for the token limit', without('max_tokens', "Use 'max_completion_tokens' instead.")),
  used('calls JSON plain text', (response, body) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    response.end(JSON.stringify(completion(documentFor(body))))
  }),
]

const BODIES: Misbehaviour[] = [
  failing('sends a web page', sends(200, 'text/html', '<html>Sign in</html>'), 'unreadable'),
  failing('sends nothing', sends(200, 'application/json', ''), 'unreadable'),
  failing('sends no JSON as JSON', sends(200, 'application/json', '{"id":'), 'unreadable'),
  failing('sends another JSON', sends(200, 'application/json', '{"status":"ok"}'), 'unreadable'),
  failing('sends an error as a success', begun({ message: 'provider broke', code: 502 }), 'failed_midway'),
  failing('sends a limit as a success', begun({ message: 'slow down', code: 429 }), 'rate_limited'),
  failing('sends a wrong key as a success', begun({ message: 'no', code: 401 }), 'unauthorised', OFF),
  failing('sends no list of choices', raw({ choices: null }), 'unreadable', { priced: 1 }),
  failing('sends a choice that is none', raw({ choices: [7] }), 'unreadable', { priced: 1 }),
  failing('sends a choice without message', choice({ message: null }), 'unreadable', { priced: 1 }),
  failing('declines', choice({ message: { content: null, refusal: 'I cannot.' } }), 'refused', { priced: 1 }),
  failing('is filtered', choice({ finish_reason: 'content_filter' }), 'refused', { priced: 1 }),
  failing('breaks off', choice({ finish_reason: 'error' }, '{"trade'), 'failed_midway', { priced: 1 }),
  failing('breaks off with a reason', choice({ error: { message: 'lost', code: 502 } }), 'failed_midway', {
    priced: 1,
  }),
  repaired('has no choices', raw({ choices: [] }), { calls: ['answer failed empty', 'reask accepted'] }),
  repaired('has no text', says(null), { calls: ['answer failed empty', 'reask accepted'] }),
  {
    ...failing('never has a text', says(null), 'empty', { priced: 2 }),
    calls: ['answer failed empty', 'reask failed empty'],
  },
  {
    ...failing('only thinks', choice({ message: { content: null, reasoning: 'hm' } }), 'empty', {
      priced: 2,
    }),
    calls: ['answer failed empty', 'reask failed empty'],
  },
  repaired('is cut off', choice({ finish_reason: 'length' }, '{"trade_dec'), {
    calls: ['answer failed cut_off', 'reask accepted'],
  }),
  {
    ...failing('is always cut off', choice({ finish_reason: 'length' }), 'cut_off', { priced: 2 }),
    calls: ['answer failed cut_off', 'reask failed cut_off'],
  },
  used('tells no usage', answers(undefined, undefined, { usage: null }), { priced: 0 }),
  used(
    'tells a negative usage',
    answers(undefined, undefined, { usage: { prompt_tokens: -5, completion_tokens: 1 } }),
    {
      priced: 0,
    },
  ),
]

export const OF_ENDPOINTS: readonly Misbehaviour[] = [...TRANSPORT, ...FORMS, ...BODIES]
