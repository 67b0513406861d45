import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CassetteError, CassetteModel } from '../../../adapters/model/cassette-model.ts'
import { requestHash } from '../../../adapters/model/request-hash.ts'
import type { Model, ModelFailure, ModelReply, ModelRequest } from '../../../domain/model/port.ts'
import { PATIENT, question, rowOf } from './given.ts'

const usage = { promptTokens: 9, completionTokens: 3, reasoningTokens: 0, cachedTokens: 0, costUsd: '0.001' }
const common = { model: 'stub/one', provider: null, id: 'g', usage, latencyMs: 12 }
const says = (text: string): ModelReply => ({ ok: true, ...common, text, toolCalls: [], finish: 'stop' })
const fails = (failure: ModelFailure): ModelReply => ({
  ok: false,
  ...common,
  text: '',
  failure,
  message: 'no',
  status: 500,
  retryAfterMs: null,
})
const lineOf = (request: ModelRequest, reply: ModelReply): string =>
  JSON.stringify({ callId: 'main-1', purpose: 'answer', requestHash: requestHash(request), request, reply })
const cassette = (...lines: string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latch-cassette-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'one.jsonl')
  if (lines.length > 0) writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}
/** Answers in turn, and counts. */
const inner = (...replies: ModelReply[]): Model & { asked: number } => ({
  asked: 0,
  ask() {
    this.asked += 1
    return Promise.resolve(replies[Math.min(this.asked, replies.length) - 1] as ModelReply)
  },
})
const [ONE, TWO] = [question(), question({ model: 'stub/two' })]

describe('what is recorded', () => {
  test('is answered at once, by what is asked and not by its place', () => {
    const model = new CassetteModel(cassette(lineOf(TWO, says('two')), lineOf(ONE, says('one'))), null)
    expect(model.ask(ONE, PATIENT)).toEqual(says('one'))
    expect(model.ask(TWO, PATIENT)).toEqual(says('two'))
  })

  test('comes in its order, and then the last again', () => {
    const lines = [says('a'), fails('refused'), says('b')].map(reply => lineOf(ONE, reply))
    const model = new CassetteModel(cassette(...lines), null)
    const rows = [1, 2, 3, 4, 5].map(() => rowOf(model.ask(ONE, PATIENT) as ModelReply))
    expect(rows).toEqual(['ok a', 'refused 500', 'ok b', 'ok b', 'ok b'])
  })

  test('alone is answered when nobody may be asked', () => {
    const model = new CassetteModel(cassette(), null)
    expect(model.ask(ONE, PATIENT)).toMatchObject({ ok: false, failure: 'not_recorded', usage: null })
  })
})

describe('what is not recorded', () => {
  test('is asked once and kept for the next time', async () => {
    const file = cassette(lineOf(TWO, says('two')))
    const asked = inner(says('new'))
    const model = new CassetteModel(file, asked)
    expect(await model.ask(ONE, PATIENT)).toEqual(says('new'))
    expect(model.ask(ONE, PATIENT)).toEqual(says('new'))
    expect(asked.asked).toBe(1)
    expect(new CassetteModel(file, null).ask(ONE, PATIENT)).toEqual(says('new'))
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3)
  })

  test.each(['timeout', 'unavailable', 'unauthorised', 'no_credit'] as const)(
    'a %s is not kept: another time may end otherwise',
    async failure => {
      const file = cassette()
      const model = new CassetteModel(file, inner(fails(failure), says('later')))
      expect(await model.ask(ONE, PATIENT)).toMatchObject({ failure })
      expect(await model.ask(ONE, PATIENT)).toEqual(says('later'))
      expect(new CassetteModel(file, null).ask(ONE, PATIENT)).toEqual(says('later'))
    },
  )

  test('is answered though it cannot be kept', async () => {
    const file = join(cassette('{}').replace('one.jsonl', 'no-such-folder'), 'one.jsonl')
    expect(await new CassetteModel(file, inner(says('new'))).ask(ONE, PATIENT)).toEqual(says('new'))
  })
})

describe('a line that cannot be read stops it, with its number', () => {
  const good = lineOf(ONE, says('one'))
  test.each<[string, string]>([
    ['no JSON', '{"request": '],
    ['another JSON', '{"a": 1}'],
    ['an unknown failure', lineOf(ONE, fails('timeout')).replace('"timeout"', '"tired"')],
    ['a changed question', lineOf(ONE, says('x')).replace('Decide.', 'Buy.')],
  ])('%s', (_name, bad) => {
    const file = cassette(good, '', bad, good)
    expect(() => new CassetteModel(file, null)).toThrow(CassetteError)
    expect(() => new CassetteModel(file, null)).toThrow(`${file}:3: `)
  })
})
