import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isLocal, isOpenRouter } from '../../../adapters/model/endpoint.ts'
import { tableCost, readUsage } from '../../../adapters/model/cost.ts'
import { messageText, redactor } from '../../../adapters/model/redact.ts'
import { requestHash } from '../../../adapters/model/request-hash.ts'
import { says, USAGE } from '../../model-server.ts'
import { CANARY, modelAt, PATIENT, question, secretsOf, serverWith } from './given.ts'

afterEach(() => vi.unstubAllEnvs())

describe('each endpoint sees what is its own (NFR-016, A-15)', () => {
  test('four accounts at four addresses with four keys', async () => {
    // The client library reads these by itself; none of them may reach an endpoint of ours.
    for (const name of ['OPENAI_API_KEY', 'OPENAI_ADMIN_KEY', 'OPENAI_ORG_ID', 'OPENAI_PROJECT_ID'])
      vi.stubEnv(name, `foreign-${name}`)
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-foreign: foreign-header')
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:1/foreign')
    const keys = ['key-alpha-1', 'key-beta-2', 'key-gamma-3', 'key-delta-4']
    const servers = await Promise.all(keys.map(() => serverWith(says('x'))))
    const models = servers.map((server, index) => modelAt(server, {}, secretsOf(keys[index] ?? '')))
    await Promise.all(models.map(async model => await model.ask(question(), PATIENT)))
    for (const [index, { requests }] of servers.entries()) {
      expect(requests).toHaveLength(1)
      const seen = JSON.stringify(requests)
      expect(requests[0]?.headers.authorization).toBe(`Bearer ${keys[index]}`)
      for (const [other, key] of keys.entries()) expect(seen.includes(key)).toBe(other === index)
      expect(seen).not.toContain('foreign')
    }
  })

  test('without a key nothing is sent in its place', async () => {
    const server = await serverWith(says('x'))
    await modelAt(server, {}, secretsOf(null)).ask(question(), PATIENT)
    expect(server.requests[0]?.headers.authorization).toBeUndefined()
  })

  test('a gateway is asked at its path with its headers', async () => {
    const server = await serverWith(says('x'))
    const secrets = secretsOf('key-of-provider', { 'cf-aig-authorization': 'Bearer gateway-key' })
    await modelAt(server, { baseUrl: server.at('/v1/account/gateway/openai/') }, secrets).ask(
      question(),
      PATIENT,
    )
    expect(server.requests[0]?.path).toBe('/v1/account/gateway/openai/chat/completions')
    expect(server.requests[0]?.headers).toMatchObject({
      'cf-aig-authorization': 'Bearer gateway-key',
      authorization: 'Bearer key-of-provider',
    })
  })

  test('a redirect is not followed: it would carry the headers elsewhere', async () => {
    const elsewhere = await serverWith(says('x'))
    const server = await serverWith(
      response => void response.writeHead(307, { location: elsewhere.at('/v1/chat/completions') }).end(),
    )
    await modelAt(server, {}, secretsOf(CANARY, { 'x-gateway': CANARY })).ask(question(), PATIENT)
    expect(elsewhere.requests).toEqual([])
  })
})

describe('OpenRouter (B-14)', () => {
  const attribution = { 'HTTP-Referer': 'https://example.org', 'X-Title': 'me', 'X-OpenRouter-Title': 'me' }
  const asked = question({ reasoningEffort: 'low' })

  test('it is told who asks, that all parameters count and that nothing may be kept', async () => {
    const server = await serverWith(says('x'))
    const baseUrl = server.at('/openrouter/v1')
    await modelAt(server, { baseUrl }, secretsOf(CANARY, attribution)).ask(asked, PATIENT)
    expect(server.requests[0]?.headers).toMatchObject({
      'http-referer': 'https://example.org',
      'x-title': 'me',
      'x-openrouter-title': 'me',
    })
    expect(server.requests[0]?.body).toMatchObject({
      provider: { require_parameters: true, data_collection: 'deny' },
      usage: { include: true },
      reasoning: { effort: 'low' },
    })
    expect(server.requests[0]?.body).not.toHaveProperty('reasoning_effort')
  })

  test('nobody else is', async () => {
    const server = await serverWith(says('x'))
    await modelAt(server, {}, secretsOf(CANARY, attribution)).ask(asked, PATIENT)
    const { headers, body } = server.requests[0] ?? { headers: {}, body: {} }
    for (const name of ['http-referer', 'x-title', 'x-openrouter-title'])
      expect(headers).not.toHaveProperty(name)
    for (const key of ['provider', 'usage', 'reasoning', 'models', 'plugins'])
      expect(body).not.toHaveProperty(key)
  })

  test.each([
    ['https://openrouter.ai/api/v1', true],
    ['https://eu.openrouter.ai/api/v1', true],
    ['https://gateway.ai.cloudflare.com/v1/a/g/openrouter', true],
    ['https://openrouter.ai.example.org/v1', false],
    ['https://notopenrouter.ai/v1', false],
    ['http://localhost:11434/v1', false],
    ['nonsense', false],
  ])('%s: %s', (url, expected) => {
    expect(isOpenRouter(url)).toBe(expected)
  })
})

