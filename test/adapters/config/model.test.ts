import { describe, expect, test } from 'vitest'
import { loadSettings } from '../../../adapters/config/load.ts'
import { showSettings, showSettingsJson } from '../../../adapters/config/show.ts'
import { load, problemsOf, rowOf } from './given.ts'

const CANARY = 'canary-5f1d0c7e9b'
const root = new URL('../../..', import.meta.url).pathname
const keysOf = ({ settings }: ReturnType<typeof load>) =>
  Object.fromEntries(
    Object.entries(settings.modelSecrets).map(([id, each]) => [id, each.apiKey?.reveal() ?? null]),
  )
const LLM = 'accounts: [{id: a, strategy: llm}, {id: b, strategy: llm}]\n'

describe('which account asks what', () => {
  test('an account on signals has no model and no secrets', () => {
    const loaded = load({ env: { OPENROUTER_API_KEY: 'k', LLM_MODEL: 'm' } })
    expect(loaded.settings.accounts[0]?.model).toBeNull()
    expect(loaded.settings.modelSecrets).toEqual({})
    expect(showSettings(loaded)).not.toContain('openrouter')
  })

  test('defaults are those of the requirements', () => {
    const { settings } = load({ env: { STRATEGY: 'llm', OPENROUTER_API_KEY: 'k' } })
    expect(settings.accounts[0]?.model).toMatchObject({
      kind: 'openai',
      name: 'x-ai/grok-4',
      baseUrl: 'https://openrouter.ai/api/v1',
      timeoutMs: 25_000,
      budget: { cycleUsd: null, dayUsd: null, monthUsd: '25' },
      schemaVersion: 2,
      otherwise: 'hold',
      sanitizer: null,
      cassette: null,
    })
    expect(settings.modelSecrets['default']?.headers['X-Title']?.reveal()).toBe('trading-agent')
  })

  test('variables lie over the account, the account over the defaults of the file', () => {
    const yaml =
      'defaults: {strategy: llm, model: {name: f/one, tokens_max: 500, api_key: k}}\naccounts: [{id: a, model: {tokens_max: 900, timeout_s: 5}}, {id: b}]\n'
    const { settings } = load({ yaml, env: { LLM_TIMEOUT_S: '7', LLM_MODEL_b: 'env/two' } })
    expect(settings.accounts.map(({ model }) => [model?.name, model?.tokensMax, model?.timeoutMs])).toEqual([
      ['f/one', 900, 7_000],
      ['env/two', 500, 7_000],
    ])
  })

  test('a scripted model is known by its name and needs no key', () => {
    const { settings } = load({ env: { STRATEGY: 'llm', LLM_MODEL: 'scripted/trend' } })
    expect(settings.accounts[0]?.model).toMatchObject({ kind: 'scripted', name: 'scripted/trend' })
    expect(settings.modelSecrets).toEqual({})
  })

  test('a shadow names the account it follows', () => {
    const yaml = 'accounts: [{id: a}, {id: b, shadow_of: a}]\n'
    expect(load({ yaml }).settings.accounts.map(each => each.shadowOf)).toEqual([null, 'a'])
  })
})

test.each([
  [
    '{id: a, strategy: llm, model: {name: scripted/trend, fallbacks: [x-ai/grok-4]}}',
    'the model is scripted/trend > Name a model of the same kind as scripted/trend.',
  ],
  [
    '{id: a, strategy: llm, model: {name: x/y, api_key: k, sanitizer: scripted/trend}}',
    'the model is x/y > Name a model of the same kind as x/y.',
  ],
  ['{id: a, strategy: lllm}', 'unknown strategy > Did you mean llm?'],
  [
    '{id: a, strategy: llm, model: {name: scripted/trend, temperatur: 1}}',
    'unknown key > Did you mean temperature?',
  ],
  [
    '{id: a, budget: {}}',
    'this key is in the wrong place > It belongs under model: in defaults: or an entry of accounts:.',
  ],
  [
    '{id: a, strategy: llm, model: {name: scripted/trend, prompt: ./gone.md}}',
    'there is no such prompt template',
  ],
  ['{id: a, strategy: replay, model: {cassette: ./gone.jsonl}}', 'there is no such cassette'],
])('%s: %s', (accounts, expected) => {
  const problems = problemsOf({ yaml: `accounts: [${accounts}]\n` })
  expect(problems.map(rowOf).join('\n')).toContain(expected)
  expect(problems).toHaveLength(1)
})

