/** The questions of one cycle: tools first, then an answer in a schema, one more try, and somebody who tidies up. */
import { describe, expect, test } from 'vitest'
import type { ModelRequest, ToolCall } from '../../../domain/model/port.ts'
import { givenSeries } from '../given.ts'
import { decisions, failed, holding, modelSettings, play, said, scripted } from './given-model.ts'

const SERIES = givenSeries(7, 60)
const ONE = givenSeries(7, 1)
const tool = (name: string, given: unknown, id = 'a'): ToolCall => ({
  id,
  name,
  arguments: typeof given === 'string' ? given : JSON.stringify(given),
})
const isToolPhase = (request: ModelRequest): boolean => request.tools.length > 0
const toldIn = (request: ModelRequest): string[] =>
  request.messages.flatMap(each => (each.role === 'tool' ? [each.content] : []))

describe('tools', () => {
  const settings = { toolRoundsMax: 3, toolCallsMax: 4 }

  test('are never offered together with a schema, and the answer is asked for without them', async () => {
    const wish = tool('indicator', { asset: 'BTC', name: 'rsi', timeframe: '1h', length: 2 })
    const model = scripted(request => {
      if (!isToolPhase(request)) return holding(request)
      return toldIn(request).length > 0 ? said('I have seen enough') : said('', { toolCalls: [wish] })
    })
    const { calls } = await play(modelSettings(settings), model, SERIES)
    expect(model.requests.every(each => each.tools.length === 0 || each.format === null)).toBe(true)
    const last = calls.slice(-3)
    expect(last.map(each => [each.purpose, each.outcome])).toEqual([
      ['tools', 'tool_calls'],
      ['tools', 'tool_calls'],
      ['answer', 'accepted'],
    ])
    const [told] = toldIn(last[1]?.request as ModelRequest).map(text => JSON.parse(text))
    expect(told).toMatchObject({ asset: 'BTC', name: 'rsi', timeframe: '1h', parameters: [2] })
    expect(told.value.at(-1)).toBeGreaterThan(0)
    expect(last[2]?.request.messages.at(-1)?.content).toContain('"rsi')
    expect(last[2]?.request.messages.every(each => each.role !== 'tool')).toBe(true)
  })

  test('say the same as the indicator of the strategies', async () => {
    const ask = (name: string, length: number | null) =>
      tool('indicator', { asset: 'BTC', name, timeframe: '5m', length })
    const told: Record<string, unknown>[] = []
    const model = scripted(request => {
      if (!isToolPhase(request)) return holding(request)
      told.push(...toldIn(request).map(text => JSON.parse(text) as Record<string, unknown>))
      return said('', { toolCalls: [ask('rsi', 14), ask('ema', 20)] })
    })
    const { calls } = await play(modelSettings({ toolRoundsMax: 2, toolCallsMax: 4 }), model, SERIES)
    const context = calls.at(-1)?.request.messages[1]?.content ?? ''
    const series = (key: string): number[] =>
      JSON.parse(new RegExp(`"${key}":(\\[[^\\]]*\\])`).exec(context)?.[1] ?? '[]')
    const [rsi, ema] = told.slice(-2) as [{ value: number[] }, { value: number[] }]
    expect(series('rsi14').at(-1)).toBeCloseTo(rsi.value.at(-1) as number, 1)
    expect(series('ema20').at(-1)).toBeCloseTo(ema.value.at(-1) as number, 0)
  })

  test('end after their rounds and their calls, and what is beyond is refused in words', async () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      tool('candles', { asset: 'BTC', timeframe: '5m', count: 1 }, `${index}`),
    )
    const model = scripted(request =>
      isToolPhase(request) ? said('', { toolCalls: many }) : holding(request),
    )
    const { calls } = await play(modelSettings(settings), model, ONE)
    expect(calls.map(each => each.purpose)).toEqual(['tools', 'answer'])
    const found = calls[1]?.request.messages.at(-1)?.content ?? ''
    expect(found.match(/no more than 4 calls are answered/g)).toHaveLength(16)
    const slow = scripted(request =>
      isToolPhase(request) ? said('', { toolCalls: many.slice(0, 1) }) : holding(request),
    )
    expect((await play(modelSettings(settings), slow, ONE)).calls).toHaveLength(4)
  })

  test.each([
    ['a tool that is none', tool('withdraw', { to: 'me' }), 'there is no tool'],
    ['arguments that are no JSON', tool('candles', '{"asset":'), 'one JSON object'],
    ['arguments without end', tool('candles', `{"a":"${'x'.repeat(5_000)}"}`), 'one JSON object'],
    [
      'an asset that is none',
      tool('candles', { asset: '__proto__', timeframe: '5m', count: 1 }),
      'asset must be',
    ],
    [
      'a timeframe that is none',
      tool('candles', { asset: 'BTC', timeframe: '2m', count: 1 }),
      'timeframe must be',
    ],
    [
      'a timeframe below the feed',
      tool('candles', { asset: 'BTC', timeframe: '1m', count: 1 }),
      'timeframe must be',
    ],
    ['too many candles', tool('candles', { asset: 'BTC', timeframe: '5m', count: 1e9 }), 'count must be'],
    [
      'an indicator that is none',
      tool('indicator', { asset: 'BTC', name: 'magic', timeframe: '5m' }),
      'name must be',
    ],
    [
      'a length that is none',
      tool('indicator', { asset: 'BTC', name: 'rsi', timeframe: '5m', length: -3 }),
      'length must be',
    ],
    [
      'a length in words',
      tool('indicator', { asset: 'BTC', name: 'rsi', timeframe: '5m', length: '14' }),
      'length must be',
    ],
  ])('%s is answered by what is wrong with it', async (_name, call, problem) => {
    const model = scripted(request =>
      isToolPhase(request) && toldIn(request).length === 0
        ? said('', { toolCalls: [call] })
        : holding(request),
    )
    const { calls, decisions: decided } = await play(modelSettings(settings), model, ONE)
    expect(toldIn(calls[1]?.request as ModelRequest)[0]).toContain(problem)
    expect(decided.every(each => each.proposal.rationale === 'scripted')).toBe(true)
  })

  test('an endpoint without tools is asked for its answer all the same', async () => {
    const model = scripted(request => (isToolPhase(request) ? failed('not_supported') : holding(request)))
    const { calls } = await play(modelSettings(settings), model, ONE)
    expect(calls.map(each => [each.purpose, each.outcome])).toEqual([
      ['tools', 'failed'],
      ['answer', 'accepted'],
    ])
  })

  test('a model that decides at once is not asked again', async () => {
    const { calls } = await play(modelSettings(settings), scripted(holding), ONE)
    expect(calls.map(each => [each.purpose, each.outcome])).toEqual([['tools', 'accepted']])
  })
})

