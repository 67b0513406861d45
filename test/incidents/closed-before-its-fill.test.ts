/**
 * An account that was stopped, and started again, had a position of the other side that nobody had opened. A closed trade
 * carries the time of its fill by the venue, which may be earlier than what was written just before it. Facts are listed by
 * time; folded in that order, the fill came after the end of its own position and opened another. The difference to the
 * venue was then booked as a deposit.
 */
import { expect, test } from 'vitest'
import { CHECKPOINT, VENUE } from '../../actors/checkpoint.ts'
import type { Fact } from '../../domain/fact.ts'
import { givenSeries, givenSettings, givenStore, runLive, tradesOf } from '../actors/given.ts'

const EARLIER_MS = 70

test('facts are folded as they were written, whatever times they carry', async () => {
  const [settings, series] = [givenSettings(), givenSeries(3, 700)]
  const first = givenStore()
  await runLive(settings, series, first, 423)
  const { items } = await first.facts({ limit: 100_000, oldestFirst: true })
  const facts = items.map((fact): Fact => {
    return fact.type === 'trade.closed' ? { ...fact, at: fact.at - EARLIER_MS } : fact
  })
  expect(tradesOf(facts).length).toBeGreaterThan(1)
  const snapshots = (await first.snapshots()).map(each => ({ ...each, body: 'lost' }))
  const documents = await Promise.all(
    [CHECKPOINT, VENUE].map(async key => ({ key, body: await first.document(key) })),
  )
  const store = givenStore()
  await store.write({ facts, snapshots, documents })
  const after = await runLive(settings, series, store)
  expect(after.errors).toEqual([])
  const wrong = after.facts.filter(
    each =>
      each.type === 'deposit.booked' || (each.type === 'reconcile.differed' && each.what === 'position'),
  )
  expect(wrong).toEqual([])
})
