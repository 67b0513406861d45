/** Whatever a model does, the cycle ends in a hold that names it, stops stay where they are, and the next cycle is normal. */
import { describe, expect, test } from 'vitest'
import { INTERVAL_MS } from '../../../domain/interval.ts'
import type { ModelFailure, ModelReply, ModelRequest } from '../../../domain/model/port.ts'
import { MODEL_FAILURES } from '../../../domain/model/port.ts'
import { givenSeries, START } from '../given.ts'
import { buying, decisions, failed, modelSettings, play, said, scripted } from './given-model.ts'

const SERIES = givenSeries(7, 30)
/** Everything is open and protected long before. */
const BAD_AT = START + 16 * INTERVAL_MS['5m']

type Answer = ModelReply | ((request: ModelRequest) => ModelReply)

const document = (change: (item: Record<string, unknown>) => void) => (request: ModelRequest) => {
  const value = JSON.parse(decisions(request, () => ({ action: 'hold' }))) as {
    trade_decisions: Record<string, unknown>[]
  }
  for (const item of value.trade_decisions) change(item)
  return said(JSON.stringify(value))
}

const TEXTS: [string, string, Answer][] = [
  ['prose without JSON', 'model_answer_refused', said('I would rather wait and see.')],
  ['nothing', 'model_answer_refused', said('')],
  ['a cut off document', 'model_answer_refused', said('{"trade_decisions":[{"asset":"BTC","act')],
  ['two documents', 'model_answer_refused', said('{"trade_decisions":[]} {"trade_decisions":[1]}')],
  ['an array', 'model_answer_refused', said('[1,2,3]')],
  ['a million braces', 'model_answer_refused', said('{'.repeat(100_000))],
  ['no decisions', 'model_answer_refused', said('{"reasoning":"","trade_decisions":[]}')],
  [
    'tool calls nobody offered',
    'model_answer_refused',
    said('', { toolCalls: [{ id: '1', name: 'rm', arguments: '' }] }),
  ],
  [
    'NaN for a number',
    'model_answer_refused',
    document(item => Object.assign(item, { allocation_usd: 'NaN' })),
  ],
  [
    'a negative allocation',
    'model_answer_refused',
    document(item => Object.assign(item, { allocation_usd: -5 })),
  ],
  [
    'a hold with money',
    'model_answer_refused',
    document(item => Object.assign(item, { allocation_usd: 50 })),
  ],
  [
    'an action that is none',
    'model_answer_refused',
    document(item => Object.assign(item, { action: 'withdraw' })),
  ],
  [
    'a field too many',
    'model_answer_refused',
    document(item => Object.assign(item, { transfer_to: '0xabc' })),
  ],
  ['a field too few', 'model_answer_refused', document(item => delete item['rationale'])],
  ['an answer after the deadline', 'model_timeout', said('{}', { latencyMs: 30_001 })],
]
const FAILURES: [string, string, Answer][] = MODEL_FAILURES.map((each: ModelFailure) => [
  each,
  `model_${each}`,
  failed(each),
])

/** The first time in the context is that of the decision. */
const timeIn = (text: string): number => Date.parse(/"time":\s*"([^"]+)"/.exec(text)?.[1] ?? '')

const badly = (answer: Answer) => (request: ModelRequest) => {
  const isBad = request.messages.some(each => timeIn(each.content) === BAD_AT)
  if (!isBad) return buying(request)
  return typeof answer === 'function' ? answer(request) : answer
}

describe.each([...TEXTS, ...FAILURES])('%s', (_name, code, answer) => {
  test(`is held as ${code}, and nothing else changes`, async () => {
    const { facts, calls, decisions: decided } = await play(modelSettings(), scripted(badly(answer)), SERIES)
    const bad = decided.filter(each => each.candleAt === BAD_AT)
    expect(bad.map(each => [each.symbol, each.outcome, each.code])).toEqual([
      ['BTC', 'held', code],
      ['ETH', 'held', code],
    ])
    for (const each of bad) expect(each.proposal.rationale).toContain(code)
    const asked = calls.filter(each => each.candleAt === BAD_AT)
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.length, 'one question and at most one more').toBeLessThanOrEqual(2)
    const moved = facts.filter(
      fact => fact.at === BAD_AT && /^(protection|intent|order|position|trade)\./.test(fact.type),
    )
    expect(moved, 'stops are untouched').toEqual([])
    const isOff = ['unauthorised', 'no_credit', 'model_not_found'].includes(code.slice('model_'.length))
    const after = decided.filter(each => each.candleAt === BAD_AT + INTERVAL_MS['5m'])
    expect(after.every(each => (each.code === 'model_off') === isOff)).toBe(true)
    expect(after.map(each => each.proposal.rationale)).toEqual(
      isOff ? [expect.any(String), expect.any(String)] : ['scripted', 'scripted'],
    )
  })
})

test('a model that throws, or answers what is no answer, is held like any other', async () => {
  const throwing = {
    ask: () => {
      throw new Error('socket hang up')
    },
  }
  const thrown = await play(modelSettings(), throwing, givenSeries(7, 2))
  expect(thrown.decisions.every(each => each.code === 'model_unreachable')).toBe(true)
  const nothing = { ask: () => undefined as unknown as ModelReply }
  const strange = await play(modelSettings(), nothing, givenSeries(7, 2))
  expect(strange.decisions.every(each => each.code === 'model_failed')).toBe(true)
})