describe('keys go to their own address (NFR-016)', () => {
  test('a key for one account is that account’s', () => {
    const env = { OPENROUTER_API_KEY: 'k-all', OPENROUTER_API_KEY_b: 'k-b', LLM_API_KEY_a: 'k-a' }
    expect(keysOf(load({ yaml: LLM, env }))).toEqual({ a: 'k-a', b: 'k-b' })
  })

  test('the key of OpenRouter is not sent to another address', () => {
    const env = { OPENROUTER_API_KEY: 'k-router', LLM_BASE_URL_b: 'http://localhost:11434/v1' }
    expect(keysOf(load({ yaml: LLM, env }))).toEqual({ a: 'k-router', b: null })
  })

  test('a key said for all is not sent to the address of one, which is told', () => {
    const env = { LLM_API_KEY: 'k-all', LLM_BASE_URL_b: 'http://127.0.0.1:9/v1', API_HOST: '127.0.0.1' }
    const loaded = load({ yaml: LLM, env })
    expect(keysOf(loaded)).toEqual({ a: 'k-all', b: null })
    expect(loaded.warnings).toEqual([
      'Account b has an address of its own: env LLM_API_KEY is not sent there; set LLM_API_KEY_b.',
    ])
  })

  test('nor are headers', () => {
    const env = {
      OPENROUTER_API_KEY: 'k',
      LLM_EXTRA_HEADERS: 'x-gate: open',
      LLM_BASE_URL_b: 'https://b.example/v1',
    }
    const { modelSecrets } = load({ yaml: LLM, env }).settings
    expect(modelSecrets['a']?.headers['x-gate']?.reveal()).toBe('open')
    expect(modelSecrets['b']?.headers['x-gate']).toBeUndefined()
  })

  test('with one address in the file a key said for all is its key', () => {
    const yaml = 'accounts: [{id: a, strategy: llm, model: {base_url: "https://one.example.org/v1"}}]\n'
    expect(keysOf(load({ yaml, env: { LLM_API_KEY: 'k' } }))).toEqual({ a: 'k' })
  })
})

describe('without a key', () => {
  test('the problem names the variable', () => {
    const [problem] = problemsOf({ env: { STRATEGY: 'llm' } })
    expect(problem && rowOf(problem)).toContain(
      'the model of this account has no key > Set OPENROUTER_API_KEY (or',
    )
    const own = problemsOf({ env: { STRATEGY: 'llm', LLM_BASE_URL: 'https://api.example.org/v1' } })
    expect(own[0]?.remedy).toContain('Set LLM_API_KEY (or LLM_API_KEY_default)')
  })

  test('an address without the name of a model is not used, and it is said', () => {
    const yaml = 'accounts: [{id: a-b, strategy: llm, model: {name: scripted/trend}}]\n'
    const { settings, warnings } = load({ yaml, env: { LLM_BASE_URL: 'http://localhost:11434/v1' } })
    expect(settings.accounts[0]?.model?.kind).toBe('scripted')
    expect(warnings).toContain(
      'Account a-b asks the built-in model scripted/trend, so that env LLM_BASE_URL is not used; to ask there, set LLM_MODEL (or LLM_MODEL_a_b).',
    )
  })

  test('otherwise: signals trades on signals, and says so', () => {
    const yaml = 'accounts: [{id: a, strategy: llm, model: {otherwise: signals}}]\n'
    const { settings, warnings } = load({ yaml, env: { API_HOST: '127.0.0.1' } })
    expect(settings.accounts[0]).toMatchObject({ strategy: { name: 'signals' }, model: null })
    expect(settings.modelSecrets).toEqual({})
    expect(warnings).toEqual([
      'Account a trades on signals: its model has no key (set OPENROUTER_API_KEY), and otherwise: signals says so.',
    ])
  })

  test.each<[string, Record<string, string>]>([
    ['a server of this network', { LLM_BASE_URL: 'http://localhost:11434/v1' }],
    ['a gateway with its own header', { LLM_EXTRA_HEADERS: 'cf-aig-authorization: Bearer x' }],
    ['a replay', { STRATEGY: 'replay' }],
  ])('%s needs none', (_name, env) => {
    expect(load({ env: { STRATEGY: 'llm', ...env } }).settings.accounts[0]?.model).not.toBeNull()
  })
})