test.each([
  ['http://localhost:11434/v1', true],
  ['http://127.0.0.1:8080/v1', true],
  ['http://[::1]:8080/v1', true],
  ['http://192.168.1.5/v1', true],
  ['http://172.20.0.2/v1', true],
  ['http://ollama:11434/v1', true],
  ['http://box.local/v1', true],
  ['http://172.200.0.2/v1', false],
  ['https://api.openai.com/v1', false],
  ['https://localhost.example.org/v1', false],
])('%s is of this network: %s', (url, expected) => {
  expect(isLocal(url)).toBe(expected)
})

describe('cost', () => {
  const prices = { inputUsd: 0.1, outputUsd: 0.2 }
  test.each<[string, object, typeof prices | null, string | null]>([
    ['as told', { cost: 0.0042 }, prices, '0.0042'],
    ['as told in text', { cost: '0.0042' }, null, '0.0042'],
    ['as told, very small', { cost: 1.5e-7 }, null, '0.00000015'],
    ['told to be nothing', { cost: 0 }, prices, '0'],
    [
      'with a key of one’s own',
      { cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } },
      null,
      '0.021',
    ],
    ['with a key of one’s own, not told', { cost: 0.001, is_byok: true }, null, null],
    ['negative', { cost: -1 }, prices, '0.000014'],
    ['absurd', { cost: 1e300 }, null, null],
    ['no number', { cost: 'free' }, null, null],
    ['by the table', {}, prices, '0.000014'],
    ['not known', {}, null, null],
  ])('%s', (_name, more, table, expected) => {
    expect(readUsage({ ...USAGE, ...more }, table)?.costUsd).toBe(expected)
  })

  test.each([
    null,
    'x',
    {},
    { prompt_tokens: 1 },
    { prompt_tokens: -1, completion_tokens: 2 },
    { prompt_tokens: 1.5, completion_tokens: 2 },
  ])('usage %j is none', usage => {
    expect(readUsage(usage, prices)).toBeNull()
  })

  test('a table is exact: ten million tokens at a tenth of a dollar are a dollar', () => {
    expect(tableCost({ promptTokens: 10_000_000, completionTokens: 0 }, prices)).toBe('1')
  })

  test('whatever usage an endpoint tells, nothing is thrown and no cost is negative', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (usage, cost) => {
        const read = readUsage({ ...USAGE, cost, more: usage }, null)
        expect(read?.costUsd ?? '0').toMatch(/^\d+(\.\d+)?$/)
        readUsage(usage, null)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('what is shown of a failure', () => {
  const redact = redactor(secretsOf(CANARY, { 'x-gate': `Bearer other-${CANARY}` }))

  test('no secret survives, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = `${before}${CANARY}${after}other-${CANARY}`
        expect(messageText(redact, text)).not.toContain(CANARY)
      }),
      { numRuns: 1_000 },
    )
  })

  test('addresses and control characters are taken out, and it ends', () => {
    const text = `see https://u:p@host/x?key=1\u001b[31m\nnow ${'long '.repeat(200)}`
    const shown = messageText(redact, text)
    expect(shown).toMatch(/^see <address> now long/)
    expect(shown.length).toBeLessThan(420)
  })
})

describe('the hash of a question', () => {
  test('is the same whatever the order of keys', () => {
    const asked = question({ temperature: 0.5 })
    const turned = Object.fromEntries(Object.entries(asked).toReversed()) as typeof asked
    expect(requestHash(turned)).toBe(requestHash(asked))
    expect(requestHash(asked)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is another for every part of it', () => {
    const base = question()
    const others = [
      { model: 'stub/two' },
      { messages: base.messages.toReversed() },
      { format: null },
      { tools: [{ name: 'a', description: '', parameters: {} }] },
      { temperature: 0 },
      { reasoningEffort: 'low' as const },
      { tokensMax: 1 },
    ]
    expect(new Set([{}, ...others].map(more => requestHash(question(more)))).size).toBe(others.length + 1)
  })
})
