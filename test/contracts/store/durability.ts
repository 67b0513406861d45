import { expect, test } from 'vitest'
import { JournalConflict, StoreFailed } from '../../../adapters/store/store-error.ts'
import type { Fact } from '../../../domain/fact.ts'
import { batchOf, Journal, proposalOf, requestOf } from '../journal.ts'
import type { Bench } from '../store.ts'

export const testDurability = ({ store, account, reopen, isDurable }: Bench): void => {
  test('a batch that fails at its end leaves nothing of itself', async () => {
    const journal = new Journal(account())
    const { accountId } = journal
    await store().write(batchOf(journal.decide('d1')))
    const later = Array.from({ length: 450 }, (_, index) => journal.decide(`d${index + 2}`))
    const other = new Journal(accountId)
    const facts = [...later, other.mark()]
    const snapshots = [{ accountId, version: 1, at: 1, body: {} }]
    const failed = store().write({ facts, snapshots, documents: [{ key: accountId, body: 1 }] })
    await expect(failed).rejects.toThrow(JournalConflict)
    const query = { accountId: [accountId], limit: 1 }
    expect((await store().facts(query)).total).toBe(1)
    expect((await store().decisions(query)).total).toBe(1)
    expect((await store().snapshots()).filter(each => each.accountId === accountId)).toEqual([])
    expect(await store().document(accountId)).toBeNull()
    await store().write(batchOf(...later))
    expect((await store().facts(query)).total).toBe(451)
  })

  test.runIf(isDurable)('a batch the database refuses says why, briefly, and blocks nothing', async () => {
    const journal = new Journal(account())
    const bad = { ...journal.mark(), equity: 'a lot' } as unknown as Fact
    const error = await store()
      .write(batchOf(bad))
      .catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(StoreFailed)
    expect((error as StoreFailed).message).toBe(
      'The batch is not known to be stored: invalid input syntax for type numeric: "a lot". ' +
        'Writing it again is safe.',
    )
    await store().write(batchOf(...journal.facts))
    expect((await store().equity({ accountId: [journal.accountId], limit: 1 })).total).toBe(1)
  })

  test('another fact in the place of a stored one is refused, naming both', async () => {
    const [mine, theirs] = [new Journal(account()), new Journal('')]
    await store().write(batchOf(mine.mark('1000')))
    const fact = { ...theirs.decide('d1'), accountId: mine.accountId }
    await expect(store().write(batchOf(fact))).rejects.toThrow(
      `Fact 1 of account "${mine.accountId}" (decision.recorded) is already stored with other content (equity.marked)`,
    )
  })

  test('readers see all of a batch or nothing of it', async () => {
    const journal = new Journal(account())
    for (let count = 0; count < 600; count++) journal.mark()
    const query = { accountId: [journal.accountId], limit: 1 }
    const written = store().write(batchOf(...journal.facts))
    const totals: number[] = []
    for (let count = 0; count < 30; count++) totals.push((await store().equity(query)).total)
    await written
    expect(totals.filter(total => total !== 0 && total !== 600)).toEqual([])
    expect((await store().equity(query)).total).toBe(600)
  })

  test('batches given at once are written one after the other', async () => {
    const journal = new Journal(account())
    const request = requestOf('e1')
    journal.intend(request)
    for (const status of ['working', 'cancelled'] as const) journal.update(request, { status })
    await Promise.all(journal.facts.map(fact => store().write(batchOf(fact))))
    const [order] = (await store().orders({ accountId: [journal.accountId], limit: 1 })).items
    expect(order?.history.map(line => line.status)).toEqual(['intent', 'working', 'cancelled'])
  })

  test('the latest snapshot of an account and the latest document of a name are kept', async () => {
    const accountId = account()
    const snapshot = (version: number) => ({ accountId, version, at: version, body: { value: version } })
    const body = { deep: [1, 'two', null, { three: 3.5 }] }
    const documents = [
      { key: `${accountId}/a`, body: 'first' },
      { key: `${accountId}/a`, body },
    ]
    await store().write({ facts: [], snapshots: [snapshot(1), snapshot(2)], documents })
    await store().write({ facts: [], snapshots: [snapshot(3)], documents: [] })
    const kept = (await store().snapshots()).filter(each => each.accountId === accountId)
    expect(kept).toEqual([snapshot(3)])
    expect(await store().document(`${accountId}/a`)).toEqual(body)
    expect(await store().document('never written')).toBeNull()
  })

  test.each(['text', '', '"quoted"', '{"json":1}', 12.5, true, false, null, [], {}, [null]])(
    'a document of %j comes back the same',
    async body => {
      await store().write({ facts: [], snapshots: [], documents: [{ key: 'any', body }] })
      expect(await store().document('any')).toEqual(body)
    },
  )

  test('the highest sequence of each account is known', async () => {
    const [one, other] = [new Journal(account()), new Journal(account())]
    for (let count = 0; count < 3; count++) one.mark()
    other.mark()
    await store().write(batchOf(...one.facts, ...other.facts))
    expect(await store().lastSeq()).toMatchObject({ [one.accountId]: 3, [other.accountId]: 1 })
  })

  test.runIf(isDurable)('characters a database cannot store become the replacement character', async () => {
    const journal = new Journal(account())
    const rationale = 'nul \0, half a pair \ud83d, a whole one 😀, and the words \\u0000'
    journal.decide('d1', { proposal: proposalOf({ rationale }) })
    await store().write(batchOf(...journal.facts))
    await store().write(batchOf(...journal.facts))
    const query = { accountId: [journal.accountId], limit: 1 }
    const expected = 'nul \uFFFD, half a pair \uFFFD, a whole one 😀, and the words \\u0000'
    expect((await store().diary(query)).items[0]?.rationale).toBe(expected)
    expect((await store().decisions(query)).items[0]?.proposal.rationale).toBe(expected)
  })

  test.runIf(isDurable)('what was written is there after a restart', async () => {
    const journal = new Journal(account())
    const { accountId } = journal
    journal.decide('d1')
    journal.intend(requestOf('e1'))
    journal.mark()
    const snapshots = [{ accountId, version: 7, at: 9, body: { state: 'idle' } }]
    await store().write({ facts: journal.facts, snapshots, documents: [{ key: accountId, body: { a: 1 } }] })
    const query = { accountId: [accountId], limit: 10 }
    const before = await Promise.all([store().orders(query), store().diary(query), store().facts(query)])
    await reopen()
    const after = await Promise.all([store().orders(query), store().diary(query), store().facts(query)])
    expect(after).toEqual(before)
    expect((await store().snapshots()).filter(each => each.accountId === accountId)).toEqual(snapshots)
    expect(await store().document(accountId)).toEqual({ a: 1 })
    expect(await store().lastSeq()).toMatchObject({ [accountId]: 3 })
    await store().write(batchOf(journal.update(requestOf('e1'), { status: 'filled' })))
    const [order] = (await store().orders(query)).items
    expect(order?.history.map(line => line.status)).toEqual(['intent', 'filled'])
  })
}