describe('an answer that cannot be read', () => {
  test('is asked for once more, of the same model, with what is wrong', async () => {
    const model = scripted((request, index) =>
      index === 0 ? said('{"trade_decisions":"none"}') : holding(request),
    )
    const { calls, decisions: decided } = await play(modelSettings(), model, ONE)
    expect(calls.map(each => [each.purpose, each.outcome])).toEqual([
      ['answer', 'rejected'],
      ['reask', 'accepted'],
    ])
    const problem = calls[0]?.problem ?? 'nothing'
    expect(problem).toContain('trade_decisions')
    expect(calls[1]?.request.messages.at(-1)?.content).toContain(problem)
    expect(decided.every(each => each.proposal.rationale === 'scripted')).toBe(true)
  })

  test('may be put in order by another model that invents nothing', async () => {
    const prose = 'Stay out of BTC and ETH for now, I am not convinced.'
    const model = scripted(request => {
      const user = request.messages.find(each => each.role === 'user')?.content ?? ''
      if (request.model !== 'tidy') return said(prose)
      expect(user, 'it sees the text and nothing else').toBe(prose)
      return said(
        JSON.stringify({
          trade_decisions: ['BTC', 'ETH'].map(asset => ({
            asset,
            action: 'hold',
            allocation_usd: 0,
            tp_price: null,
            sl_price: null,
            exit_plan: '',
            rationale: 'not convinced',
          })),
        }),
      )
    })
    const { calls, decisions: decided } = await play(modelSettings({ sanitizer: 'tidy' }), model, ONE)
    expect(calls.map(each => [each.purpose, each.outcome])).toEqual([
      ['answer', 'rejected'],
      ['reask', 'rejected'],
      ['sanitize', 'accepted'],
    ])
    expect(decided.every(each => each.proposal.rationale === 'not convinced')).toBe(true)
  })

  test('is held when the numbers of the tidy one are its own', async () => {
    const model = scripted((request, index) => {
      if (request.model !== 'tidy') return said('Buy some BTC.')
      expect(index).toBe(2)
      return said(
        JSON.stringify({
          trade_decisions: [
            {
              asset: 'BTC',
              action: 'buy',
              allocation_usd: 777,
              tp_price: null,
              sl_price: null,
              exit_plan: '',
              rationale: 'buy',
            },
          ],
        }),
      )
    })
    const { calls, decisions: decided } = await play(modelSettings({ sanitizer: 'tidy' }), model, ONE)
    expect(calls[2]?.problem).toContain('777')
    expect(decided.every(each => each.code === 'model_answer_refused')).toBe(true)
  })
})

test('a context that does not fit is not sent', async () => {
  const model = scripted(holding)
  const { decisions: decided } = await play(modelSettings({ contextCharactersMax: 200 }), model, ONE)
  expect(model.requests).toEqual([])
  expect(decided[0]).toMatchObject({ code: 'model_context_too_long', limit: '200 characters' })
})

test('what was cleaned up in an answer is a warning of its decisions', async () => {
  const model = scripted(request => {
    const value = JSON.parse(decisions(request, () => ({ action: 'hold' }))) as { trade_decisions: object[] }
    value.trade_decisions.push({ ...value.trade_decisions[0], asset: 'DOGE' })
    return said(JSON.stringify(value))
  })
  const { decisions: decided } = await play(modelSettings(), model, ONE)
  expect(decided[0]?.proposal.warnings?.join()).toContain('DOGE')
})
