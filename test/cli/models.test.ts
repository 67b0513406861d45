/** What models were asked and answered, from the command line. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../adapters/store/open-store.ts'
import type { ModelCall } from '../../domain/model/call.ts'
import { batchOf, Journal, STARTED_AT } from '../contracts/journal.ts'
import { callOf } from '../contracts/store/interactions.ts'
import { folder, latch, writeCandles } from './latch.ts'

const directory = folder()

test('latch models cassette writes the calls of a stopped engine, oldest first and whole', async () => {
  const store = await openStore({ dataDir: join(directory, 'data'), databaseUrl: null })
  const [main, rival] = [new Journal('main'), new Journal('rival')]
  const calls = Array.from({ length: 230 }, (_, index) => callOf('main', index + 1))
  for (const call of calls) main.add({ type: 'model.called', call })
  rival.add({ type: 'model.called', call: callOf('rival', 1) })
  await store.write(batchOf(...main.facts, ...rival.facts))
  await store.close()
  const run = (...more: string[]) =>
    latch(['models', 'cassette', '--out', 'tape.jsonl', '--data-dir', 'data', ...more], directory)
  const linesOf = () =>
    readFileSync(join(directory, 'tape.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as ModelCall)

  const all = await run()
  expect(all.code, all.stderr).toBe(0)
  expect(all.stdout).toContain('231 calls on tape.jsonl')
  expect(linesOf()).toHaveLength(231)
  expect((await run('--account', 'main')).code).toBe(0)
  expect(linesOf()).toEqual(calls)
  const to = new Date(STARTED_AT + 3_000).toISOString()
  expect((await run('--account', 'main', '--to', to)).stdout).toContain('2 calls')

  const refused = await run('--from', 'yesterday')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('--from is yesterday, but must be a UTC time')
}, 60_000)

test('latch models log says when no engine answers', async () => {
  const { code, stderr } = await latch(
    ['models', 'log', '--url', 'http://127.0.0.1:9', '--token', 'x'],
    directory,
  )
  expect(code).toBe(1)
  expect(stderr).toContain('No engine answers')
})

test('latch backtest asks what is not on its cassette, and runs from it alone to the same journal', async () => {
  mkdirSync(join(directory, 'candles'))
  for (const name of ['BTCUSDT-5m.csv', 'ETHUSDT-5m.csv']) writeCandles(join(directory, 'candles'), name, 150)
  const words = ['--profile', 'agent', '--candles', 'candles', '--symbols', 'BTC,ETH', '--interval', '5m']
  const run = async (...more: string[]) => {
    const outcome = await latch(
      ['backtest', ...words, '--cassette', 'answers.jsonl', '--json', ...more],
      directory,
    )
    expect(outcome.code, outcome.stderr).toBe(0)
    return JSON.parse(outcome.stdout) as { journalHash: string; accounts: { strategy: string }[] }
  }
  const recorded = await run()
  expect(recorded.accounts.map(each => each.strategy)).toEqual(['llm'])
  const tape = readFileSync(join(directory, 'answers.jsonl'), 'utf8')
  expect(tape.split('\n').length).toBeGreaterThan(150)
  const replayed = await run('--strategy', 'replay')
  expect(replayed.journalHash).toBe(recorded.journalHash)
  expect((await run('--cassette-only')).journalHash).toBe(recorded.journalHash)
  expect(readFileSync(join(directory, 'answers.jsonl'), 'utf8')).toBe(tape)
}, 60_000)
