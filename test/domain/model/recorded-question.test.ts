import { expect, test } from 'vitest'
import type { ModelCall } from '../../../domain/model/call.ts'
import { readTemplate } from '../../../domain/model/prompt.ts'
import { inWordsOf, readQuestion } from '../../../domain/model/recorded-question.ts'

const DOCUMENT = `{
"context_version":1,
"time":"2025-01-01T08:00:00.000Z",
"decision_interval":"5m",
"decide":[
{"asset":"BTC","actions":["buy","sell","hold"]},
{"asset":"ETH","actions":["buy","close","hold"]}
],
"account":{"id":"main","label":"a } brace and a \\" quote"},
"market":[
{"asset":"BTC","price":100.5},
{"asset":"ETH","price":null}
]
}`

const ADDED = '\n\nThe rules of this account propose, as JSON:\n{"asset":"BTC","action":"buy"}\nConfirm.'

const request = (user: string, name = 'trade_decisions_v2'): ModelCall['request'] => ({
  model: 'some/model',
  messages: [
    { role: 'system', content: 'Decide by {"context_version": as it comes.' },
    { role: 'user', content: user },
    { role: 'user', content: 'What you asked for, as JSON:\n[]' },
  ],
  format: { name, schema: { type: 'object' } },
  tools: [],
  temperature: null,
  reasoningEffort: null,
  tokensMax: 100,
})
const callOf = (user: string, name?: string): ModelCall => ({ request: request(user, name) }) as ModelCall

test('a question is read from what was sent: document, schema version, legal actions, prices', () => {
  const read = readQuestion(callOf(`Now:\n<context>\n${DOCUMENT}\n</context>${ADDED}`))
  expect(read).toEqual({
    ok: true,
    question: {
      version: 2,
      context: DOCUMENT,
      added: ADDED,
      at: '2025-01-01T08:00:00.000Z',
      interval: '5m',
      accountId: 'main',
      legal: [
        { symbol: 'BTC', actions: ['buy', 'sell', 'hold'] },
        { symbol: 'ETH', actions: ['buy', 'close', 'hold'] },
      ],
      marks: { BTC: 100.5, ETH: null },
    },
  })
})

test.each([
  ['another schema', callOf(DOCUMENT, 'answer'), /schema is not known/],
  ['no document', callOf('Decide.'), /no context document/],
  ['a document that never ends', callOf(DOCUMENT.slice(0, -2)), /no context document/],
  ['nothing to decide', callOf(DOCUMENT.replace('"decide"', '"was"')), /what there is to decide/],
  ['an unknown action', callOf(DOCUMENT.replace('"close"', '"steal"')), /what there is to decide/],
  ['no time', callOf(DOCUMENT.replace('"time"', '"was"')), /lacks time/],
  ['an unknown interval', callOf(DOCUMENT.replace('"5m"', '"7m"')), /decision_interval/],
])('a question with %s is not read, and says so', (_what, call, problem) => {
  const read = readQuestion(call)
  expect(read.ok ? '' : read.problem).toMatch(problem)
})

test('in another template the document, the proposals of the rules and the findings of tools stay as they were', () => {
  const call = callOf(`Now:\n${DOCUMENT}${ADDED}`)
  const template = readTemplate(
    '---\nname: other\nversion: 3\n---\n# system\nBe brief. {{schema}}\n# user\n{{assets}} of {{account}}, {{interval}}, {{time}}: {{context}}',
  )
  const read = readQuestion(call)
  if (!read.ok || !template.ok) throw new Error('The question or the template cannot be read')
  expect(inWordsOf(call, read.question, template.template)).toEqual([
    { role: 'system', content: 'Be brief. {"type":"object"}' },
    { role: 'user', content: `BTC, ETH of main, 5m, 2025-01-01T08:00:00.000Z: ${DOCUMENT}${ADDED}` },
    { role: 'user', content: 'What you asked for, as JSON:\n[]' },
  ])
})
