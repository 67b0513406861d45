import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CapabilityMemory, fullCapability } from '../../../adapters/model/capability.ts'
import { fails, inTurn, says, understands, type Behaviour } from '../../model-server.ts'
import { modelAt, PATIENT, question, rowOf, SCHEMA, secretsOf, serverWith } from './given.ts'

const file = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latch-capability-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'model-capabilities.json')
}
const formatsOf = (bodies: { body: { readonly [key: string]: unknown } }[]) =>
  bodies.map(({ body }) => (body['response_format'] as { type?: string } | undefined)?.type ?? 'text')

describe('response formats (B-11)', () => {
  test('a schema is asked for, then JSON mode, then plain text, and the schema is told in words', async () => {
    const server = await serverWith(understands(['text'], '{"ok":true}'))
    const reply = await modelAt(server).ask(question(), PATIENT)
    expect(rowOf(reply)).toBe('ok {"ok":true}')
    expect(formatsOf(server.requests)).toEqual(['json_schema', 'json_object', 'text'])
    expect(server.requests[0]?.body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: SCHEMA },
    })
    expect(JSON.stringify(server.requests[0]?.body['messages'])).not.toContain('JSON Schema')
    for (const { body } of server.requests.slice(1)) {
      expect(JSON.stringify(body['messages'])).toContain(JSON.stringify(JSON.stringify(SCHEMA)).slice(1, -1))
    }
  })

  test('what was answered is remembered, by address and model', async () => {
    const server = await serverWith(understands(['text'], 'x'))
    const model = modelAt(server)
    await model.ask(question(), PATIENT)
    await model.ask(question(), PATIENT)
    await model.ask(question({ model: 'stub/two' }), PATIENT)
    expect(formatsOf(server.requests)).toEqual([
      'json_schema',
      'json_object',
      'text',
      'text',
      'json_schema',
      'json_object',
      'text',
    ])
  })

  test('a refusal that no weaker form cures is not remembered', async () => {
    const broken = fails(400, 'response_format is broken today')
    const server = await serverWith(inTurn(broken, broken, broken, understands(['json_schema'], 'x')))
    const model = modelAt(server)
    expect(rowOf(await model.ask(question(), PATIENT))).toBe('not_supported 400')
    expect(rowOf(await model.ask(question(), PATIENT))).toBe('ok x')
    expect(formatsOf(server.requests)).toEqual(['json_schema', 'json_object', 'text', 'json_schema'])
  })

  test('a question without a format has none to weaken', async () => {
    const server = await serverWith(fails(400, 'response_format is broken'))
    await modelAt(server).ask(question({ format: null }), PATIENT)
    expect(server.requests).toHaveLength(1)
  })
})

const refusesKey =
  (key: string, message: string, status = 400): Behaviour =>
  (response, body, count, headers) =>
    (key in body ? fails(status, message) : says('x'))(response, body, count, headers)
const TOOL = { name: 'rsi', description: 'RSI', parameters: { type: 'object', properties: {} } }

describe('parameters', () => {
  test.each<[string, Behaviour, string]>([
    ['temperature', refusesKey('temperature', "Unsupported value: 'temperature'"), 'temperature'],
    [
      'reasoning effort',
      refusesKey('reasoning_effort', 'Unknown field reasoning_effort'),
      'reasoning_effort',
    ],
    [
      'the old name of the token limit',
      refusesKey('max_tokens', "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
      'max_tokens',
    ],
  ])('%s refused is left out, now and later', async (_name, behaviour, key) => {
    const server = await serverWith(behaviour)
    const model = modelAt(server)
    const asked = question({ temperature: 0, reasoningEffort: 'low' })
    for (let round = 0; round < 2; round += 1) expect(rowOf(await model.ask(asked, PATIENT))).toBe('ok x')
    expect(server.requests.map(({ body }) => key in body)).toEqual([true, false, false])
    if (key === 'max_tokens') expect(server.requests[1]?.body['max_completion_tokens']).toBe(1_000)
  })

  test('tools refused are the asker’s business, and not asked for again', async () => {
    const server = await serverWith(refusesKey('tools', 'This model does not support tools', 422))
    const model = modelAt(server)
    const asked = question({ tools: [TOOL], format: null })
    expect(rowOf(await model.ask(asked, PATIENT))).toBe('not_supported 422')
    expect(rowOf(await model.ask(asked, PATIENT))).toBe('not_supported -')
    expect(rowOf(await model.ask(question(), PATIENT))).toBe('ok x')
    expect(server.requests).toHaveLength(2)
  })

  test('a router that finds nobody for a form is asked for a weaker one', async () => {
    const unmet = 'No endpoints found that can handle the requested parameters.'
    const server = await serverWith(inTurn(fails(404, unmet), fails(404, unmet), says('x')))
    expect(
      rowOf(await modelAt(server, { baseUrl: server.at('/openrouter/v1') }).ask(question(), PATIENT)),
    ).toBe('ok x')
    expect(formatsOf(server.requests)).toEqual(['json_schema', 'json_object', 'text'])
  })
})

describe('the file', () => {
  test('what one process found out another one knows', async () => {
    const path = file()
    const server = await serverWith(understands(['json_object'], 'x'))
    await modelAt(server, {}, secretsOf(), new CapabilityMemory(path)).ask(question(), PATIENT)
    await modelAt(server, {}, secretsOf(), new CapabilityMemory(path)).ask(question(), PATIENT)
    expect(formatsOf(server.requests)).toEqual(['json_schema', 'json_object', 'json_object'])
  })

  test.each(['', 'not JSON', '[]', '{"http://h/v1 m": {"format": "xml"}}'])(
    '%j in it is done without',
    text => {
      const path = file()
      new CapabilityMemory(path).remember('http://h/v1', 'm', {
        ...fullCapability('http://h/v1'),
        tools: false,
      })
      writeFileSync(path, text)
      expect(new CapabilityMemory(path).of('http://h/v1', 'm')).toEqual(fullCapability('http://h/v1'))
    },
  )

  test('it holds no password and no query of an address', () => {
    const path = file()
    const weak = { ...fullCapability('http://h/v1'), tools: false }
    new CapabilityMemory(path).remember('http://u:hunter2@h/v1?key=hunter3', 'm', weak)
    expect(readFileSync(path, 'utf8')).not.toContain('hunter')
  })

  test('one that cannot be written costs no decision', () => {
    const memory = new CapabilityMemory(join(file(), 'no-such-folder', 'model-capabilities.json'))
    const weak = { ...fullCapability('http://h/v1'), tools: false }
    memory.remember('http://h/v1', 'm', weak)
    expect(memory.of('http://h/v1', 'm')).toEqual(weak)
  })
})
