import { describe, expect, test } from 'vitest'
import { generatorSource } from '../../adapters/market/generator/source.ts'
import { promptCommand } from '../../cli/prompt-command.ts'
import type { Model, ModelReply, ModelRequest } from '../../domain/model/port.ts'
import type { ModelSettings } from '../../domain/model/settings.ts'
import { folder, load } from '../adapters/config/given.ts'
import { latch } from './latch.ts'

const MODEL: ModelSettings = {
  kind: 'openai',
  baseUrl: 'http://127.0.0.1:1/v1',
  name: 'some/model',
  fallbacks: [],
  temperature: 0.2,
  reasoningEffort: null,
  tokensMax: 2_000,
  timeoutMs: 10_000,
  bytesMax: 100_000,
  headerNames: [],
  schemaVersion: 2,
  promptFile: null,
  toolRoundsMax: 0,
  toolCallsMax: 0,
  sanitizer: null,
  contextCharactersMax: 30_000,
  budget: { cycleUsd: null, dayUsd: null, monthUsd: null },
  prices: null,
  otherwise: 'hold',
  randomSymbolSeed: null,
  cassette: null,
  cassetteOnly: false,
  trainedUntil: null,
}
const YAML = 'accounts: [{id: rules, assets: [BTC]}, {id: thinker, assets: [BTC, ETH], interval: 5m}]\n'

const decision = (asset: string, action: string, allocation: number) => ({
  asset,
  action,
  allocation_usd: allocation,
  tp_price: null,
  sl_price: null,
  exit_plan: 'When it is over.',
  rationale: `because of \u001b[31m${asset}`,
  leverage: null,
  close_fraction: null,
  confidence: 90,
  predicted_roi_pct: null,
  exit_conditions: [],
})

const says =
  (text: string): ((request: ModelRequest) => ModelReply) =>
  request => ({
    ok: true,
    text,
    toolCalls: [],
    finish: 'stop',
    model: request.model,
    provider: null,
    id: 'x',
    usage: {
      promptTokens: 3_000,
      completionTokens: 200,
      reasoningTokens: 0,
      cachedTokens: 0,
      costUsd: '0.0123',
    },
    latencyMs: 321,
  })

const run = async (
  args: string[],
  options: { model?: Partial<ModelSettings> | null; reply?: (request: ModelRequest) => ModelReply } = {},
) => {
  const [out, notes, codes]: [string[], string[], number[]] = [[], [], []]
  const asked: ModelRequest[] = []
  const command = promptCommand({
    load: () => {
      const loaded = load({ yaml: YAML })
      const accounts = loaded.settings.accounts.map(each =>
        each.id === 'thinker' && options.model !== null
          ? { ...each, model: { ...MODEL, ...options.model }, strategy: { ...each.strategy, name: 'llm' } }
          : each,
      )
      return { ...loaded, settings: { ...loaded.settings, accounts } }
    },
    openFeed: settings => {
      const startAt = Date.UTC(2025, 0, 1)
      const feed = { seed: 3, interval: '5m' as const, symbols: ['BTC', 'ETH'], startAt }
      return Promise.resolve({
        source: generatorSource({ ...feed, instruments: settings.instruments }),
        startAt,
        warmSteps: 100,
      })
    },
    modelOf: (): Model => ({
      ask: request => {
        asked.push(request)
        return Promise.resolve((options.reply ?? says('nothing'))(request))
      },
    }),
    write: text => out.push(text),
    note: text => notes.push(text),
    setExitCode: code => codes.push(code),
  })
  await command.parseAsync(args, { from: 'user' })
  return { out: out.join(''), notes: notes.join(''), codes, asked }
}

const contextIn = (text: string) =>
  JSON.parse(text.slice(text.indexOf('<context>\n') + 9, text.lastIndexOf('</context>')))

