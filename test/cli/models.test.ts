/** What models were asked and answered, from the command line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../adapters/store/open-store.ts'
import type { ModelCall } from '../../domain/model/call.ts'
import { batchOf, Journal, STARTED_AT } from '../contracts/journal.ts'
import { callOf } from '../contracts/store/interactions.ts'
import { folder, latch } from './latch.ts'

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