describe('a key is shown nowhere', () => {
  const env = {
    STRATEGY: 'llm',
    LLM_API_KEY: CANARY,
    OPENROUTER_API_KEY: `router-${CANARY}`,
    LLM_EXTRA_HEADERS: `{"x-gate": "${CANARY}"}`,
  }

  test('whether it is set, and by what, is', () => {
    const loaded = load({ env: { ...env, OPENROUTER_API_KEY: '' } })
    const shown = showSettings(loaded)
    expect(shown).toContain('api_key: null # set, env LLM_API_KEY\n')
    expect(shown).toContain('api_key: null # not set\n')
    expect(shown).toContain('x-gate: null # set, env LLM_EXTRA_HEADERS\n')
    expect(showSettingsJson(loaded).sources['accounts[0].model.api_key']).toBe('set, env LLM_API_KEY')
  })

  test('not in what is shown, stored or printed', () => {
    const loaded = load({ env })
    const all = [showSettings(loaded), JSON.stringify(showSettingsJson(loaded)), JSON.stringify(loaded)]
    for (const text of all) expect(text).not.toContain(CANARY)
    expect(keysOf(loaded)).toEqual({ default: CANARY })
  })

  test('what is shown loads as the same settings', () => {
    const yaml =
      'accounts: [{id: a, strategy: llm, model: {name: scripted/trend, prices: {input_usd: 1, output_usd: 2}, budget: {day_usd: 0.5}}}]\n'
    const loaded = load({ yaml })
    expect(load({ yaml: showSettings(loaded) }).settings.accounts).toEqual(loaded.settings.accounts)
  })

  const yamlOf = (model: string): string => `accounts: [{id: a, strategy: llm, model: ${model}}]\n`
  test.each<[string, string, Record<string, string>]>([
    ['a key with a space', yamlOf('{}'), { LLM_API_KEY: `${CANARY} x` }],
    ['a key of one account with a line break', yamlOf('{}'), { LLM_API_KEY_a: `${CANARY}\nx` }],
    ['headers that are none', yamlOf('{}'), { LLM_EXTRA_HEADERS: CANARY }],
    ['a header that breaks the line', yamlOf('{}'), { LLM_EXTRA_HEADERS: `{"x": "a\\r\\n${CANARY}"}` }],
    ['a reserved header', yamlOf(`{headers: {Host: ${CANARY}}}`), {}],
    ['a key as a list', yamlOf(`{api_key: [${CANARY}]}`), {}],
    ['a misspelt key', yamlOf(`{api-key: ${CANARY}}`), {}],
    ['a key in the wrong place', `accounts: [{id: a, openrouter_api_key: ${CANARY}}]\n`, {}],
    ['an address with a password', yamlOf(`{base_url: "https://u:${CANARY}@h/v1"}`), {}],
    ['an address with a query', yamlOf(`{base_url: "https://h/v1?key=${CANARY}"}`), {}],
    ['a variable with a password in an address', yamlOf('{}'), { LLM_BASE_URL: `https://u:${CANARY}@h/v1` }],
  ])('%s is refused without it', (_name, yaml, more) => {
    const problems = problemsOf({ yaml, env: more })
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain(CANARY)
  })
})

describe('profiles', () => {
  const profile = (name: string, env: Record<string, string> = {}) =>
    loadSettings({
      file: `profiles/${name}.yaml`,
      env: { API_HOST: '127.0.0.1', ...env },
      flags: {},
      cwd: root,
    })

  test('the arena has four models of its own, without a key', () => {
    const { settings, warnings } = profile('arena')
    expect(warnings).toEqual([])
    expect(settings.accounts.map(({ id, interval, model }) => [id, interval, model?.name])).toEqual([
      ['chatgpt', '3m', 'scripted/trend'],
      ['grok', '3m', 'scripted/contrarian'],
      ['claude', '3m', 'scripted/cautious'],
      ['deepseek', '3m', 'scripted/erratic'],
    ])
    for (const { model } of settings.accounts) expect(model?.randomSymbolSeed).toBe(1)
  })

  test('the models of the arena are switched by variables (A-12)', () => {
    const { settings } = profile('arena', {
      OPENROUTER_API_KEY: 'k',
      LLM_MODEL_chatgpt: 'openai/gpt-4o-mini',
      LLM_MODEL_grok: 'x-ai/grok-3',
    })
    expect(settings.accounts.map(({ model }) => model?.kind)).toEqual([
      'openai',
      'openai',
      'scripted',
      'scripted',
    ])
    expect(Object.keys(settings.modelSecrets)).toEqual(['chatgpt', 'grok'])
  })

  test('the agent is one model with tools and the second schema', () => {
    const { settings, warnings } = profile('agent')
    expect(warnings).toEqual([])
    expect(settings.accounts).toHaveLength(1)
    expect(settings.accounts[0]).toMatchObject({
      strategy: { name: 'llm' },
      model: { kind: 'scripted', schemaVersion: 2, toolRoundsMax: 2, toolCallsMax: 5 },
    })
  })
})
