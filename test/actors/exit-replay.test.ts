/** Exits that were sent while the store was down are in the journal after the next start, each once, and the file is empty. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Engine } from '../../actors/engine.ts'
import { type ExitIntent, ExitJournal } from '../../actors/exit-journal.ts'
import { entryRequest } from '../machines/given.ts'
import { givenOptions, givenSeries, givenSettings, givenStore, type LiveRun, START } from './given.ts'

const series = givenSeries(4, 50)
const settings = givenSettings()
const [ACCOUNT = ''] = settings.accounts.map(each => each.id)
const AT = START + 60_000

const intent = (clientOrderId: string): ExitIntent => ({
  type: 'intent.recorded',
  request: entryRequest({ clientOrderId, side: 'sell', reduceOnly: true }),
  leg: 'exit',
  positionId: `${ACCOUNT}-BTC-1`,
  decisionId: null,
})

/** A start that plays five steps and ends. */
const start = async (store: LiveRun['store'], exitsFile: string): Promise<void> => {
  let steps = 0
  const engine: Engine = await Engine.open({
    ...(await givenOptions(settings, series)),
    store,
    exitsFile,
    onError: error => {
      throw error
    },
    onStep: () => {
      steps += 1
      if (steps === 5) engine.stop()
    },
  })
  await engine.run()
  engine.close()
}

const intentsIn = async (store: LiveRun['store']): Promise<string[]> => {
  const { items } = await store.facts({ limit: 1_000, accountId: [ACCOUNT], action: 'intent.recorded' })
  return items
    .flatMap(fact => (fact.type === 'intent.recorded' ? [fact.request.clientOrderId] : []))
    .toSorted()
}

test('intents of the file get into the journal once, those it has already are left out', async () => {
  const exitsFile = join(mkdtempSync(join(tmpdir(), 'exits-')), 'exits.jsonl')
  const [known, lost, other] = [1, 2, 3].map(attempt => `${ACCOUNT}-BTC-1-x${attempt}`) as [
    string,
    string,
    string,
  ]
  const store = givenStore()
  await store.write({
    facts: [{ seq: 1, at: AT, accountId: ACCOUNT, ...intent(known) }],
    snapshots: [],
    documents: [],
  })
  const exits = new ExitJournal(exitsFile)
  for (const id of [known, lost, other]) exits.append({ accountId: ACCOUNT, at: AT, intent: intent(id) })

  await start(store, exitsFile)
  expect(await intentsIn(store)).toEqual([known, lost, other])
  expect(readFileSync(exitsFile, 'utf8')).toBe('')
  const facts = (await store.facts({ limit: 10_000, accountId: [ACCOUNT] })).items
  const numbers = facts.map(fact => fact.seq).toSorted((a, b) => a - b)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  expect(facts.find(fact => fact.type === 'intent.recorded' && fact.request.clientOrderId === lost)?.at).toBe(
    AT,
  )

  await start(store, exitsFile)
  expect(await intentsIn(store)).toEqual([known, lost, other])
})

test('the file is kept until the journal has it: a start that ends before its first write loses nothing', async () => {
  const exitsFile = join(mkdtempSync(join(tmpdir(), 'exits-')), 'exits.jsonl')
  const lost = `${ACCOUNT}-BTC-1-x1`
  new ExitJournal(exitsFile).append({ accountId: ACCOUNT, at: AT, intent: intent(lost) })
  const store = givenStore()
  const engine = await Engine.open({
    ...(await givenOptions(settings, series)),
    store,
    exitsFile,
    onError: () => {},
  })
  engine.close()
  expect(new ExitJournal(exitsFile).read()).toHaveLength(1)
  await start(store, exitsFile)
  expect(await intentsIn(store)).toEqual([lost])
})
