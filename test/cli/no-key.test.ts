/** Without any key: everything that ships runs, on signals or on the models that are built in, and says which. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, latch, startLatch } from './latch.ts'

const NO_KEY = { OPENROUTER_API_KEY: '', LLM_API_KEY: '', LLM_BASE_URL: '', LLM_MODEL: '' }
/** A process takes seconds to start, and more of them while the machine has other things to do. */
const LIMIT_MS = 120_000
const FAST = ['--no-api', '--speed', '3600']

describe('without a key', { timeout: LIMIT_MS }, () => {
  test.each([
    ['default', [], /momentum +signals/, /(long|short) [\d.]+ at/],
    ['agent', ['--profile', 'agent'], /agent +llm/, /agent +\S+ stop [\d.]+, target [\d.]+ confirmed after/],
    ['arena', ['--profile', 'arena'], /grok +llm/, /(chatgpt|grok|claude|deepseek) +\S+ stop [\d.]+/],
  ] as const)('the profile %s starts and trades', async (_name, words, account, trade) => {
    const engine = startLatch(folder(), NO_KEY, [], [...words, ...FAST])
    try {
      await engine.seen(account)
      await engine.seen(trade)
      expect(engine.said()).not.toContain('warning')
      engine.child.kill('SIGINT')
      expect(await engine.ended, engine.said()).toBe(0)
    } finally {
      engine.child.kill('SIGKILL')
    }
  })

  test('a model that wants a key is traded on signals where that is wanted, and it is said', async () => {
    const cwd = folder()
    const model = '{name: x-ai/grok-4, otherwise: signals}'
    writeFileSync(
      join(cwd, 'latch.yaml'),
      `accounts: [{id: a, assets: [BTC], strategy: llm, model: ${model}}]\n`,
    )
    const engine = startLatch(cwd, NO_KEY, [], FAST)
    try {
      await engine.seen(
        /warning: Account a trades on signals: its model has no key \(set OPENROUTER_API_KEY\)/,
      )
      await engine.seen(/a +signals/)
    } finally {
      engine.child.kill('SIGKILL')
    }
  })

  test('a model that wants a key and has none is refused with what to do', async () => {
    const cwd = folder()
    writeFileSync(
      join(cwd, 'latch.yaml'),
      'accounts: [{id: a, assets: [BTC], strategy: llm, model: {name: x-ai/grok-4}}]\n',
    )
    const { code, stderr } = await latch(['run'], cwd, NO_KEY)
    expect(code).toBe(3)
    expect(stderr).toContain('Set OPENROUTER_API_KEY (or OPENROUTER_API_KEY_a), or LLM_BASE_URL')
  })
})
