/** A stored state that cannot be used costs nothing but itself: the journal and the venue know the rest. */
import { expect, test } from 'vitest'
import type { Fact } from '../../domain/fact.ts'
import type { StoredSnapshot } from '../../domain/ports.ts'
import { givenSeries, givenSettings, givenStore, type LiveRun, runLive, tradesOf } from './given.ts'

const series = givenSeries(3, 700)
const STOP_AFTER = 423

type Body = { value: unknown; context: Record<string, unknown>; children: Record<string, { snapshot: Body }> }

const spoil = async (store: LiveRun['store'], change: (snapshot: StoredSnapshot) => StoredSnapshot) => {
  const all = await store.snapshots()
  const victim = all.find(each => each.accountId === 'momentum') as StoredSnapshot
  await store.write({ facts: [], documents: [], snapshots: [change(structuredClone(victim))] })
}

const body = (snapshot: StoredSnapshot): Body => snapshot.body as Body
const SPOILED: Record<string, (snapshot: StoredSnapshot) => StoredSnapshot> = {
  garbage: snapshot => ({ ...snapshot, body: 'garbage' }),
  'another version': snapshot => ({ ...snapshot, version: 1 }),
  'a missing group': snapshot => {
    delete body(snapshot).context.breakers
    return snapshot
  },
  'a missing field of a position': snapshot => {
    delete body(snapshot).children['position:BTC']?.snapshot.context.fills
    return snapshot
  },
  'an unknown state': snapshot => {
    body(snapshot).value = 'dreaming'
    return snapshot
  },
  'an unknown state of a position': snapshot => {
    const child = body(snapshot).children['position:BTC']
    if (child !== undefined) child.snapshot.value = 'dreaming'
    return snapshot
  },
}

const rejections = (facts: readonly Fact[]) => facts.filter(fact => fact.type === 'snapshot.rejected')

test.each(Object.keys(SPOILED))(
  '%s in a snapshot: the account is rebuilt and trades on, others as before',
  async name => {
    const settings = givenSettings()
    const calm = givenStore()
    const before = await runLive(settings, series, calm, STOP_AFTER)
    const whole = await runLive(settings, series, calm)
    const store = givenStore()
    await runLive(settings, series, store, STOP_AFTER)
    const change = SPOILED[name]
    if (change === undefined) throw new Error(name)
    await spoil(store, change)
    const { facts, errors } = await runLive(settings, series, store)
    expect(errors).toEqual([])
    expect(facts.filter(fact => fact.type === 'account.failed')).toEqual([])
    const [stored] = (await store.facts({ action: 'snapshot.rejected', limit: 5 })).items
    expect(stored).toMatchObject({ accountId: 'momentum', type: 'snapshot.rejected' })
    expect(rejections(whole.facts)).toEqual([])

    const others = (all: readonly Fact[]) => tradesOf(all).filter(trade => trade.accountId !== 'momentum')
    expect(others(facts)).toEqual(others(whole.facts))
    expect(tradesOf(before.facts).length).toBeGreaterThan(0)
    expect(tradesOf(facts).filter(trade => trade.accountId === 'momentum').length).toBeGreaterThan(0)

    // No client order id was used twice, and the last equity is that of all fills.
    const intents = (await store.facts({ action: 'intent.recorded', limit: 10_000 })).items
    const ids = intents.map(fact =>
      fact.type === 'intent.recorded' ? `${fact.accountId}/${fact.request.clientOrderId}` : '',
    )
    expect(new Set(ids).size).toBe(ids.length)
    const differed = facts.filter(fact => fact.type === 'deposit.booked')
    expect(differed, 'the ledger is rebuilt to the cent').toEqual([])
  },
)
