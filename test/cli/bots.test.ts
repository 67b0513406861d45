/** Ready bots, from a file into a running engine. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSettings } from '../../adapters/config/load.ts'
import { botsOf } from '../../cli/bots-command.ts'
import { folder, latch, startLatch } from './latch.ts'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLES = ['btc-scalper', 'eth-momentum'].map(name => join(ROOT, 'examples', `${name}.yaml`))

describe('a file of bots', () => {
  test('has one or several, in the words of the interface', () => {
    expect(EXAMPLES.flatMap(botsOf).map(each => [each['name'], each['pair']])).toEqual([
      ['BTC Scalper', 'BTC-USD'],
      ['ETH Momentum Bot', 'ETH-USD'],
    ])
    const file = join(folder(), 'two.yaml')
    writeFileSync(file, '- {name: A, pair: BTC}\n- {name: B, pair: ETH}\n')
    expect(botsOf(file)).toHaveLength(2)
  })

  test.each([
    ['no file', null, /cannot be read \(ENOENT\)/],
    ['no YAML', 'name: [', /two\.yaml: /],
    ['a word', 'bot', /has no bot in it/],
    ['an empty list', '[]', /has no bot in it/],
  ])('%s is refused with what to do', (_what, text, expected) => {
    const file = join(folder(), 'two.yaml')
    if (text !== null) writeFileSync(file, text)
    expect(() => botsOf(file)).toThrow(expected)
  })

  test('is led by the RSI in one example, and by several signals in the other', () => {
    const [scalper, momentum] = EXAMPLES.flatMap(botsOf).map(({ name, pair: _pair, strategy, ...words }) => {
      const said = {
        id: 'bot',
        label: name,
        assets: ['BTC'],
        strategy: { name: 'signals', ...(strategy as object) },
      }
      const env = { ACCOUNTS_JSON: JSON.stringify([{ ...words, ...said }]) }
      return loadSettings({ file: null, env, flags: {}, cwd: ROOT }).settings.accounts[0]?.strategy
    })
    expect(scalper).toMatchObject({ confirmationMs: 300_000, closeScore: 0.3 })
    expect(scalper?.signals.rsi.weight).toBeGreaterThan(0.5)
    expect(scalper?.signals.macd.enabled).toBe(false)
    expect(Object.values(momentum?.signals ?? {}).filter(each => each.enabled)).toHaveLength(3)
  })
})

test('latch bots import makes the ready bots, and list shows them (C-43)', async () => {
  const cwd = folder()
  const data = ['--data-dir', `${cwd}/data`]
  const { child, seen, ended } = startLatch(cwd, {}, [], ['--profile', 'default', '--speed', '600', ...data])
  const [, url = ''] = await seen(/(http:\/\/127\.0\.0\.1:\d+)/)
  const at = ['--url', url, ...data]
  const made = await latch(['bots', 'import', ...EXAMPLES, ...at], cwd)
  expect([made.code, made.stdout, made.stderr]).toEqual([
    0,
    'BTC Scalper: imported as btc-scalper\nETH Momentum Bot: imported as eth-momentum-bot\n',
    '',
  ])
  const again = await latch(['bots', 'import', EXAMPLES[0] ?? '', ...at], cwd)
  expect(again.code).toBe(1)
  expect(again.stdout).toMatch(
    /^BTC Scalper: not imported\. The engine answered 409: There is an account btc-scalper/,
  )
  const list = await latch(['bots', 'list', '--json', ...at], cwd)
  const { items } = JSON.parse(list.stdout) as { items: { id: string; pair: string; status: string }[] }
  expect(items.map(each => [each.id, each.pair, each.status])).toEqual([
    ['btc-scalper', 'BTC', 'running'],
    ['eth-momentum-bot', 'ETH', 'running'],
  ])
  child.kill('SIGINT')
  expect(await ended).toBe(0)
}, 120_000)
