/** Long work gives way to others, and what it leaves behind is as if it had not. */
import { expect, test } from 'vitest'
import { Journal } from '../../actors/journal.ts'
import { inSlices } from '../../actors/slices.ts'
import type { Batch } from '../../domain/ports.ts'
import { Engine } from '../../actors/engine.ts'
import { loadStrategies } from '../../actors/load-strategy.ts'
import { givenOptions, givenSeries, givenSettings, givenSource, givenStore, givenSystem } from './given.ts'

const busyFor = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** How often others have their turn while `work` goes on. */
const turnsDuring = async (work: () => Promise<unknown>, onTurn: () => void = () => {}): Promise<number> => {
  let turns = 0
  const count = () => {
    turns += 1
    onTurn()
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  await work()
  clearImmediate(timer)
  return turns
}

test('between two slices of long work others have their turn', async () => {
  const turns = await turnsDuring(() =>
    inSlices(
      (function* () {
        for (let part = 0; part < 5; part += 1) {
          busyFor(12)
          yield
        }
      })(),
    ),
  )
  expect(turns).toBeGreaterThanOrEqual(4)
})

test('of accounts whose strategies think for long, no two decide without a turn between them', async () => {
  const settings = givenSettings()
  const asked = new Set<string>()
  let mostAtOnce = 0
  const slow = new Map(
    [...(await loadStrategies(settings.accounts))].map(([id, strategy]) => {
      const propose: typeof strategy.propose = view => {
        busyFor(12)
        mostAtOnce = Math.max(mostAtOnce, asked.add(id).size)
        return strategy.propose(view)
      }
      return [id, { ...strategy, propose }] as const
    }),
  )
  const errors: unknown[] = []
  const engine = await Engine.open({
    ...(await givenOptions(settings, givenSeries(5, 12))),
    strategies: slow,
    store: givenStore(),
    onError: error => errors.push(error),
  })
  await turnsDuring(
    () => engine.run(),
    () => asked.clear(),
  )
  engine.close()
  expect(settings.accounts.length).toBeGreaterThan(1)
  expect([errors, mostAtOnce]).toEqual([[], 1])
})

test('an account that is taken away in a pause of a close is told nothing more, and the others are', async () => {
  const [settings, source] = [givenSettings(), givenSource(givenSeries(5, 40))]
  const system = await givenSystem(settings, source)
  const { conductor, desk, market } = system
  system.openAccounts()
  const [kept = '', gone = ''] = desk.accountIds()
  const told: string[] = []
  desk.onTransition(accountId => told.push(accountId))
  for (let step = source.next(); step !== null; step = source.next()) {
    conductor.open(step)
    conductor.inside(step)
    const closing = conductor.closing(step)
    closing.next()
    if (desk.accountIds().includes(gone)) {
      desk.dismiss(gone)
      conductor.seat()
      told.length = 0
    }
    for (const _ of closing);
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(market.mark('BTC')).not.toBeNull()
  expect(told).toContain(kept)
  expect(told).not.toContain(gone)
  desk.close()
})

test('while it is held a journal writes nothing, and then all of it at once', async () => {
  const written: Batch[] = []
  const journal = new Journal({ write: batch => Promise.resolve(void written.push(batch)) })
  const fact = { type: 'account.failed', message: 'x', restartAt: null } as const
  journal.record('a', 1, fact)
  const flushed = journal.flush()
  // Taken before the write above has come to look.
  const release = journal.hold()
  const order: string[] = []
  const told = Promise.resolve(flushed).then(() => order.push('written'))
  await new Promise(resolve => setImmediate(resolve))
  journal.record('a', 2, fact)
  expect(written).toEqual([])
  order.push('released')
  release()
  await told
  expect(order).toEqual(['released', 'written'])
  expect(written.map(each => each.facts.map(({ seq }) => seq))).toEqual([[1, 2]])
})
