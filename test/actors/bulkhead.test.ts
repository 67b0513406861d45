/** A store that fails or hangs keeps entries out and lets exits through (P8); what was sent is known again later (P1). */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ExitJournal } from '../../actors/exit-journal.ts'
import { run } from '../../actors/flow.ts'
import { Journal } from '../../actors/journal.ts'
import { saveIntent } from '../../actors/order-services.ts'
import { TooSlow, within } from '../../actors/time-limit.ts'
import type { World } from '../../actors/world.ts'
import { AT } from '../harness.ts'
import { entryRequest } from '../machines/given.ts'

const file = (): string => join(mkdtempSync(join(tmpdir(), 'exits-')), 'exits.jsonl')
const ids = {
  accountId: 'main',
  positionId: 'main-BTC-1',
  decisionId: null,
  leg: 'exit' as const,
  slot: 'exit',
}
const exit = entryRequest({ clientOrderId: 'main-BTC-1-x1', side: 'sell', reduceOnly: true })

const worldWith = (write: () => Promise<void>, exits: ExitJournal): World => {
  const journal = new Journal({ write })
  return { journal, exits, clock: { now: () => AT } } as unknown as World
}
const refused = () => Promise.reject(new Error('disk full'))
const hangs = () => new Promise<void>(() => {})

test.each([
  ['fails', refused],
  ['hangs', hangs],
])(
  'while the store %s, the intent of an exit is kept in a file and that of an entry is refused',
  async (_how, write) => {
    const path = file()
    const world = worldWith(write, new ExitJournal(path))
    await expect(run(saveIntent(world)({ ids, request: exit }))).resolves.toEqual({ at: AT })
    await expect(run(saveIntent(world)({ ids, request: entryRequest() }))).rejects.toThrow()
    expect(world.journal.isSlow).toBe(true)
    expect(new ExitJournal(path).read()).toMatchObject([
      { accountId: 'main', at: AT, intent: { request: { clientOrderId: 'main-BTC-1-x1' }, leg: 'exit' } },
    ])
  },
)

test('a store that works again ends it by itself', async () => {
  let works = false
  const world = worldWith(() => (works ? Promise.resolve() : refused()), new ExitJournal(file()))
  await expect(run(saveIntent(world)({ ids, request: entryRequest() }))).rejects.toThrow('disk full')
  works = true
  await world.journal.flush()
  expect(world.journal.isSlow).toBe(false)
  expect(world.journal.lag).toBe(0)
  await expect(run(saveIntent(world)({ ids, request: entryRequest() }))).resolves.toEqual({ at: AT })
})

test('a line that a crash has cut is left out, and what is durable is taken out', () => {
  const path = file()
  const exits = new ExitJournal(path)
  exits.append({
    accountId: 'main',
    at: AT,
    intent: {
      type: 'intent.recorded',
      request: exit,
      leg: 'exit',
      positionId: 'main-BTC-1',
      decisionId: null,
    },
  })
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"accountId":"ma`)
  expect(exits.read()).toHaveLength(1)
  exits.clear()
  expect(new ExitJournal(path).read()).toEqual([])
})

test('a limit in time ends the wait, not the work', async () => {
  await expect(within(hangs(), 5, 'to wait')).rejects.toThrow(TooSlow)
  await expect(within(Promise.resolve(1), 5, 'to wait')).resolves.toBe(1)
})
