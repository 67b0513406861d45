/** What models cost is counted, limited and netted; a model that fails is left alone, and others stand behind it. */
import { describe, expect, test } from 'vitest'
import { Health } from '../../../actors/model/health.ts'
import { Spend } from '../../../actors/model/spend.ts'
import { MemoryStore } from '../../../adapters/store/memory-store.ts'
import type { Fact } from '../../../domain/fact.ts'
import type { ModelFailure, ModelReply, ModelUsage } from '../../../domain/model/port.ts'
import { money } from '../../../domain/units.ts'
import { givenSeries, START } from '../given.ts'
import { failed, holding, modelSettings, play, said, scripted } from './given-model.ts'

const MINUTE = 60_000
const usd = (costUsd: string | null): ModelUsage => ({
  promptTokens: 10,
  completionTokens: 5,
  reasoningTokens: 0,
  cachedTokens: 0,
  costUsd,
})

let seq = 0
const called = (at: number, reply: ModelReply, cycleId = 'main-1', model = 'first'): Fact => {
  seq += 1
  const request = {
    model,
    messages: [],
    format: null,
    tools: [],
    temperature: 0,
    reasoningEffort: null,
    tokensMax: 1,
  }
  const call = {
    callId: `${cycleId}-${seq}`,
    cycleId,
    candleAt: at,
    symbols: ['BTC'],
    purpose: 'answer' as const,
    requestHash: '',
    promptVersion: '',
    request,
    reply,
    outcome: 'accepted' as const,
    problem: null,
  }
  return { type: 'model.called', call, seq, at, accountId: 'main' }
}

describe('spend', () => {
  test('is counted per decision, UTC day and month, and what nobody priced is counted apart', () => {
    const spend = new Spend()
    const lastDay = Date.UTC(2025, 0, 31, 23, 59)
    spend.note(called(lastDay, said('', { usage: usd('0.1') }), 'main-1'))
    spend.note(called(lastDay, said('', { usage: usd(null) }), 'main-1'))
    spend.note(called(lastDay + MINUTE, failed('cut_off', { usage: usd('0.2') }), 'main-2'))
    expect(spend.total('main')).toEqual({ costUsd: '0.3', calls: 3, unpriced: 1, tokens: 45 })
    const budget = (each: Partial<Record<'cycleUsd' | 'dayUsd' | 'monthUsd', string>>) => ({
      cycleUsd: null,
      dayUsd: null,
      monthUsd: null,
      ...Object.fromEntries(Object.entries(each).map(([key, value]) => [key, money(value)])),
    })
    const at = lastDay + MINUTE
    const spent = { code: 'model_budget_spent', limit: '0.2 USD a day', actual: '0.2 USD' }
    expect(spend.exhausted('main', budget({ dayUsd: '0.2' }), 'main-3', at)).toEqual(spent)
    expect(spend.exhausted('main', budget({ dayUsd: '0.2001' }), 'main-3', at)).toBeNull()
    expect(spend.exhausted('main', budget({ monthUsd: '0.21' }), 'main-3', at), 'a new month').toBeNull()
    expect(spend.exhausted('main', budget({ cycleUsd: '0.2' }), 'main-2', at)?.limit).toBe(
      '0.2 USD a decision',
    )
    expect(spend.exhausted('main', budget({ cycleUsd: '0.2' }), 'main-3', at), 'the next decision').toBeNull()
    expect(spend.exhausted('other', budget({ dayUsd: '0.2' }), 'other-1', at), 'another account').toBeNull()
  })

  test('is the same after a restart, from what the store has', async () => {
    const store = new MemoryStore()
    const facts = [1, 2, 3].map(each => called(START + each, said('a long answer', { usage: usd('0.5') })))
    await store.write({ facts, snapshots: [], documents: [] })
    const spend = new Spend()
    await spend.load(store)
    expect(spend.total('main').costUsd).toBe('1.5')
  })

  test('what is no price is none', () => {
    const spend = new Spend()
    for (const cost of ['NaN', '-1', '', '1e999', 'free']) {
      spend.note(called(START, said('', { usage: usd(cost) })))
    }
    expect(spend.total('main')).toMatchObject({ costUsd: '0', unpriced: 5 })
  })
})

test('a spent budget means no call, a hold with limit and actual, and a cost in the result', async () => {
  const model = scripted(holding)
  const budget = { cycleUsd: null, dayUsd: money('0.0025'), monthUsd: null }
  const { decisions } = await play(modelSettings({ budget }), model, givenSeries(7, 20))
  expect(model.requests, '0.001 USD each').toHaveLength(3)
  const spent = decisions.filter(each => each.code === 'model_budget_spent')
  expect(spent).toHaveLength(34)
  expect(spent[0]).toMatchObject({ outcome: 'held', limit: '0.0025 USD a day', actual: '0.003 USD' })
  expect(spent[0]?.proposal.rationale).toBe('model_budget_spent: limit 0.0025 USD a day: 0.003 USD')
})