describe('latch prompt show', () => {
  test('prints what the first account with a model would send, and asks nobody', async () => {
    const { out, asked } = await run(['show'])
    expect(asked).toEqual([])
    expect(out).toMatch(
      /^=== answer: some\/model, agent@1 context@1, \d+ characters ===\n--- system ---\nYou decide/,
    )
    expect(out).toContain('--- schema trade_decisions_v2 ---')
    const context = contextIn(out.slice(out.indexOf('--- user ---')))
    expect(context).toMatchObject({
      time: '2025-01-01T08:20:00.000Z',
      account: { id: 'thinker', equity_usd: 1_000 },
    })
    expect(context.market.map((each: { asset: string }) => each.asset)).toEqual(['BTC', 'ETH'])
  })

  test('prints exactly what is then asked', async () => {
    const [shown] = JSON.parse((await run(['show', '--json'])).out)
    const { asked } = await run(['test'])
    expect(asked[0]).toEqual(shown.request)
  })

  test('prints the same twice', async () => {
    expect((await run(['show', '--json'])).out).toBe((await run(['show', '--json'])).out)
  })

  test('prints one asset where one is asked for, in any of its forms', async () => {
    const context = contextIn((await run(['show', '--asset', 'eth-usdt'])).out)
    expect(context.decide.map((each: { asset: string }) => each.asset)).toEqual(['ETH'])
  })

  test('prints the tools that are offered before the answer is asked for', async () => {
    const { out } = await run(['show'], { model: { toolRoundsMax: 2, toolCallsMax: 5 } })
    expect(out).toMatch(/^=== tools: /)
    expect(out).toContain('--- tools ---')
    expect(out).toContain('=== answer: ')
  })

  test('uses another template where one is named', async () => {
    const cwd = folder({
      'mine.md': '---\nname: mine\nversion: 7\n---\n# system\n{{schema}}\n# user\n{{context}}\n',
    })
    expect((await run(['show', '--prompt', `${cwd}/mine.md`])).out).toContain('mine@7 context@1')
    expect((await run(['show', '--prompt', 'arena'])).out).toContain('arena@1 context@1')
  })

  test('names the line of a fault in a template', async () => {
    const cwd = folder({ 'bad.md': '---\nname: mine\nversion: 7\n---\n# system\n{{schemas}}\n' })
    await expect(run(['show', '--prompt', `${cwd}/bad.md`])).rejects.toThrow(
      /bad\.md: line 6: there is no variable \{\{schemas\}\}; did you mean \{\{schema\}\}/,
    )
    await expect(run(['show', '--prompt', `${cwd}/none.md`])).rejects.toThrow(/none\.md cannot be read/)
  })

  test('shows a prompt for an account without a model, and says that it asks none', async () => {
    const { out, notes } = await run(['show', '--account', 'rules'])
    expect(notes).toContain('Account rules asks no model')
    expect(contextIn(out).account.id).toBe('rules')
  })

  test('says why nothing would be asked where the context cannot fit', async () => {
    const { out } = await run(['show'], { model: { contextCharactersMax: 500 } })
    expect(out).toContain('Nothing would be asked:\nBTC: hold')
    expect(out).toContain('model_context_too_long')
  })

  test.each([
    [['show', '--account', 'nobody'], 'There is no account nobody; there are rules, thinker'],
    [['show', '--asset', 'DOGE'], 'Account thinker does not trade DOGE; it trades BTC, ETH'],
  ])('%j is refused', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message)
  })
})

describe('latch prompt test', () => {
  const answer = JSON.stringify({
    reasoning: '',
    trade_decisions: [decision('BTC', 'buy', 500), decision('ETH', 'hold', 0)],
  })

  test('prints the answer, its cost and what the rules would make of it, and trades nothing', async () => {
    const { out, asked, codes } = await run(['test'], { reply: says(answer) })
    expect(asked).toHaveLength(1)
    expect(out).toContain('=== answer: some/model, 321 ms, 3000 + 200 tokens, 0.0123 USD: accepted ===')
    expect(out).toMatch(/BTC: buy 500 USD, (confirming|approved)/)
    expect(out).toContain('ETH: hold')
    expect(out).toContain('Nothing was traded.')
    expect(codes).toEqual([])
  })

  test('lets no control character of the model reach the terminal', async () => {
    const { out } = await run(['test'], { reply: says(`\u001b]0;owned\u0007${answer}`) })
    expect(/[\p{Cc}\p{Cf}]/u.test(out.replaceAll('\n', ''))).toBe(false)
  })

  test('ends with exit code 1 when the answer cannot be used, and says that it would be held', async () => {
    const { out, asked, codes } = await run(['test'], { reply: says('I would buy.') })
    expect(asked).toHaveLength(2)
    expect(out).toContain(': rejected ===')
    expect(out).toMatch(/BTC: hold, held \(model_answer_refused/)
    expect(codes).toEqual([1])
  })

  test('--json prints the calls and decisions', async () => {
    const { calls, decisions } = JSON.parse((await run(['test', '--json'], { reply: says(answer) })).out)
    expect(calls).toHaveLength(1)
    expect(decisions.map((each: { symbol: string }) => each.symbol)).toEqual(['BTC', 'ETH'])
  })

  test('asks nobody for an account without a model', async () => {
    await expect(run(['test', '--account', 'rules'])).rejects.toThrow(
      'Account rules asks no model; "latch prompt show" needs none',
    )
  })
})

test('the command itself asks the built-in model of an account, by its own settings and feed', async () => {
  const cwd = folder({
    'latch.yaml':
      'accounts: [{id: a, assets: [BTC], interval: 15m, strategy: {name: llm}, model: {name: scripted/trend}}]\n',
  })
  const { stdout, code } = await latch(['prompt', 'test'], cwd)
  expect(stdout).toMatch(/=== answer: scripted\/trend, 0 ms, \d+ \+ \d+ tokens, 0 USD: accepted ===/)
  expect(stdout).toMatch(/BTC: (hold|buy|sell)/)
  expect(code).toBe(0)
}, 60_000)

test('the command itself ends with the code of a faulty configuration where a template cannot be used', async () => {
  const cwd = folder({ 'bad.md': 'hello\n' })
  const { stderr, code } = await latch(['prompt', 'show', '--prompt', 'bad.md'], cwd)
  expect(stderr).toContain('Prompt bad.md: line 1: a template begins with ---')
  expect(code).toBe(3)
}, 60_000)
