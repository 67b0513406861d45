/** Recorded decisions asked again, models in backtests and the list of models, from the command line and offline. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { folder, latch, type Outcome, writeCandles } from './latch.ts'

const CONFIG = `mode: paper
feed: { kind: candles, directory: candles, interval: 5m, symbols: [BTC, ETH] }
speed: max
accounts:
  - id: agent
    deposit: "10000"
    assets: [BTC, ETH]
    interval: 5m
    strategy: { name: llm, confirmation_s: 0 }
    model: { name: scripted/trend, schema: 2, trained_until: 2025-01-01T06:00:00Z }
    cooldown_intervals: 1
    cooldown_s_min: 0
`
const directory = folder()
const linesOf = (file: string): string[] => readFileSync(join(directory, file), 'utf8').trimEnd().split('\n')
const run = (...args: string[]): Promise<Outcome> => latch(args, directory)

beforeAll(async () => {
  mkdirSync(join(directory, 'candles'))
  for (const name of ['BTCUSDT-5m.csv', 'ETHUSDT-5m.csv']) writeCandles(join(directory, 'candles'), name, 160)
  writeFileSync(join(directory, 'latch.yaml'), CONFIG)
  const recorded = await run('run', '--no-api', '--quiet')
  expect(recorded.code, recorded.stderr).toBe(0)
}, 120_000)

describe('latch decisions replay', () => {
  const other = ['decisions', 'replay', '--model', 'scripted/contrarian', '--from', '2025-01-01T08:00:00Z']

  test('prints both sides, agreement, cost and paper results, and writes new answers to the cassette only', async () => {
    const { code, stdout, stderr } = await run(...other, '--limit', '30', '--cassette', 'tape.jsonl')
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/paper results/)
    expect(stdout).toMatch(/time +account +asset +recorded +replayed +rules said +rules would say/)
    expect(stdout).toMatch(/\n2025-01-01 08:0\d +agent/)
    expect(stdout).toMatch(/replayed, paper +30/)
    expect(stdout).toMatch(/The same action in \d+ of \d+ decisions/)
    expect(stdout).toMatch(/\d+ further questions lie in this time; --limit/)
    expect(linesOf('tape.jsonl')).toHaveLength(30)
  }, 60_000)

  test('answers from the cassette alone, and says the same as JSON; the store is as it was', async () => {
    const again = [...other, '--limit', '30', '--cassette', 'tape.jsonl', '--cassette-only', '--json']
    const [first, second] = [await run(...again), await run(...again)]
    expect(first.code, first.stderr).toBe(0)
    expect(second.stdout).toBe(first.stdout)
    const document = JSON.parse(first.stdout)
    expect(document).toMatchObject({ results: 'paper', questions: 30, comparison: { notRebuilt: 0 } })
    expect(document.comparison.replayed.bill.calls).toBe(30)
    expect(document.comparison.agreementPercent).toBeLessThan(100)
    const cassette = await run('models', 'cassette', '--out', 'life.jsonl')
    expect(cassette.stdout, 'no question of the replay is in the log').toMatch(/^\d+ calls/)
    expect(linesOf('life.jsonl').every(line => line.includes('"model":"scripted/trend"'))).toBe(true)
  }, 60_000)

  test('asks in the words of another prompt', async () => {
    const words = [
      'decisions',
      'replay',
      '--prompt',
      'arena',
      '--limit',
      '2',
      '--cassette',
      'arena.jsonl',
      '--json',
    ]
    expect((await run(...words)).code).toBe(0)
    const { request } = JSON.parse(linesOf('arena.jsonl')[0] ?? '')
    const { request: before } = JSON.parse(linesOf('life.jsonl')[0] ?? '')
    expect(request.messages[0].content).not.toBe(before.messages[0].content)
    expect(request.model).toBe('scripted/trend')
  }, 60_000)

  test.each([
    [['--limit', '0'], '--limit is 0, but must be a whole number above 0'],
    [['--horizon', 'long'], '--horizon is long, but must be a number above 0'],
    [['--account', 'nobody'], 'those that do: agent'],
    [['--cassette-only'], '--cassette-only needs --cassette'],
  ])('refuses %j and says why', async (words, text) => {
    const { code, stderr } = await run('decisions', 'replay', ...words)
    expect(code).toBe(2)
    expect(stderr).toContain(text)
  })
})

describe('latch backtest with a model', () => {
  const backtest = [
    'backtest',
    '--candles',
    'candles',
    '--config',
    'latch.yaml',
    '--cassette',
    'backtest.jsonl',
  ]

  test('asks what is not on the cassette, keeps it, and then asks nobody: the same result', async () => {
    const first = await run(...backtest, '--json')
    expect(first.code, first.stderr).toBe(0)
    const one = JSON.parse(first.stdout)
    const { calls } = one.accounts[0].model
    expect(calls).toBeGreaterThan(100)
    expect(one.accounts[0].model).toMatchObject({ name: 'scripted/trend', cassetteHits: 0, unpriced: 0 })
    expect(linesOf('backtest.jsonl')).toHaveLength(calls)
    const two = JSON.parse((await run(...backtest, '--cassette-only', '--json')).stdout)
    expect(two.accounts[0].model.cassetteHits).toBe(calls)
    expect(two.journalHash).toBe(one.journalHash)
    expect(one.trainedUntil).toEqual([
      {
        accountId: 'agent',
        model: 'scripted/trend',
        trainedUntil: '2025-01-01T06:00:00.000Z',
        days: 0.25,
        daysInAll: 0.56,
      },
    ])
  }, 60_000)

  test('answers a recorded run from the recording of it', async () => {
    const life = ['backtest', '--candles', 'candles', '--config', 'latch.yaml', '--cassette', 'life.jsonl']
    const { accounts } = JSON.parse((await run(...life, '--cassette-only', '--json')).stdout)
    expect(accounts[0].model.cassetteHits).toBe(accounts[0].model.calls)
    expect(accounts[0].trades.length).toBeGreaterThan(3)
  }, 60_000)

  test('prints calls, hits and cost, and warns of candles the model may remember', async () => {
    const { stdout, stderr } = await run(...backtest, '--model', 'scripted/cautious')
    expect(stderr).toMatch(/warning: 0\.25 of 0\.56 days lie before 2025-01-01.*scripted\/cautious of agent/)
    expect(stdout).toMatch(/calls +from cassette +tokens +cost USD/)
    expect(stdout).toMatch(/agent +scripted\/cautious/)
  }, 60_000)
})

test('latch models list tells host, last call and what of the budgets is spent, and no address', async () => {
  const { code, stdout, stderr } = await run('models', 'list')
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/account +model +host +can +last call +calls/)
  expect(stdout).toMatch(/agent +scripted\/trend +built-in +– +accepted +\d+ +0 +0 of no limit/)
  writeFileSync(
    join(directory, 'remote.yaml'),
    CONFIG.replace('name: scripted/trend', 'name: some/model, base_url: "http://127.0.0.1:9/secret-path/v1"'),
  )
  const remote = await run('models', 'list', '--config', 'remote.yaml', '--json')
  expect(remote.code, remote.stderr).toBe(0)
  expect(remote.stdout).not.toContain('secret')
  expect(JSON.parse(remote.stdout).items[0]).toMatchObject({
    host: '127.0.0.1:9',
    capability: { format: 'json_schema', tools: true },
  })
}, 60_000)
