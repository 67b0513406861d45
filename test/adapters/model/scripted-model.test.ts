import { describe, expect, test } from 'vitest'
import { TEMPER_NAMES } from '../../../adapters/model/scripted/temper.ts'
import { scriptedModel } from '../../../adapters/model/scripted-model.ts'
import { buildContext } from '../../../domain/model/context.ts'
import type { Legal, SchemaVersion } from '../../../domain/model/legal.ts'
import type { ModelReply, ModelRequest } from '../../../domain/model/port.ts'
import { readDecisions } from '../../../domain/model/read-decisions.ts'
import { wireSchema } from '../../../domain/model/schema.ts'
import { givenContext, givenMarket } from '../../domain/model/given-context.ts'
import { PATIENT, question } from './given.ts'

const PRICE = 100_000
const FLAT: Legal[] = [{ symbol: 'BTC', actions: ['buy', 'sell', 'hold'] }]
const LONG: Legal[] = [{ symbol: 'BTC', actions: ['sell', 'close', 'hold'] }]

/** The price stands this far from its EMA of 20 candles, with this RSI. */
type Market = { fromEma: number; rsi: number }
const UP: Market = { fromEma: 0.004, rsi: 68 }
const DOWN: Market = { fromEma: -0.004, rsi: 32 }
const QUIET: Market = { fromEma: 0, rsi: 50 }

const contextOf = ({ fromEma, rsi }: Market): string => {
  const base = givenMarket('BTC')
  const market = {
    ...base,
    price: PRICE,
    intraday: { ...base.intraday, ema20: [PRICE / (1 + fromEma)] },
    now: { ...base.now, rsi14: rsi },
  }
  return buildContext(givenContext({ markets: [market] }), 60_000).text
}

const asked = (model: string, market: Market, legal = FLAT, version: SchemaVersion = 2): ModelRequest =>
  question({
    model: `scripted/${model}`,
    messages: [
      { role: 'system', content: 'Answer {in JSON}.' },
      { role: 'user', content: `Decide {now}. The context:\n${contextOf(market)}\nThat is all.` },
    ],
    format: wireSchema(version, legal),
  })
const ask = (request: ModelRequest): ModelReply => scriptedModel().ask(request, PATIENT) as ModelReply
const actionOf = (model: string, market: Market, legal = FLAT, version: SchemaVersion = 2): string => {
  const read = readDecisions(ask(asked(model, market, legal, version)).text, {
    version,
    legal,
    marks: { BTC: PRICE },
  })
  if (!read.ok) throw new Error(read.problem)
  expect(read.notes).toEqual([])
  return read.proposals.map(each => each.action).join(' ')
}

describe('it decides by the numbers in the question', () => {
  test.each([
    ['trend', UP, 'buy'],
    ['trend', DOWN, 'sell'],
    ['trend', QUIET, 'hold'],
    ['contrarian', UP, 'sell'],
    ['contrarian', DOWN, 'buy'],
    ['contrarian', QUIET, 'hold'],
    ['cautious', UP, 'buy'],
    ['cautious', { fromEma: 0.004, rsi: 45 }, 'hold'],
  ] as const)('%s at %j: %s', (model, market, expected) => {
    expect(actionOf(model, market)).toBe(expected)
    expect(actionOf(model, market, FLAT, 1)).toBe(expected)
  })

  test('a position is kept while the move lasts and left when it turns', () => {
    expect(actionOf('trend', UP, LONG)).toBe('hold')
    expect(actionOf('trend', DOWN, LONG)).toBe('close')
    expect(actionOf('trend', DOWN, [{ symbol: 'BTC', actions: ['sell', 'hold'] }], 1)).toBe('sell')
    expect(actionOf('trend', DOWN, [{ symbol: 'BTC', actions: ['hold'] }])).toBe('hold')
  })

  test('without a context it holds', () => {
    const request = { ...asked('trend', UP), messages: [{ role: 'user' as const, content: 'Decide. {}' }] }
    const read = readDecisions(ask(request).text, { version: 2, legal: FLAT, marks: { BTC: PRICE } })
    expect(read).toMatchObject({ ok: true, proposals: [{ action: 'hold' }] })
  })
})

test('the same question is answered the same, for nothing, with counted tokens', () => {
  const request = asked('trend', UP)
  expect(ask(request)).toEqual(ask(request))
  const reply = ask(request)
  expect(reply).toMatchObject({ ok: true, model: 'scripted/trend', usage: { costUsd: '0' } })
  expect(reply.usage?.completionTokens).toBe(Math.ceil(reply.text.length / 4))
})

test('the erratic one is now and then fenced, wordy, cut, wrong; the others never', () => {
  const outcomes = new Map<string, Set<boolean>>(TEMPER_NAMES.map(name => [name, new Set()]))
  const shapes = new Set<string>()
  for (let index = 0; index < 90; index += 1) {
    for (const name of TEMPER_NAMES) {
      const { text } = ask(asked(name, { fromEma: 0.003 + index / 100_000, rsi: 60 }))
      if (name === 'erratic') shapes.add(text.slice(0, 3))
      outcomes.get(name)?.add(readDecisions(text, { version: 2, legal: FLAT, marks: { BTC: PRICE } }).ok)
    }
  }
  expect(outcomes.get('erratic')).toEqual(new Set([true, false]))
  expect(shapes.size).toBeGreaterThan(2)
  for (const name of ['trend', 'contrarian', 'cautious']) expect(outcomes.get(name)).toEqual(new Set([true]))
})

test('a name it does not have is a failure that lists those it has', () => {
  const reply = ask(asked('oracle', UP))
  expect(reply).toMatchObject({ ok: false, failure: 'model_not_found' })
  expect(!reply.ok && reply.message).toContain('scripted/trend, scripted/contrarian')
})

test('a question with tools is answered without using any', () => {
  const tools = [{ name: 'rsi', description: '', parameters: {} }]
  expect(ask({ ...asked('trend', UP), format: null, tools })).toMatchObject({ ok: true, toolCalls: [] })
})