test('the budget of one decision ends it between two questions', async () => {
  const model = scripted(() => said('no JSON'))
  const budget = { cycleUsd: money('0.001'), dayUsd: null, monthUsd: null }
  const { calls, decisions } = await play(modelSettings({ budget }), model, givenSeries(7, 2))
  expect(calls.map(each => each.purpose)).toEqual(['answer', 'answer'])
  expect(decisions[0]).toMatchObject({ code: 'model_budget_spent', limit: '0.001 USD a decision' })
})

describe('health', () => {
  const after = (failures: ModelFailure[], at = START): Health => {
    const health = new Health()
    for (const failure of failures) health.note(called(at, failed(failure)))
    return health
  }

  test('two failures pause nothing, three pause for a minute, then two, four, eight and fifteen', () => {
    expect(after(['timeout', 'timeout']).problemOf('main', 'first', START)).toBeNull()
    for (const [failures, minutes] of [
      [3, 1],
      [4, 2],
      [5, 4],
      [6, 8],
      [7, 15],
      [40, 15],
    ] as const) {
      const health = after(Array.from({ length: failures }, () => 'timeout'))
      const until = START + minutes * MINUTE
      expect(health.problemOf('main', 'first', until - 1)).toMatchObject({
        code: 'model_paused',
        limit: `until ${new Date(until).toISOString()}`,
      })
      expect(health.problemOf('main', 'first', until)).toBeNull()
    }
  })

  test('one answer, whatever it is worth, ends the row; a question not on a cassette is no failure', () => {
    const health = after(['timeout', 'timeout'])
    health.note(called(START, said('no JSON')))
    health.note(called(START, failed('timeout')))
    expect(health.problemOf('main', 'first', START)).toBeNull()
    expect(
      after(['not_recorded', 'not_recorded', 'not_recorded']).problemOf('main', 'first', START),
    ).toBeNull()
  })

  test('a wrong name, key or credit switches that model of that account off, and no other', () => {
    for (const failure of ['unauthorised', 'no_credit', 'model_not_found'] as const) {
      const health = after([failure])
      expect(health.problemOf('main', 'first', START + 1e12)).toMatchObject({
        code: 'model_off',
        actual: `first: ${failure}`,
      })
      expect(health.problemOf('main', 'second', START)).toBeNull()
      expect(health.problemOf('other', 'first', START)).toBeNull()
    }
  })
})

test('a wrong model name is asked once, and the account says that it is switched off', async () => {
  const model = scripted(() => failed('model_not_found'))
  const { decisions } = await play(modelSettings(), model, givenSeries(7, 10))
  expect(model.requests).toHaveLength(1)
  expect(decisions[0]?.code).toBe('model_model_not_found')
  expect(decisions.at(-1)).toMatchObject({ code: 'model_off', actual: 'first: model_not_found' })
})

test('a model in a pause is not asked before its time', async () => {
  const model = scripted(() => failed('unavailable'))
  const { calls } = await play(modelSettings(), model, givenSeries(7, 12))
  const minutes = calls.map(each => (each.candleAt - START) / MINUTE)
  expect(minutes).toEqual([5, 10, 15, 20, 25, 30, 40, 55])
})

describe('fallbacks', () => {
  const chain = { fallbacks: ['second', 'third'] }

  test('are asked in order while nobody can answer, in one deadline', async () => {
    const model = scripted(request =>
      request.model === 'third' ? holding(request) : failed('unavailable', { latencyMs: 4_000 }),
    )
    const { calls, decisions } = await play(modelSettings(chain), model, givenSeries(7, 1))
    expect(calls.map(each => each.request.model)).toEqual(['first', 'second', 'third'])
    expect(decisions.map(each => each.proposal.rationale)).toEqual(['scripted', 'scripted'])
  })

  test('are not asked when no time is left', async () => {
    const model = scripted(() => failed('timeout', { latencyMs: 16_000 }))
    const { calls, decisions } = await play(modelSettings(chain), model, givenSeries(7, 1))
    expect(calls.map(each => each.request.model)).toEqual(['first', 'second'])
    expect(decisions[0]?.code).toBe('model_timeout')
  })

  test('are not asked to do what the first one refuses to do', async () => {
    const model = scripted(() => failed('refused'))
    const { calls } = await play(modelSettings(chain), model, givenSeries(7, 1))
    expect(calls.map(each => each.request.model)).toEqual(['first'])
  })

  test('answer alone while the first one is switched off', async () => {
    const model = scripted(request => (request.model === 'first' ? failed('no_credit') : holding(request)))
    const { calls } = await play(modelSettings(chain), model, givenSeries(7, 3))
    expect(calls.map(each => each.request.model)).toEqual(['first', 'second', 'second', 'second'])
  })
})
